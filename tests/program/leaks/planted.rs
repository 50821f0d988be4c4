//! The control: a leak that is planted on any surface, in any form, is found there. Each goes
//! through the very door through which the tests look at that surface.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::canaries::Aviary;
use super::forms::{Form, base64, secret_forms, spellings};
use super::running::{file_of, look_around, on_a_terminal};
use super::search::{Hit, Search};
use super::sweep::{Surface, Sweep};

/// What is planted: a value's bytes in one form, amid others.
struct Planted {
    hit: Hit,
    bytes: Vec<u8>,
}

/// A forename, a surname, a number and a postcode, in every form.
fn planted(hidden: &[String]) -> Vec<Planted> {
    let mut all = Vec::new();
    for value in [&hidden[0], &hidden[2], &hidden[4], &hidden[6]] {
        for form in Form::all() {
            let written = form.write(value);
            // Some alignments of a short number leave too little to be told from chance.
            if written.len() >= 7 {
                let hit = Hit { value: value.clone(), form: form.name() };
                let bytes = [b"text before ", &written[..], b" and after"].concat();
                all.push(Planted { hit, bytes });
            }
        }
    }
    all
}

/// Looks at a surface on which one leak was planted, and says whether just that was found.
fn finds(search: &Search, surface: Surface, plant: &Planted, folder: &Path) -> Option<bool> {
    let mut sweep = Sweep::new(search, &[]);
    let bytes = &plant.bytes;
    match surface {
        Surface::Output => {
            let mut cat = Command::new("cat");
            cat.arg(file_of(folder, "planted", bytes));
            let output = cat.output().expect("it starts");
            sweep.printed(&cat, &output);
        }
        Surface::Errors => {
            let mut cat = Command::new("sh");
            cat.args(["-c", "cat \"$0\" >&2"]).arg(file_of(folder, "planted", bytes));
            let output = cat.output().expect("it starts");
            sweep.printed(&cat, &output);
        }
        Surface::Terminal => {
            let mut cat = Command::new("cat");
            cat.arg(file_of(folder, "planted", bytes));
            sweep.look(surface, "a terminal", &on_a_terminal(&cat, 0)?);
        }
        Surface::Names => {
            // Any bytes may stand there but these two.
            let name = (!bytes.contains(&b'/') && !bytes.contains(&0)).then_some(bytes)?;
            let name = Path::new(OsStr::from_bytes(name));
            sweep.file(&file_of(folder, name, b"nothing"), folder);
        }
        Surface::Files | Surface::UnderWay => {
            sweep.file(&file_of(folder, ".sealink-planted", bytes), folder);
        }
        Surface::Cells | Surface::Metadata => {
            sweep.file(&table_of(folder, bytes, surface)?, folder);
        }
        Surface::CommandLine | Surface::Environment => run_with(&mut sweep, bytes, surface)?,
    }
    let found: BTreeSet<&Hit> = sweep.hits().iter().map(|(_, _, hit)| hit).collect();
    let same = |hit: &&Hit| hit.value == plant.hit.value;
    Some(!found.is_empty() && found.iter().all(same))
}

/// A compressed table with the leak in a cell or in its metadata, and nowhere in its bytes if that
/// can be.
fn table_of(folder: &Path, bytes: &[u8], surface: Surface) -> Option<std::path::PathBuf> {
    let text = std::str::from_utf8(bytes).ok();
    let column: ArrayRef = if surface == Surface::Metadata {
        Arc::new(StringArray::from(vec!["nothing"; 200]))
    } else if let Some(text) = text {
        Arc::new(StringArray::from_iter_values(
            (0..200).map(|n| if n == 77 { text.to_owned() } else { format!("row {n} of many") }),
        ))
    } else {
        let width = bytes.len();
        let rows = (0..200).map(|n| if n == 5 { bytes.to_vec() } else { vec![9; width] });
        Arc::new(FixedSizeBinaryArray::try_from_iter(rows).expect("all are as long"))
    };
    let leak = KeyValue::new("history".to_owned(), text.unwrap_or_default().to_owned());
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None);
    if surface == Surface::Metadata {
        // Text alone can stand there.
        text?;
        properties = properties.set_key_value_metadata(Some(vec![leak]));
    }
    let batch = RecordBatch::try_from_iter([("c", column)]).expect("one column");
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties.build()))
        .expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    Some(file_of(folder, "planted.parquet", &file))
}

/// Waits until a process runs its program; before that it has the arguments of this one.
fn await_program(process: u32, name: &str) {
    let path = format!("/proc/{process}/cmdline");
    let runs = || std::fs::read(&path).is_ok_and(|line| line.starts_with(name.as_bytes()));
    let begun = std::time::Instant::now();
    while !runs() && begun.elapsed().as_secs() < 10 {
        std::thread::yield_now();
    }
}

/// A process that was given the leak as an argument or in its environment.
fn run_with(sweep: &mut Sweep<'_>, bytes: &[u8], surface: Surface) -> Option<()> {
    if bytes.contains(&0) {
        return None;
    }
    let mut command = Command::new("sh");
    command.args(["-c", "read line"]).stdin(Stdio::piped());
    if surface == Surface::CommandLine {
        command.arg(OsStr::from_bytes(bytes));
    } else {
        command.env("PLANTED", OsStr::from_bytes(bytes));
    }
    let mut child = command.spawn().expect("a shell starts");
    await_program(child.id(), "sh");
    look_around(sweep, child.id(), &[]);
    drop(child.stdin.take());
    child.wait().expect("it ends");
    Some(())
}

#[test]
fn a_leak_planted_on_any_surface_in_any_form_is_found() {
    let mut aviary = Aviary::new(15);
    aviary.person();
    let search = Search::new(&aviary.hidden);
    let planted = planted(&aviary.hidden);
    let forms: BTreeSet<&str> = planted.iter().map(|plant| plant.hit.form).collect();
    assert_eq!(forms.len(), Form::COUNT, "{forms:?}");
    for surface in Surface::ALL {
        let folder = tempfile::tempdir().expect("a folder");
        let results: Vec<(&Planted, bool)> = planted
            .iter()
            .filter_map(|plant| Some((plant, finds(&search, surface, plant, folder.path())?)))
            .collect();
        let found = results.iter().filter(|(_, found)| *found).count();
        let missed: Vec<_> = results.iter().filter(|(_, found)| !found).map(|r| &r.0.hit).collect();
        let forms: BTreeSet<&str> = results.iter().map(|(plant, _)| plant.hit.form).collect();
        eprintln!(
            "{:<42}{found} of {} planted found, {} forms",
            surface.name(),
            results.len(),
            forms.len()
        );
        assert!(missed.is_empty(), "{}: {missed:?}", surface.name());
        assert!(!results.is_empty() || surface == Surface::Terminal);
    }
}

#[test]
fn a_planted_leak_of_every_spelling_of_every_value_is_found() {
    let mut aviary = Aviary::new(16);
    (0..20).for_each(|_| drop(aviary.person()));
    let search = Search::new(&aviary.hidden);
    let mut planted = 0;
    for value in &aviary.hidden {
        for text in spellings(value) {
            for form in Form::all().map(|form| form.write(&text)).filter(|form| form.len() >= 7) {
                let haystack = [b"before \xFF\x00", &form[..], b" after"].concat();
                let found = search.bytes(&haystack);
                assert!(found.iter().any(|hit| hit.value == *value), "{value} as {form:?}");
                planted += 1;
            }
        }
        // Base64 of a longer text, however the value lies in it.
        for before in ["", "1", "22", "333"] {
            let text = base64(format!("{before}{value} and so on").as_bytes());
            assert!(!search.bytes(&text).is_empty(), "{value} after {before}");
        }
    }
    eprintln!("{planted} of {planted} planted found");
    for text in ["nothing of this kind is in here", "0123456789abcdef", "p20120121a2b3c4"] {
        assert!(search.bytes(text.as_bytes()).is_empty());
    }
}

#[test]
fn a_planted_key_is_found_in_every_form() {
    let secret: [u8; 32] = std::array::from_fn(|place| u8::try_from(place * 7 + 3).expect("small"));
    let search = Search::with_secrets([], &[("linkage.key", secret)]);
    for (form, bytes) in secret_forms(&secret) {
        let haystack = [b"\x00before", &bytes[..], b"after"].concat();
        assert!(search.bytes(&haystack).iter().any(|hit| hit.form == form), "{form}");
    }
    let file = super::super::support::key_text_of("linkage", &secret);
    assert_eq!(search.bytes(file.as_bytes()).len(), 1);
    let longer = [b"x".as_slice(), &secret, b"y"].concat();
    assert!(!search.bytes(&base64(&longer)).is_empty());
    assert!(!search.bytes(format!("{secret:?}").as_bytes()).is_empty());
}

//! Small files that would fill any computer, and large ones that mean nothing: refused with a clear
//! message, within [`ADDRESS_SPACE`].

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::crafted::{
    Crafted, DELTA_LENGTH, DELTA_TEXT, DICTIONARY, FIXED, GZIP, PLAIN, SNAPPY, Structure, ZSTD,
    dictionary, page, plain, sized_page, varint, zigzag,
};
use super::people::{LINKAGE, csv, rows};
use super::support::{Project, Ran, assert_nothing_in, run, sealink};
use super::written_tables::linked;

/// What the program may ask for, in KiB: 1.5 GiB, its own code and stacks with it.
const ADDRESS_SPACE: u32 = 1_500_000;

/// How long a refusal may take, on however busy a machine.
const SOON: Duration = Duration::from_secs(60);

const SOURCE: &str = "dataset = \"a\"\nrecord_id = \"id\"\nseveral_rows = true\n[fields]\n\
                      forename = \"name\"\n\
                      [columns]\npayload = []\ndrop = []\n";

/// The same command with its address space limited, and with two threads, since each thread takes
/// some.
fn limited(command: &Command) -> Ran {
    let script = format!("ulimit -v {ADDRESS_SPACE}; exec \"$0\" \"$@\" --threads 2");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).arg(command.get_program()).args(command.get_args());
    let begun = Instant::now();
    let ran = run(&mut shell);
    assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
    ran
}

/// A project whose dataset `a` reads the columns `id` and `name`.
fn project() -> Project {
    let project = Project::new(LINKAGE);
    project.put("a/source.toml", SOURCE);
    project
}

/// Pseudonymises a file and expects it to be refused in these words, within little memory.
#[track_caller]
fn refused(name: &str, bytes: &[u8], says: &str) {
    let project = project();
    let input = project.put("a/bomb", bytes);
    let mut command = project.pseudonymise_nothing("a");
    command.arg(&input);
    let ran = limited(&command);
    println!("{name:45} {:>9} bytes  {}", bytes.len(), ran.stderr.lines().next().unwrap_or(""));
    assert_eq!(ran.code, Some(1), "{name}: {}\n{}", ran.stderr, ran.stdout);
    assert!(ran.stderr.contains(says), "{name}: no {says:?} in {}", ran.stderr);
    assert!(!ran.stderr.contains("internal error"), "{name}: {}", ran.stderr);
    assert_nothing_in(project.at("a/out"));
}

const DAMAGED: &str = "damaged";
const LARGE_PAGE: &str = "a page of more than 128 MiB";

#[test]
fn a_crafted_file_that_claims_nothing_false_is_read() {
    let project = project();
    let input = project.put("a/good", Crafted::default().file());
    let mut command = project.pseudonymise_nothing("a");
    limited(command.arg(&input)).ends(0);
}

#[test]
fn a_page_that_claims_to_expand_to_gigabytes_is_refused() {
    let most = i64::from(i32::MAX);
    for (name, codec) in [("zstd", ZSTD), ("snappy", SNAPPY), ("gzip", GZIP)] {
        let pages = page(1, PLAIN, Some(most), &[0; 64]);
        let file = Crafted { codec, pages, ..Crafted::default() }.file();
        refused(&format!("page claims 2 GiB ({name})"), &file, LARGE_PAGE);
    }
    let pages = sized_page(1, PLAIN, Some(10), Some(most), &[0; 64]);
    refused("page claims 2 GiB stored", &Crafted { pages, ..Crafted::default() }.file(), DAMAGED);
    let pages = sized_page(1, PLAIN, Some(10), Some(most), &[0; 64]);
    let chunk_length = Some(i64::MAX / 2);
    let file = Crafted { pages, chunk_length, ..Crafted::default() }.file();
    refused("chunk claims exabytes", &file, DAMAGED);
}

#[test]
fn a_page_that_expands_further_than_it_claims_is_refused() {
    let mut member = GzEncoder::new(Vec::new(), flate2::Compression::best());
    member.write_all(&vec![0; 64 << 20]).expect("room");
    let member = member.finish().expect("room");
    // Four gigabytes in a megabyte or so.
    let pages = page(1, PLAIN, Some(1000), &member.repeat(64));
    refused("4 GiB of gzip", &Crafted { codec: GZIP, pages, ..Crafted::default() }.file(), DAMAGED);
}

#[test]
fn claims_of_endless_values_are_refused() {
    let keys = [&[32][..], &varint(2), &[0; 4]].concat();
    let crafted = Crafted {
        dictionary: Some(dictionary(1 << 30, &plain(&["x"]))),
        pages: page(1, DICTIONARY, None, &keys),
        ..Crafted::default()
    };
    refused("dictionary claims 2^30 entries", &crafted.file(), DAMAGED);
    let pages = page(1 << 30, PLAIN, None, &plain(&["x"]));
    refused(
        "page of more values than rows",
        &Crafted { pages, ..Crafted::default() }.file(),
        DAMAGED,
    );
    for (name, encoding) in [("lengths", DELTA_LENGTH), ("prefixes", DELTA_TEXT)] {
        for claimed in [1_u64 << 31, 1 << 40, u64::MAX] {
            let body = [varint(128), varint(4), varint(claimed), zigzag(0)].concat();
            let pages = page(1, encoding, None, &body);
            let file = Crafted { pages, ..Crafted::default() }.file();
            refused(&format!("{claimed} {name}"), &file, DAMAGED);
        }
    }
    let crafted = Crafted {
        kind: FIXED,
        length: Some(i64::from(i32::MAX)),
        pages: page(1, PLAIN, None, &[0; 64]),
        ..Crafted::default()
    };
    refused("decimal of 2 GiB", &crafted.file(), DAMAGED);
}

/// Texts of which each repeats the one before and adds a byte: n of them are n² bytes.
#[test]
fn texts_that_grow_out_of_each_other_are_refused() {
    const TEXTS: usize = 40_000;
    let run = |first: i64, step: i64| {
        let head = [varint(128), varint(4), varint(TEXTS as u64), zigzag(first)].concat();
        let block = [zigzag(step), vec![0; 4]].concat();
        [head, block.repeat((TEXTS - 1).div_ceil(128))].concat()
    };
    let body = [run(0, 1), run(1, 0), vec![b'x'; TEXTS]].concat();
    let rows = i64::try_from(TEXTS).expect("small");
    let crafted =
        Crafted { rows, pages: page(rows, DELTA_TEXT, None, &body), ..Crafted::default() };
    refused("texts that grow out of each other", &crafted.file(), LARGE_PAGE);
}

#[test]
fn claims_of_endless_rows_are_refused() {
    // One value, repeated a billion times: keys of no bits.
    let rows = 1_000_000_000;
    let crafted = Crafted {
        rows,
        dictionary: Some(dictionary(1, &plain(&["x"]))),
        pages: page(rows, DICTIONARY, None, &[&[1][..], &varint(2_000_000_000), &[0]].concat()),
        ..Crafted::default()
    };
    refused("a billion rows", &crafted.file(), "far more rows");
    let honest = Crafted::default();
    let file = honest.with_footer(
        Structure::default()
            .i32(1, 2)
            .structures(2, honest.schema())
            .i64(3, 7)
            .structures(4, vec![]),
    );
    refused("rows that no part has", &file, DAMAGED);
}

#[test]
fn a_footer_that_claims_what_is_not_there_is_refused() {
    let crafted = Crafted::default();
    let groups = |claimed| {
        let start = Structure::default().i32(1, 2).structures(2, crafted.schema()).i64(3, 1);
        crafted.with_footer(start.list(4, 12, claimed, &[0; 9]))
    };
    refused("2^31 row groups", &groups(1 << 31), DAMAGED);
    refused("2^60 row groups", &groups(1 << 60), DAMAGED);
    let many = vec![0; 6_000_000];
    let start = Structure::default().i32(1, 2).structures(2, crafted.schema()).i64(3, 1);
    let file = crafted.with_footer(start.list(4, 12, many.len() as u64, &many));
    refused("six million empty row groups", &file, "describes itself at greater length");
    let columns = vec![Structure::default().i32(1, 1).text(4, "c"); 1_000_000];
    let file = crafted.with_footer(Structure::default().i32(1, 2).structures(2, columns));
    refused("a million columns", &file, "more than 4096 columns");
    let deep = vec![Structure::default().text(4, "c").i32(5, 1); 60_000];
    let file = crafted.with_footer(Structure::default().i32(1, 2).structures(2, deep));
    refused("60,000 groups in one another", &file, DAMAGED);
    let mut nested = Vec::new();
    nested.extend([0x1C; 200_000]);
    let start = Structure::default().i32(1, 2).structures(2, crafted.schema()).i64(3, 1);
    let file = crafted.with_footer(start.list(15, 12, 1, &nested));
    refused("structures in one another", &file, DAMAGED);
    let mut long = b"PAR1".to_vec();
    long.resize(70 << 20, 0);
    long.extend_from_slice(&(66_u32 << 20).to_le_bytes());
    long.extend_from_slice(b"PAR1");
    refused("a footer of 66 MiB", &long, "describes itself at greater length");
}

/// One text, used a million times: a few kilobytes.
fn repeated(length: usize, rows: usize) -> Vec<u8> {
    let text = "x".repeat(length);
    let values = Arc::new(StringArray::from_iter_values([text.as_str()]));
    let keys = Int32Array::from(vec![0; 8192]);
    let column: ArrayRef = Arc::new(DictionaryArray::new(keys, values));
    let batch =
        RecordBatch::try_from_iter([("id", column.clone()), ("name", column)]).expect("columns");
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).expect("a file");
    for _ in 0..rows / 8192 {
        writer.write(&batch).expect("room");
    }
    writer.close().expect("room");
    bytes
}

#[test]
fn a_kilobyte_of_repetition_does_not_become_gigabytes() {
    refused("60 KB, 800,000 times", &repeated(60_000, 800_000), "expand to more than can be held");
    refused("6 KB, 800,000 times", &repeated(6_000, 800_000), "expands to far more text");
}

/// Writes a file of `length` times a piece, and refuses it in these words.
fn long(name: &str, start: &str, piece: &str, length: usize, says: &str) {
    let project = project();
    let path = project.put("a/bomb", "");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    file.write_all(start.as_bytes()).expect("room");
    for _ in 0..length / piece.len() {
        file.write_all(piece.as_bytes()).expect("room");
    }
    file.into_inner().expect("room");
    let ran = limited(project.pseudonymise_nothing("a").arg(&path)).ends(1).says(&[says]);
    println!("{name:45} {length:>9} bytes  {}", ran.stderr.lines().next().unwrap_or(""));
}

#[test]
fn an_endless_field_row_or_header_is_refused() {
    let (mega, piece) = (1_000_000, "abcdefghij");
    long("a field of 300 MB", "id,name\n", &piece.repeat(1000), 300 * mega, "longer than 64 KiB");
    long(
        "a quoted field of 20 MB",
        "id,name\n\"",
        &piece.repeat(1000),
        20 * mega,
        "longer than 64 KiB",
    );
    long("a row of 20 MB", "id,name\n", "abcdefghi,", 20 * mega, "longer than 1024 KiB");
    long("a header of 300 MB", "", &piece.repeat(1000), 300 * mega, "longer than");
    long("a million columns", "id,name", ",abcdefg", 8 * mega, "longer than");
    long("ten thousand columns", "id,name", ",abcdefg", 80_000, "more than 4096 columns");
}

#[test]
fn a_deep_or_giant_spec_is_refused() {
    let project = project();
    let depth = 100_000;
    let deep = [
        format!("a = {}", "[".repeat(depth)),
        format!("a = {}{}", "[".repeat(depth), "]".repeat(depth)),
        format!("a = {}1{}", "{ b = ".repeat(depth), " }".repeat(depth)),
        format!("a{} = 1", ".b".repeat(depth)),
        format!("[a{}]", ".b".repeat(depth)),
        format!("{}\n", "[".repeat(depth)),
        "a = \"".to_owned() + &"x".repeat(900_000),
        "x = 1\n".repeat(170_000),
        (0..60_000).map(|n| format!("k{n} = 1\n")).collect(),
    ];
    for text in deep {
        let start = &text[..20];
        let spec = project.put("deep.toml", &text);
        for option in ["--spec", "--extract"] {
            let mut command = sealink("check");
            command.arg(option).arg(&spec);
            let ran = limited(&command);
            assert_eq!(ran.code, Some(2), "{start} {option}: {:.300}", ran.stderr);
        }
        let mut source = sealink("check");
        source.arg("--spec").arg(project.at("linkage.toml")).arg("--source").arg(&spec);
        assert_eq!(limited(&source).code, Some(2), "{start}");
    }
    let giant = project.put("giant.toml", "# nothing\n".repeat(200_000));
    limited(sealink("check").arg("--spec").arg(&giant)).ends(1).says(&["too large"]);
}

#[test]
fn a_deep_or_giant_model_is_refused() {
    let project = linked();
    for (text, code) in [
        ("[".repeat(100_000), 1),
        ("{\"a\":".repeat(100_000), 1),
        (format!("{{\"format\":\"{}", "x".repeat(900_000)), 1),
        (" ".repeat(3 << 20), 1),
        (format!("{{\"format\":1e{}}}", "9".repeat(100_000)), 1),
    ] {
        let model = project.put("model.json", text);
        limited(project.link(&["a", "b"]).arg("--model").arg(&model)).ends(code);
    }
}

#[test]
fn an_endless_list_is_refused() {
    let project = linked();
    let endless = |name: &str, start: &str| {
        let path = project.put(name, start);
        let mut file = File::options().append(true).open(&path).expect("a file");
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..300 {
            file.write_all(&piece).expect("room");
        }
        path
    };
    let list = endless("sealed.csv", "dataset,record_ref\n\"");
    limited(project.link(&["a", "b"]).arg("--sealed").arg(&list)).ends(1).says(&["sealed.csv"]);
    let truth = endless("truth.csv", "agency,record_id,entity_id\n");
    let map = project.at("linked/person_map.parquet");
    let mut command = sealink("evaluate");
    command.arg("--map").arg(&map).arg("--truth").arg(&truth);
    limited(&command).ends(1).says(&["truth.csv"]);
    command = sealink("evaluate");
    command.arg("--map").arg(map).arg("--truth").arg(Path::new("/dev/zero"));
    limited(&command).ends(1);
}

#[test]
fn a_file_of_the_usual_size_is_read_within_the_same_memory() {
    let project = Project::new(LINKAGE);
    project.put("a/source.toml", super::people::source("a"));
    project.put("a/records.csv", csv(&rows(1, 0..3000)));
    limited(&project.pseudonymise("a")).ends(0);
}

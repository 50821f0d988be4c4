//! Properties: what is written is read, blocks do not matter, and the naive reader agrees.

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, proptest};

use super::{Found, read, reference};
use crate::spec::TextLayout;

/// A table and, for each cell and row, how it is written.
#[derive(Clone, Debug)]
struct Written {
    rows: Vec<Vec<String>>,
    text: String,
}

fn cell() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-c é😀\",;\r\n\t']{0,6}|[A-Z]{3,40}").expect("a good pattern")
}

/// Writes strictly; quotes where it must, and elsewhere as `quoted` says.
fn write(rows: &[Vec<String>], quoted: &[bool], crlf: &[bool], last_line_end: bool) -> String {
    let header: Vec<_> = (0..rows[0].len()).map(|n| format!("column {n}")).collect();
    let (mut quoted, mut crlf) = (quoted.iter().cycle(), crlf.iter().cycle());
    let mut text = String::new();
    for row in std::iter::once(&header).chain(rows) {
        for (at, cell) in row.iter().enumerate() {
            let must = cell.contains(['"', ',', '\r', '\n']) || (row.len() == 1 && cell.is_empty());
            text.push_str(if at == 0 { "" } else { "," });
            if must || *quoted.next().expect("it cycles") {
                text.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                text.push_str(cell);
            }
        }
        text.push_str(if *crlf.next().expect("it cycles") { "\r\n" } else { "\n" });
    }
    let ends = if last_line_end { text.len() } else { text.trim_end_matches(['\r', '\n']).len() };
    text.truncate(ends);
    text
}

fn written() -> impl Strategy<Value = Written> {
    let rows = (1_usize..6)
        .prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..20));
    let flags = || prop::collection::vec(any::<bool>(), 1..40);
    (rows, flags(), flags(), any::<bool>()).prop_map(|(rows, quoted, crlf, last_line_end)| {
        let text = write(&rows, &quoted, &crlf, last_line_end);
        Written { rows, text }
    })
}

fn block() -> impl Strategy<Value = usize> {
    (1_usize..300).prop_map(|n| if n < 40 { n } else { n * n })
}

/// What is read, or where and why not, in a form that compares.
fn outcome(input: &[u8], block: usize) -> Result<Found, String> {
    read(&[input], &TextLayout::default(), block).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(table in written(), block in block()) {
        let found = outcome(table.text.as_bytes(), block).expect("the writer is strict");
        let expected: Vec<_> = (2..)
            .zip(&table.rows)
            .map(|(row, cells)| (row, cells.iter().cloned().map(Some).collect::<Vec<_>>()))
            .collect();
        prop_assert_eq!(found.rows, expected);
        prop_assert_eq!((found.bad_rows.len(), found.blank_lines), (0, 0));
    }

    #[test]
    fn damage_never_panics_and_blocks_do_not_matter(
        table in written(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..3, any::<u8>()), 1..4),
        common in any::<bool>(),
        block in block(),
    ) {
        let mut bytes = table.text.into_bytes();
        for (at, kind, byte) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            let byte = if common { b"\",\n\r \0"[usize::from(byte) % 6] } else { byte };
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        prop_assert_eq!(outcome(&bytes, block), outcome(&bytes, 1 << 20));
    }

    #[test]
    fn truncation_never_panics_and_blocks_do_not_matter(
        table in written(),
        end in any::<prop::sample::Index>(),
        block in block(),
    ) {
        let bytes = &table.text.as_bytes()[..end.index(table.text.len())];
        prop_assert_eq!(outcome(bytes, block), outcome(bytes, 1 << 20));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn a_naive_reader_agrees(
        body in prop::string::string_regex("[a\",\r\né]{0,16}").expect("a good pattern"),
        wide in any::<bool>(),
        block in 1_usize..12,
    ) {
        let input = format!("{}{body}", if wide { "h,i\n" } else { "h\r\n" });
        let fast = read(&[input.as_bytes()], &TextLayout::default(), block).map_err(|error| {
            let row = error.row().expect("a fault of a record has a row");
            (row, error.column().expect("and a column"), error.fault().clone())
        });
        prop_assert_eq!(fast, reference::read(&input));
    }
}

/// Every text of up to six characters that matter, in two sizes of block.
#[test]
fn a_naive_reader_agrees_on_every_short_input() {
    let alphabet = ["a", "\"", ",", "\r", "\n"];
    for length in 0..=6_u32 {
        for mut number in 0..5_usize.pow(length) {
            let mut input = "h,i\n".to_owned();
            for _ in 0..length {
                input.push_str(alphabet[number % 5]);
                number /= 5;
            }
            let expected = reference::read(&input);
            for block in [3, 64] {
                let fast = read(&[input.as_bytes()], &TextLayout::default(), block).map_err(|e| {
                    let row = e.row().expect("a fault of a record has a row");
                    (row, e.column().expect("and a column"), e.fault().clone())
                });
                assert_eq!(fast, expected, "{input:?} in blocks of {block}");
            }
        }
    }
}

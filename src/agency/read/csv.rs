//! A CSV input: its header, then its records.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::decode::Text;
use super::encoding;
use super::error::ReadError;
use super::fault::Fault;
use super::labels::Labels;
use super::records::{Misread, Records};
use super::rows::{BadRow, BadRowKind, RowNumbers};
use super::sniff::Opened;
use super::split::{End, Run, Split};
use super::text_column::TextColumn;
use super::{Batch, ColumnAs, Wanted, header};
use crate::spec::TextLayout;

/// A CSV input whose header has been read.
pub(super) struct CsvTable {
    name: String,
    columns: Vec<String>,
    size: Option<u64>,
    delimiter: u8,
    split: Split,
}

impl CsvTable {
    pub(super) fn open(
        opened: Opened,
        options: &TextLayout,
        block: usize,
    ) -> Result<Self, ReadError> {
        let (name, size) = (opened.name.clone(), opened.size);
        let (encoding, mark) = encoding::resolve(options.encoding, &opened.start)
            .map_err(|fault| ReadError::of_input(&name, fault))?;
        let delimiter = options.delimiter.byte();
        let mut split = Split::new(Text::new(opened.after(mark), encoding, mark), block);
        let columns = match split.next_record() {
            Err(error) => Err((None, Fault::Io(error.to_string()))),
            Ok(None) => return Err(ReadError::of_input(name, Fault::Empty)),
            Ok(Some(run)) => read_header(run, delimiter),
        };
        let columns = columns.map_err(|(column, fault)| {
            ReadError::at(name.clone(), Some(1), column.map(|number| (number, None)), fault)
        })?;
        Ok(Self { name, columns, size, delimiter, split })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    pub(super) fn select(self, input: usize, wanted: &Wanted) -> Result<CsvReader, ReadError> {
        let places = header::find(&self.columns, wanted)
            .map_err(|fault| ReadError::of_input(&self.name, fault))?;
        let picks = places.into_iter().zip(wanted.columns.iter().map(|column| column.read_as));
        let labels = Labels::new(input, self.name, &self.columns, wanted);
        let layout = Arc::new(Layout { labels, delimiter: self.delimiter, picks: picks.collect() });
        Ok(CsvReader { split: self.split, layout })
    }
}

fn read_header(run: Run, delimiter: u8) -> Result<Vec<String>, (Option<usize>, Fault)> {
    let (text, end) = readable(&run.bytes, run.end);
    let mut records = Records::new(text, &end, delimiter);
    let record = match records.next() {
        None => return Err((None, Fault::Empty)),
        Some(Err(misread)) => return Err((misread.column, misread.fault)),
        Some(Ok(record)) if record.is_blank => return Err((None, Fault::NoHeader)),
        Some(Ok(record)) => record,
    };
    let name = |field: &super::records::Field| {
        let mut name = Vec::new();
        field.append(text, &mut name);
        let name = String::from_utf8(name).expect("`readable` is UTF-8, cut at ASCII characters");
        name.trim_matches(' ').to_owned()
    };
    let names: Vec<_> = record.fields.iter().take(super::MAX_COLUMNS + 1).map(name).collect();
    header::check_names(&names)?;
    Ok(names)
}

/// The records of a CSV input.
pub(super) struct CsvReader {
    split: Split,
    layout: Arc<Layout>,
}

/// What every chunk of an input shares.
struct Layout {
    labels: Arc<Labels>,
    delimiter: u8,
    /// For each wanted column its place in the input.
    picks: Vec<(usize, ColumnAs)>,
}

impl CsvReader {
    pub(super) fn position(&self) -> u64 {
        self.split.position()
    }

    pub(super) fn next_chunk(&mut self) -> Option<Result<CsvChunk, ReadError>> {
        match self.split.next_run() {
            Ok(run) => Some(Ok(CsvChunk { run: run?, layout: Arc::clone(&self.layout) })),
            Err(error) => {
                let fault = Fault::Io(error.to_string());
                Some(Err(ReadError::of_input(&self.layout.labels.name, fault)))
            }
        }
    }
}

/// A run of records, not yet parsed.
pub(super) struct CsvChunk {
    run: Run,
    layout: Arc<Layout>,
}

impl CsvChunk {
    pub(super) fn is_faulty(&self) -> bool {
        matches!(self.run.end, End::Fault(_))
    }

    pub(super) fn parse(self) -> Result<Batch, ReadError> {
        let Run { bytes, row: first_row, records: expected, end } = self.run;
        let Layout { labels, delimiter, picks } = &*self.layout;
        let width = labels.declared.len();
        let (text, end) = readable(&bytes, end);
        let mut records = Records::new(text, &end, *delimiter);
        let mut columns: Vec<_> =
            picks.iter().map(|_| TextColumn::with_capacity(expected + 1)).collect();
        let (mut rows, mut bad_rows, mut blank_lines) = (RowNumbers::default(), Vec::new(), 0);
        let mut row = first_row;
        while let Some(record) = records.next() {
            let record =
                record.map_err(|Misread { column, fault }| labels.error(row, column, fault))?;
            if record.is_blank && width > 1 {
                blank_lines += 1;
            } else if let Some(kind) = BadRowKind::of(record.fields.len(), width) {
                bad_rows.push(BadRow { input: labels.input, row, kind });
            } else {
                for (column, (place, _)) in columns.iter_mut().zip(picks) {
                    column.push(|values| record.fields[*place].append(text, values));
                }
                rows.push(row);
            }
            row += 1;
        }
        let columns =
            columns.into_iter().zip(picks).map(|(column, (_, read_as))| finish(column, *read_as));
        Ok(Batch { input: labels.input, rows, columns: columns.collect(), bad_rows, blank_lines })
    }
}

fn finish(column: TextColumn, read_as: ColumnAs) -> ArrayRef {
    match read_as {
        ColumnAs::Kept => column.finish_empty_as_null(),
        ColumnAs::Text | ColumnAs::DigitsPadded(_) | ColumnAs::Date => Arc::new(column.finish()),
    }
}

/// The text up to the first byte that no record may hold, and what then comes: that fault, or what
/// came after the text anyway. So a fault is found by whoever reads as far as it, in file order.
fn readable(bytes: &[u8], end: End) -> (&[u8], End) {
    let control = first_control(bytes);
    let text = &bytes[..control.unwrap_or(bytes.len())];
    match (std::str::from_utf8(text), control) {
        (Err(error), _) => (&text[..error.valid_up_to()], End::Fault(Fault::InvalidUtf8)),
        (Ok(_), None) => (text, end),
        (Ok(_), Some(at)) if bytes[at] == 0 => (text, End::Fault(Fault::Nul)),
        (Ok(_), Some(at)) => (text, End::Fault(Fault::Control(bytes[at]))),
    }
}

fn first_control(bytes: &[u8]) -> Option<usize> {
    /// As many bytes as are looked at without a branch, which is what makes it fast.
    const STRIDE: usize = 256;
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let has_control = |block: &[u8]| block.iter().fold(false, |any, &byte| any | is_control(byte));
    let block = bytes.chunks(STRIDE).position(has_control)? * STRIDE;
    bytes[block..].iter().position(|&byte| is_control(byte)).map(|at| block + at)
}

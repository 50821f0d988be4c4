//! Reads an agency's exports: one or several CSV or Parquet files, a chunk at a time.
//!
//! Reading is in three steps, so that the slow one can run on every core:
//! 1. [`open`] looks at each input and its header;
//! 2. [`Batches::next_chunk`] hands out runs of whole records, in order, at little cost;
//! 3. [`Chunk::parse`] turns a run into columns; it is pure and may run on any thread.
//!
//! Memory holds the chunks that the caller has in flight and no more, however long the input is.
//!
//! **Errors come in order.** A caller that parses several chunks at once must take the error of the
//! *first* chunk, in the order of `next_chunk`, that has one, and drop everything of the run: after
//! broken quoting the later chunks may be cut in the wrong places. No wrong cut goes unseen,
//! because the chunk that holds the first fault always fails to parse (see [`split`]).
//!
//! **Rows count records**, as a spreadsheet does: the header is row 1 and the first record row 2, in
//! Parquet too. A record that spans several lines is one row; a blank line is a row.
//!
//! Nothing here that holds a cell can be printed or cloned, and no error says what a cell held.

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use crate::spec::TextLayout;

mod cells;
mod csv;
mod decode;
mod encoding;
mod error;
mod fault;
mod header;
mod labels;
mod parquet;
mod records;
mod rows;
mod sniff;
mod split;
mod stops;
mod table;
mod text_column;

#[cfg(test)]
mod tests;

pub use error::ReadError;
pub use fault::Fault;
pub use rows::{BadRow, RowNumbers};

use table::{Reader, Table};

/// Rows have a fixed width from here on, so that a hostile header cannot ask for endless columns.
/// The widest return in use (the School Census) has about 200.
pub const MAX_COLUMNS: usize = 4096;

/// The longest field, in bytes as written. The longest honest one is a free-text note; what is
/// longer is almost always a quote that was never closed.
pub const MAX_FIELD: usize = 64 * 1024;

/// The longest record, in bytes as written: what the reader must be able to hold at once.
pub const MAX_ROW: usize = 1024 * 1024;

/// How much of a CSV input a chunk holds, in bytes: long enough that handing it to a thread costs
/// nothing, short enough to stay in a core's cache.
const BLOCK: usize = 1024 * 1024;

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, CSV or Parquet: its content decides, not its name.
    Path(PathBuf),
    /// Standard input, CSV only; it can be given once.
    Stdin,
}

impl From<&Path> for Input {
    /// `-` is standard input, as on the command line.
    fn from(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::Path(path.to_owned()) }
    }
}

/// The columns that a run reads.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// In the order in which [`Batch::columns`] will have them.
    pub columns: Vec<WantedColumn>,
}

/// One column that a run reads.
#[derive(Clone, Debug)]
pub struct WantedColumn {
    /// Its name in the header, exactly.
    pub name: String,
    /// What it is read as.
    pub read_as: ColumnAs,
}

/// What a column is read as. A text array holds UTF-8; a missing cell is null if it comes from
/// Parquet and the empty string if it comes from CSV (except for [`ColumnAs::Kept`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAs {
    /// Text. A Parquet number becomes decimal text, a date or time `YYYY-MM-DD[ HH:MM:SS]`.
    Text,
    /// As text; whole numbers of a numeric Parquet column are padded with zeros on the left to
    /// this many digits, because a number has lost its leading zeros. CSV text stays as it is.
    DigitsPadded(u8),
    /// As text. In Parquet only dates, times and text will do.
    Date,
    /// For the payload: Parquet keeps its type (every kind of text becomes `Utf8`); CSV is `Utf8`
    /// with null for an empty cell.
    Kept,
}

/// Inputs that have been opened and whose headers agree.
pub struct Source {
    tables: Vec<Table>,
    columns: Vec<String>,
}

/// Opens every input and reads its header. CSV or Parquet is told by the content.
///
/// # Errors
/// An input cannot be read, is neither CSV nor Parquet, has no proper header, or has other columns
/// than the first one.
pub fn open(inputs: &[Input], options: &TextLayout) -> Result<Source, ReadError> {
    if inputs.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        return Err(ReadError::of_input(sniff::STDIN, Fault::StdinTwice));
    }
    let tables = inputs.iter().map(|input| open_one(input, options)).collect::<Result<_, _>>()?;
    Source::of(tables)
}

fn open_one(input: &Input, options: &TextLayout) -> Result<Table, ReadError> {
    Ok(match sniff::sniff(input)? {
        sniff::Sniffed::Text(text) => Table::Csv(csv::CsvTable::open(text, options, BLOCK)?),
        sniff::Sniffed::Parquet(name, file) => {
            Table::Parquet(parquet::ParquetTable::open(name, file)?)
        }
    })
}

impl Source {
    fn of(tables: Vec<Table>) -> Result<Self, ReadError> {
        let Some(first) = tables.first() else {
            return Err(ReadError::of_input("input", Fault::NoInput));
        };
        let columns = first.columns().to_vec();
        for table in &tables {
            header::check_same(&columns, first.name(), table.columns())
                .map_err(|fault| ReadError::of_input(table.name(), fault))?;
        }
        Ok(Self { tables, columns })
    }

    /// The names in the header of the first input, in its order. If a file has no header these are
    /// the cells of a person: show a name only when it is expected.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The size of all inputs in bytes, if it is known: what [`Batches::position`] ends at.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.tables.iter().map(Table::size).sum()
    }

    /// Whether any input is CSV, so that its layout matters.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.tables.iter().any(|table| matches!(table, Table::Csv(_)))
    }

    /// Says which columns to read.
    ///
    /// # Errors
    /// An input lacks a wanted column, or holds it in a type that cannot be read as is wanted, or
    /// two inputs hold a kept column in different types.
    pub fn select(self, wanted: &Wanted) -> Result<Batches, ReadError> {
        let mut readers = Vec::new();
        let mut types: Option<Vec<DataType>> = None;
        for (input, table) in self.tables.into_iter().enumerate() {
            let name = table.name().to_owned();
            let (reader, found) = table.select(input, wanted)?;
            let types = types.get_or_insert_with(|| found.clone());
            if let Some(at) = (0..found.len()).find(|&at| types[at] != found[at]) {
                let column = wanted.columns[at].name.clone();
                return Err(ReadError::of_input(name, Fault::TypeDiffers { column }));
            }
            readers.push(reader);
        }
        let types = types.unwrap_or_default();
        Ok(Batches { readers: readers.into_iter(), current: None, types, position: 0 })
    }
}

/// All records of all inputs, in order, as chunks.
pub struct Batches {
    readers: std::vec::IntoIter<Reader>,
    current: Option<Reader>,
    types: Vec<DataType>,
    position: u64,
}

impl Batches {
    /// The arrow type of each wanted column: what every [`Batch`] will have.
    #[must_use]
    pub fn types(&self) -> &[DataType] {
        &self.types
    }

    /// How far reading is, in bytes of the inputs: of [`Source::size`].
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position + self.current.as_ref().map_or(0, Reader::position)
    }

    /// The next run of whole records. After an error there are none.
    pub fn next_chunk(&mut self) -> Option<Result<Chunk, ReadError>> {
        loop {
            if self.current.is_none() {
                self.current = Some(self.readers.next()?);
            }
            let reader = self.current.as_mut().expect("set just above");
            match reader.next_chunk() {
                Some(Ok(chunk)) => {
                    if chunk.is_faulty() {
                        self.stop();
                    }
                    return Some(Ok(chunk));
                }
                Some(Err(error)) => {
                    self.stop();
                    return Some(Err(error));
                }
                None => {
                    self.position = self.position();
                    self.current = None;
                }
            }
        }
    }

    fn stop(&mut self) {
        self.position = self.position();
        self.current = None;
        self.readers = Vec::new().into_iter();
    }
}

/// A run of whole records of one input, not yet parsed.
pub struct Chunk(Unparsed);

enum Unparsed {
    Csv(csv::CsvChunk),
    Parquet(parquet::ParquetChunk),
}

impl Chunk {
    /// Parses the run into columns.
    ///
    /// # Errors
    /// The first fault of the chunk after which its records are not certain.
    pub fn parse(self) -> Result<Batch, ReadError> {
        match self.0 {
            Unparsed::Csv(chunk) => chunk.parse(),
            Unparsed::Parquet(chunk) => chunk.parse(),
        }
    }

    /// Bytes that the run takes in memory.
    #[must_use]
    pub fn weight(&self) -> u64 {
        match &self.0 {
            Unparsed::Csv(_) => (BLOCK + MAX_ROW) as u64,
            Unparsed::Parquet(chunk) => chunk.weight(),
        }
    }

    /// Whether reading found a fault that parsing will report, so that nothing may come after it.
    fn is_faulty(&self) -> bool {
        matches!(&self.0, Unparsed::Csv(chunk) if chunk.is_faulty())
    }
}

/// Columns of a run of records. `rows`, and each of `columns`, have the same length.
pub struct Batch {
    /// Which of the inputs, counted from 0.
    pub input: usize,
    /// The source's row number of each row.
    pub rows: RowNumbers,
    /// In the order of [`Wanted`].
    pub columns: Vec<ArrayRef>,
    /// Records that were left out, in order.
    pub bad_rows: Vec<BadRow>,
    /// Blank lines that were passed over.
    pub blank_lines: u64,
}

//! Rows that do not fit into memory, on disk for as long as a run takes: in files without a name,
//! which the system frees however the run ends, and encrypted with a key that is nowhere but in the
//! run's memory, since what is freed is not erased.

use std::fs::File;
use std::io::{BufWriter, Seek as _};
use std::iter::once;
use std::path::{Path, PathBuf};

use age::stream::StreamReader;
use age::x25519;
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::error::{ArrowError, Result as ArrowResult};
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;

use super::{BUFFER_BYTES, FormatError, Problem, make_folder};
use crate::reason::reason;

/// Where runs of rows wait.
pub struct Spill {
    /// The folder on whose disk they wait.
    within: PathBuf,
    key: x25519::Identity,
}

/// Batches of rows that wait; any of them can be had again.
pub struct Run {
    reader: FileReader<StreamReader<File>>,
    within: PathBuf,
}

impl Spill {
    /// Makes room in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn create(within: &Path) -> Result<Self, FormatError> {
        let failed = |error| FormatError::new(within, Problem::Write(reason(&error)));
        make_folder(within).map_err(failed)?;
        Ok(Self { within: within.to_owned(), key: x25519::Identity::generate() })
    }

    /// Writes batches of one schema.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(
        &self,
        schema: &Schema,
        batches: impl Iterator<Item = RecordBatch>,
    ) -> Result<Run, FormatError> {
        let failed = |problem| FormatError::new(&self.within, problem);
        let written = self.write_file(schema, batches);
        let file = written.map_err(|error| failed(Problem::Write(told(&error))))?;
        let reader = self.open(file).map_err(|error| failed(Problem::Read(told(&error))))?;
        Ok(Run { reader, within: self.within.clone() })
    }

    fn write_file(
        &self,
        schema: &Schema,
        batches: impl Iterator<Item = RecordBatch>,
    ) -> ArrowResult<File> {
        let recipient = self.key.to_public();
        let file = BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile_in(&self.within)?);
        let stream = age::Encryptor::with_recipients(once(&recipient as &dyn age::Recipient))
            .map_err(|_| ArrowError::IoError(String::new(), std::io::ErrorKind::Other.into()))?
            .wrap_output(file)?;
        let mut writer = FileWriter::try_new(BufWriter::new(stream), schema)?;
        for batch in batches {
            writer.write(&batch)?;
        }
        let buffer = writer.into_inner()?;
        let stream = buffer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        let file = stream.finish()?.into_inner();
        Ok(file.map_err(std::io::IntoInnerError::into_error)?)
    }

    fn open(&self, mut file: File) -> ArrowResult<FileReader<StreamReader<File>>> {
        let unreadable = |error| match error {
            age::DecryptError::Io(error) => ArrowError::IoError(String::new(), error),
            _ => ArrowError::ComputeError(String::new()),
        };
        file.rewind()?;
        let decryptor = age::Decryptor::new(file).map_err(unreadable)?;
        let key = once(&self.key as &dyn age::Identity);
        FileReader::try_new(decryptor.decrypt(key).map_err(unreadable)?, None)
    }
}

impl Run {
    /// The batch at this place, counted from 0 in the order of writing.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn batch(&mut self, place: usize) -> Result<RecordBatch, FormatError> {
        let mut read = || -> ArrowResult<Option<RecordBatch>> {
            self.reader.set_index(place)?;
            self.reader.next().transpose()
        };
        let failed = |problem| FormatError::new(&self.within, problem);
        match read() {
            Ok(Some(batch)) => Ok(batch),
            Ok(None) => Err(failed(Problem::Read("rows that waited are gone".to_owned()))),
            Err(error) => Err(failed(Problem::Read(told(&error)))),
        }
    }
}

/// The operating system's reason, if there is one.
fn told(error: &ArrowError) -> String {
    match error {
        ArrowError::IoError(_, error) => reason(error),
        _ => "rows that wait on disk are damaged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;
    use std::sync::Arc;

    use arrow::array::{StringArray, UInt64Array};
    use arrow::datatypes::{DataType, Field};

    use super::*;

    fn batch(from: u64, schema: &Arc<Schema>) -> RecordBatch {
        let numbers: UInt64Array = (from..from + 500).collect();
        let names: StringArray = (from..from + 500).map(|n| Some(format!("Ashmere {n}"))).collect();
        RecordBatch::try_new(Arc::clone(schema), vec![Arc::new(numbers), Arc::new(names)])
            .expect("they fit")
    }

    fn schema() -> Arc<Schema> {
        let fields = [("n", DataType::UInt64), ("name", DataType::Utf8)];
        let fields: Vec<Field> =
            fields.into_iter().map(|(name, kind)| Field::new(name, kind, false)).collect();
        Arc::new(Schema::new(fields))
    }

    #[test]
    fn what_waits_comes_back_in_any_order_and_has_no_name() {
        let schema = schema();
        let folder = tempfile::tempdir().expect("a folder");
        let spill = Spill::create(folder.path()).expect("room");
        let batches = (0..100).map(|n| batch(n * 500, &schema));
        let mut run = spill.write(&schema, batches).expect("written");
        let other = spill.write(&schema, std::iter::once(batch(7, &schema)));
        for place in [0, 99, 42, 43, 1] {
            let found = run.batch(place).expect("read");
            assert_eq!(found, batch(place as u64 * 500, &schema));
        }
        assert_eq!(other.expect("written").batch(0).expect("read"), batch(7, &schema));
        assert!(run.batch(100).is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[test]
    fn what_waits_is_not_to_be_read_on_the_disk() {
        let schema = schema();
        let folder = tempfile::tempdir().expect("a folder");
        let spill = Spill::create(folder.path()).expect("room");
        let batches = (0..100).map(|n| batch(n * 500, &schema));
        let mut file = spill.write_file(&schema, batches).expect("written");
        let mut held = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut held)).expect("read");
        assert!(held.len() > 500_000 && !held.windows(7).any(|some| some == b"Ashmere"));
    }
}

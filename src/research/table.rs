//! A table of the extract on its way to its files.

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;

use super::MakeExtract;
use super::csv_file::CsvFile;
use crate::format::write::NewFile;
use crate::format::{FormatError, Manifest, TableKind, TableWriter};

/// A table under way, as Parquet and, if wanted, as CSV.
pub(super) struct TableFiles {
    parquet: TableWriter,
    csv: Option<CsvFile>,
    manifest: Manifest,
}

impl TableFiles {
    /// Begins the table of this name: of a dataset, or of people.
    pub fn create(
        job: &MakeExtract<'_>,
        name: &str,
        dataset: Option<&str>,
        schema: &SchemaRef,
    ) -> Result<Self, FormatError> {
        let path = |ending| job.out.join(format!("{name}.{ending}"));
        let map = &job.map.manifest;
        Ok(Self {
            parquet: TableWriter::create(&path("parquet"), SchemaRef::clone(schema))?,
            csv: job.csv.then(|| CsvFile::create(path("csv"), schema)).transpose()?,
            manifest: Manifest {
                dataset: dataset.map(str::to_owned),
                extract: Some(job.extract.id.clone()),
                rules: map.rules.clone(),
                ..Manifest::new(TableKind::Extract, &map.project, &map.spec)
            },
        })
    }

    /// Adds rows.
    pub fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), FormatError> {
        if let Some(csv) = &mut self.csv {
            csv.write(&columns)?;
        }
        self.parquet.write(columns)
    }

    /// Ends the files, which still wait to be published.
    pub fn close(self) -> Result<Vec<NewFile>, FormatError> {
        let mut files = vec![self.parquet.close(self.manifest)?];
        files.extend(self.csv.map(CsvFile::close).transpose()?);
        Ok(files)
    }
}

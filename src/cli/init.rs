//! `sealink init`: the files that a project begins with.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::format::write::{self, NewFile};
use crate::spec::{Extract, Linkage, templates};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink init ashmere
  sealink init ashmere --datasets gp,school,youth_justice

Then edit DIR/linkage.toml with all parties, and each agency its DIR/<dataset>/source.toml.")]
pub struct InitArguments {
    /// The folder to make.
    dir: PathBuf,
    /// The template to start from.
    #[arg(long, default_value = "uk-children")]
    template: String,
    /// The project's name; the folder's name if not given.
    #[arg(long)]
    project: Option<String>,
    /// The datasets, instead of the template's own.
    #[arg(long, value_delimiter = ',', value_name = "NAME,..")]
    datasets: Vec<String>,
}

pub fn run(arguments: &InitArguments, say: &Say) -> Result<Done, Failure> {
    let template = templates::named(&arguments.template).ok_or_else(|| {
        let known: Vec<&str> = templates::TEMPLATES.iter().map(|t| t.name).collect();
        Failure::usage(format!("there is no such template; there is {}", known.join(", ")))
    })?;
    let project = arguments.project.clone().unwrap_or_else(|| project_name(&arguments.dir));
    let datasets = if arguments.datasets.is_empty() {
        template.datasets()
    } else {
        arguments.datasets.clone()
    };
    let linkage = template.linkage(&project, &datasets);
    let extract = template.extract(&project, &datasets);
    Linkage::parse("linkage.toml", &linkage)?;
    Extract::parse("extract.toml", &extract)?;

    let mut files = vec![("linkage.toml".into(), linkage), ("extract.toml".into(), extract)];
    for dataset in &datasets {
        let path = PathBuf::from(dataset).join("source.toml");
        files.push((path, template.source(dataset)));
    }
    files.push(("README.md".into(), templates::readme(&project, &datasets)));
    for (path, text) in &files {
        assert_free(&arguments.dir.join(path), text)?;
    }
    let written = files
        .iter()
        .map(|(path, text)| write::whole(&arguments.dir.join(path), text.as_bytes()))
        .collect::<Result<Vec<NewFile>, _>>()?;
    write::publish_all(written)?;
    let paths: Vec<String> =
        files.iter().map(|(path, _)| arguments.dir.join(path).display().to_string()).collect();
    let text = format!(
        "made {}\nNext: read {}",
        paths.join("\n     "),
        arguments.dir.join("README.md").display()
    );
    say.summary(&text, &json!({ "files": paths, "project": project }));
    Ok(Done::Whole)
}

/// Refuses to replace a file that says something else. One that says the same is of a run that was
/// cut short, and is written again.
fn assert_free(path: &Path, text: &str) -> Result<(), Failure> {
    let same = File::open(path).and_then(|file| {
        let mut found = Vec::new();
        file.take(text.len() as u64 + 1).read_to_end(&mut found)?;
        Ok(found == text.as_bytes())
    });
    match same {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::usage(format!("{} is there already", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => {
            Err(Failure::read_or_write(format!("{} cannot be read: {error}", path.display())))
        }
    }
}

/// The folder's name, as far as it can name a project.
fn project_name(dir: &Path) -> String {
    let name =
        dir.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' })
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "linkage".to_owned() } else { name.chars().take(64).collect() }
}

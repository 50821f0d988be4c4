//! A `source.toml` for a person to finish: what is certain is mapped, what is not is marked.

mod text;

use std::fmt::Write as _;

use super::header::{self, Said};
use super::looks::Recognised;
use super::meaning::{Meaning, Sure};
use super::report::ColumnReport;
use super::sex::Codes;
use crate::spec::{Kind, Linkage, TextLayout};

use text::quoted;

/// Where nothing identifies anybody for certain.
const NO_FIELD: &str = "# DECIDE: no column is sure to identify anybody. Name one that does as a field; \
                        a file without any\n#   cannot be linked.";

/// What a proposal is made of.
pub struct Proposal<'p> {
    pub linkage: &'p Linkage,
    /// The dataset, if a person named it.
    pub dataset: Option<&'p str>,
    pub layout: TextLayout,
    pub recognised: Option<&'p Recognised>,
    pub columns: &'p [ColumnReport],
    /// For each column, its codes if it is of sex.
    pub codes: &'p [Codes],
    /// Whether record ids stand in several rows.
    pub repeats: bool,
}

impl Proposal<'_> {
    /// The text.
    pub fn text(&self) -> String {
        let mut text = self.head();
        self.records(&mut text);
        let decide = self.fields(&mut text);
        for line in &decide {
            let _ = writeln!(text, "{line}");
        }
        self.rest(&mut text);
        text
    }

    fn head(&self) -> String {
        let mut text = "# Proposed by `sealink profile` from the names and values of a file. Read every line: the program\n\
             # can be wrong. What begins with DECIDE is open, and its columns have no role, so that `sealink check`\n\
             # names them until you give each one: as a field, under payload or under drop.\n"
            .to_owned();
        if let Some(Recognised { looks, .. }) = self.recognised {
            let _ = writeln!(
                text,
                "# It looks like: {} ({}). What changes between years: `sealink profile --ready {}`.",
                looks.title, looks.years, looks.name
            );
        }
        text.push('\n');
        let usual = self.recognised.map(|found| found.ready.dataset);
        let names: Vec<&str> = self.linkage.datasets.iter().map(|d| d.name.as_str()).collect();
        let dataset = match (self.dataset, names.as_slice()) {
            (Some(named), _) => Some((named, "")),
            (None, [only]) => Some((*only, "")),
            (None, _) => usual
                .filter(|usual| names.contains(usual))
                .map(|usual| (usual, "    # where such files usually belong")),
        };
        match dataset {
            Some((name, note)) => {
                let _ = writeln!(text, "dataset   = {}{note}", quoted(name));
            }
            None => {
                let _ = writeln!(
                    text,
                    "# DECIDE which dataset of the spec this is: {}\n# dataset = \"..\"",
                    names.join(", ")
                );
            }
        }
        text
    }

    /// The record id and how the file is laid out.
    fn records(&self, text: &mut String) {
        let id = self
            .columns
            .iter()
            .find(|column| column.seems == Meaning::RecordId && column.sure > Sure::Unsure);
        match id {
            Some(column) => {
                let _ = writeln!(text, "record_id = {}    # {}", name_of(column), column.why);
            }
            None => text.push_str(
                "# DECIDE which column is your own id of a record; no identifier will do\n\
                 # record_id = \"..\"\n",
            ),
        }
        let plain = TextLayout::default();
        if self.layout.encoding != plain.encoding {
            let _ = writeln!(text, "encoding  = {}", quoted(self.layout.encoding.name()));
        }
        if self.layout.delimiter != plain.delimiter {
            let delimiter = char::from(self.layout.delimiter.byte()).to_string();
            let _ = writeln!(text, "delimiter = {}", quoted(&delimiter));
        }
        if self.recognised.is_some_and(|found| found.several_rows) {
            text.push_str(
                "several_rows = true    # as in this layout: names, months or addresses\n",
            );
        } else if self.repeats {
            text.push_str(
                "# DECIDE: record ids stand in several rows. If such rows are one record, take off the # here;\n\
                 # else mend the ids at the source. Until then `sealink pseudonymise` stops.\n\
                 # several_rows = true\n",
            );
        }
    }

    /// Writes the fields and gives the lines of what is open.
    fn fields(&self, text: &mut String) -> Vec<String> {
        text.push_str("\n[fields]\n");
        let (mut decide, mut mapped) = (Vec::new(), false);
        for field in &self.linkage.fields {
            let feeds = |column: &&ColumnReport| self.field_of(column.seems) == Some(&field.name);
            let (sure, open): (Vec<_>, Vec<_>) =
                self.columns.iter().filter(feeds).partition(|column| column.sure > Sure::Unsure);
            mapped |= !sure.is_empty();
            if !sure.is_empty() {
                let entry = self.entry(&field.name, field.kind, &sure);
                let _ = writeln!(text, "{entry}    # {}", Self::why(&sure));
            }
            for column in open {
                decide.push(format!("# DECIDE: {}", said(column)));
                decide.push(format!("#   {}", self.entry(&field.name, field.kind, &[column])));
                if !sure.is_empty() {
                    decide.push(format!("#   (or add it to the list of `{}` above)", field.name));
                }
            }
        }
        let open = |column: &&ColumnReport| {
            column.sure == Sure::Unsure && self.field_of(column.seems).is_none()
        };
        for column in self.columns.iter().filter(open) {
            decide.push(format!("# DECIDE: {}", said(column)));
            if column.seems == Meaning::FullName {
                decide.push(
                    "#   Split it into forename and surname at the source; a whole name is no field."
                        .to_owned(),
                );
            }
        }
        if !mapped {
            decide.push(NO_FIELD.to_owned());
        }
        if !decide.is_empty() {
            decide.insert(0, String::new());
        }
        decide
    }

    fn entry(&self, field: &str, kind: Kind, columns: &[&ColumnReport]) -> String {
        let mut ordered: Vec<&ColumnReport> = columns.to_vec();
        // The plain meaning first, then those of before and besides.
        ordered
            .sort_by_key(|column| (Some(column.seems) != Meaning::of_field(field), column.column));
        let names: Vec<String> = ordered.iter().map(|column| name_of(column)).collect();
        let listed = match names.as_slice() {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        let value = match kind {
            Kind::Date => format!("{{ columns = {listed}, {} }}", formats(&ordered)),
            Kind::Sex => format!("{{ columns = {listed}, codes = {} }}", self.codes_of(&ordered)),
            _ => listed,
        };
        let value = value.replacen("columns = \"", "column = \"", 1);
        format!("{field:<13} = {value}")
    }

    /// How sure the columns of a field are, and why.
    fn why(columns: &[&ColumnReport]) -> String {
        let mut all: Vec<String> = Vec::new();
        for column in columns {
            let why = format!("{}: {}", column.sure.word(), column.why);
            if !all.contains(&why) {
                all.push(why);
            }
        }
        all.join(" | ")
    }

    fn codes_of(&self, columns: &[&ColumnReport]) -> String {
        let mut pairs: Vec<String> = Vec::new();
        for column in columns {
            for (code, meaning) in &self.codes[column.column - 1] {
                let pair = format!("{} = {}", quoted(code), quoted(meaning));
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        format!("{{ {} }}", pairs.join(", "))
    }

    /// Payload and what goes nowhere.
    fn rest(&self, text: &mut String) {
        text.push_str("\n[columns]\n# What travels to the researcher: move columns here from below as the agreement allows.\npayload = [\n");
        for (meaning, coarsen, name) in PAYLOAD {
            let field = self.field_of(meaning);
            let is_mapped = |field: &str| {
                let mapped = |c: &ColumnReport| {
                    c.sure > Sure::Unsure && self.field_of(c.seems).is_some_and(|n| n == field)
                };
                self.columns.iter().any(mapped)
            };
            if let Some(field) = field.filter(|field| is_mapped(field)) {
                let _ = writeln!(
                    text,
                    "    {{ field = {}, coarsen = \"{coarsen}\", name = \"{name}\" }},",
                    quoted(field)
                );
            }
        }
        text.push_str("]\n# What goes nowhere.\ndrop = [\n");
        for column in self.columns {
            let has_field = self.field_of(column.seems).is_some();
            if column.sure == Sure::Unsure || has_field || column.seems == Meaning::RecordId {
                continue;
            }
            let note = match column.seems.field() {
                Some(_) => format!("{}: the spec has no field for it", column.seems.title()),
                None => column.seems.title().to_owned(),
            };
            let _ = writeln!(text, "    {},    # {note}", name_of(column));
        }
        text.push_str("]\n");
    }

    /// The spec's field for columns of this meaning: the one of the template's name, or whose own
    /// name says so, or the only one of its kind.
    fn field_of(&self, meaning: Meaning) -> Option<&String> {
        let (name, kind) = meaning.field()?;
        let of_kind = || self.linkage.fields.iter().filter(|field| field.kind == kind);
        let says_so = |field: &&crate::spec::Field| {
            let Some(Said::Meaning(said)) = header::said(&field.name) else { return false };
            said.field().is_some_and(|(said, _)| said == name)
        };
        let only = || {
            of_kind()
                .next()
                .filter(|_| of_kind().count() == 1 && kind != Kind::Name && kind != Kind::Upn)
        };
        of_kind()
            .find(|field| field.name == name)
            .or_else(|| of_kind().find(says_so))
            .or_else(only)
            .map(|field| &field.name)
    }
}

/// What the payload of the templates has: of fields, how fine and under which name.
const PAYLOAD: [(Meaning, &str, &str); 2] =
    [(Meaning::DateOfBirth, "year", "birth_year"), (Meaning::Sex, "as_is", "sex")];

fn formats(columns: &[&ColumnReport]) -> String {
    let mut formats: Vec<String> = Vec::new();
    for format in columns.iter().flat_map(|column| &column.formats) {
        let format = quoted(format);
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    match formats.as_slice() {
        [] => "format = \"..\"".to_owned(),
        [only] => format!("format = {only}"),
        several => format!("formats = [{}]", several.join(", ")),
    }
}

fn said(column: &ColumnReport) -> String {
    format!("{} may hold {}: {}", name_of(column), column.seems.title(), column.why)
}

fn name_of(column: &ColumnReport) -> String {
    quoted(column.name.as_deref().unwrap_or_default())
}

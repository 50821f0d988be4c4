//! Every way in which an agency's file can be wrong, each cell of it a canary.

use super::canaries::Aviary;

/// The header of the files.
pub const HEADER: &str = "id,nhs_number,upn,forename,alias,surname,dob,sex,postcode,ethnicity,note";

/// The mapping of the files.
pub const SOURCE: &str = r#"
dataset   = "a"
record_id = "id"

[fields]
nhs_number    = "nhs_number"
upn           = "upn"
forename      = ["forename", "alias"]
surname       = "surname"
date_of_birth = { column = "dob", format = "%d/%m/%Y" }
sex           = { column = "sex", codes = { "1" = "M", "2" = "F" } }
postcode      = "postcode"

[columns]
payload = [
    "ethnicity",
    { field = "date_of_birth", coarsen = "year", name = "birth_year" },
    { field = "postcode", coarsen = "district", name = "district" },
    { field = "sex", name = "sex" },
]
drop = ["note"]
"#;

/// An agency's file, what comes of it, and how its mapping differs.
pub struct Case {
    pub name: &'static str,
    pub code: i32,
    pub edit: (&'static str, &'static str),
    pub records: Vec<u8>,
}

/// All cases, each with good rows too; and the ids in them.
pub fn cases(aviary: &mut Aviary) -> (Vec<Case>, Vec<String>) {
    let mut cases = Cases { aviary, ids: Vec::new(), cases: Vec::new() };
    cases.rows_left_out();
    cases.wrong_layouts();
    cases.wrong_bytes();
    cases.wrong_quotes();
    (cases.cases, cases.ids)
}

/// Rows as lines of CSV.
pub fn lines(rows: &[Vec<String>]) -> Vec<u8> {
    let rows = rows.iter().map(|cells| format!("{}\n", cells.join(",")));
    rows.collect::<String>().into_bytes()
}

/// Bytes end to end.
pub fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

struct Cases<'a> {
    aviary: &'a mut Aviary,
    ids: Vec<String>,
    cases: Vec<Case>,
}

/// The mapping as it is.
const SAME: (&str, &str) = ("", "");

impl Cases<'_> {
    fn row(&mut self) -> Vec<String> {
        let person = self.aviary.person();
        self.ids.push(person.id.clone());
        person.row()
    }

    fn name(&mut self) -> String {
        self.row()[3].clone()
    }

    fn rows(&mut self, count: usize) -> Vec<Vec<String>> {
        (0..count).map(|_| self.row()).collect()
    }

    fn add(
        &mut self,
        name: &'static str,
        code: i32,
        edit: (&'static str, &'static str),
        records: Vec<u8>,
    ) {
        self.cases.push(Case { name, code, edit, records });
    }

    /// A file of a header, a good row, these bytes, and another good row.
    fn around(&mut self, bad: &[u8]) -> Vec<u8> {
        let (before, after) = (lines(&self.rows(1)), lines(&self.rows(1)));
        joined(&[HEADER.as_bytes(), b"\n", &before, bad, &after])
    }

    fn rows_left_out(&mut self) {
        let mut refused = self.row();
        refused[1] = self.row()[1].replace(|c: char| c.is_ascii_digit(), "7");
        refused[2].push('9');
        refused[6] = format!("31/02/2011 {}", self.name());
        refused[7] = self.name();
        refused[8] = format!("{} {}", self.row()[8], self.row()[8]);
        let mut nobody = self.row();
        nobody[0] = " ".to_owned();
        let (mut short, mut long) = (self.row(), self.row());
        short.truncate(6);
        long.push(self.name());
        let records = self.around(&lines(&[refused, nobody, short, long]));
        self.add("rows left out", 3, SAME, records);
        let records = self.around(b"");
        self.add("nothing wrong", 0, SAME, records);
        let again = lines(&self.rows(1));
        let records = self.around(&joined(&[&again, &again]));
        self.add("an id twice", 1, SAME, records);
    }

    fn wrong_layouts(&mut self) {
        let records = lines(&self.rows(3));
        self.add("no header", 2, SAME, records);
        let mut twice = self.row();
        let equal = twice[4].clone();
        twice[3] = equal;
        let records = lines(&[twice, self.row()]);
        self.add("no header, two equal cells", 1, SAME, records);
        let mut blank = self.row();
        blank[4].clear();
        let records = lines(&[blank, self.row()]);
        self.add("no header, a blank cell", 1, SAME, records);
        let semicolon = |byte: &u8| if *byte == b',' { b';' } else { *byte };
        let records = lines(&self.rows(2)).iter().map(semicolon).collect();
        self.add("another delimiter, no header", 2, SAME, records);
        for (name, code, from, to) in [
            ("another delimiter declared", 2, "record_id", "delimiter = \";\"\nrecord_id"),
            ("UTF-16 declared", 2, "record_id", "encoding = \"utf-16le\"\nrecord_id"),
            ("a column that is not there", 2, "\"surname\"", "\"Surname\""),
            ("a column without a role", 2, "drop = [\"note\"]", ""),
        ] {
            let records = self.around(b"");
            self.add(name, code, (from, to), records);
        }
        let records = joined(&[b"PAR1", &lines(&self.rows(1)), b"PAR1"]);
        self.add("a Parquet file cut short", 1, SAME, records);
        let records = joined(&[b"PK\x03\x04", &lines(&self.rows(1))]);
        self.add("an Excel file", 1, SAME, records);
    }

    fn wrong_bytes(&mut self) {
        for (name, place, bad) in [
            ("a stray quote", 3, &b"\""[..]),
            ("bad UTF-8", 5, b"\xC3\x28"),
            ("a NUL", 3, b"\0"),
            ("a control character", 5, b"\x07"),
            ("a lone carriage return", 4, b"\r"),
        ] {
            let mut cells: Vec<Vec<u8>> = self.row().into_iter().map(String::into_bytes).collect();
            cells[place].extend_from_slice(bad);
            cells[place].extend_from_slice(self.name().as_bytes());
            let records = self.around(&joined(&[&cells.join(&b","[..]), b"\n"]));
            self.add(name, 1, SAME, records);
        }
    }

    fn wrong_quotes(&mut self) {
        let mut quoted = self.row();
        quoted[3] = format!("\"{}\"{}", quoted[3], self.name());
        let records = self.around(&lines(&[quoted]));
        self.add("text after a quote", 1, SAME, records);
        let mut open = self.row();
        open[3].insert(0, '"');
        let records = self.around(&lines(&[open]));
        self.add("an open quote", 1, SAME, records);
        for quote in ["", "\""] {
            let mut vast = self.row();
            vast[10] = format!("{quote}{}{quote}", self.row()[5].repeat(7000));
            let records = self.around(&lines(&[vast]));
            self.add("a long field", 1, SAME, records);
        }
    }
}

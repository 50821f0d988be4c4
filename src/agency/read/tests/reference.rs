//! A naive reader of the same grammar, a byte at a time: what the fast one must agree with.

use super::super::rows::BadRowKind;
use super::super::{BadRow, Fault};
use super::Found;

/// Row, column and kind of a fault.
pub(super) type Refused = (u64, usize, Fault);

enum State {
    FieldStart,
    Plain,
    Quoted,
    Closed,
    /// A carriage return outside quotes.
    Return,
}

struct Reference {
    records: Vec<Vec<String>>,
    fields: Vec<String>,
    field: Vec<u8>,
    opened: bool,
    blanks: Vec<usize>,
}

impl Reference {
    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        self.fields.push(String::from_utf8(field).expect("tests are UTF-8"));
    }

    fn end_record(&mut self) {
        let blank = self.fields.is_empty() && self.field.is_empty() && !self.opened;
        if blank {
            self.blanks.push(self.records.len());
        }
        self.end_field();
        self.records.push(std::mem::take(&mut self.fields));
        self.opened = false;
    }

    fn refused(&self, fault: Fault) -> Refused {
        (self.records.len() as u64 + 1, self.fields.len() + 1, fault)
    }
}

/// Reads a whole input, whose header is good.
pub(super) fn read(input: &str) -> Result<Found, Refused> {
    let mut r = Reference {
        records: Vec::new(),
        fields: Vec::new(),
        field: Vec::new(),
        opened: false,
        blanks: Vec::new(),
    };
    let mut state = State::FieldStart;
    for &byte in input.as_bytes() {
        state = step(&mut r, &state, byte).map_err(|fault| r.refused(fault))?;
    }
    match state {
        State::Quoted => return Err(r.refused(Fault::UnterminatedQuote)),
        State::Return => return Err(r.refused(Fault::LoneReturn)),
        State::FieldStart if r.fields.is_empty() => {}
        _ => r.end_record(),
    }
    Ok(found(r))
}

fn step(r: &mut Reference, state: &State, byte: u8) -> Result<State, Fault> {
    Ok(match (state, byte) {
        (State::Quoted, b'"') => State::Closed,
        (State::Quoted, _) => {
            r.field.push(byte);
            State::Quoted
        }
        (State::Return, b'\n') | (State::FieldStart | State::Plain | State::Closed, b'\n') => {
            r.end_record();
            State::FieldStart
        }
        (State::Return, _) => return Err(Fault::LoneReturn),
        (_, b'\r') => State::Return,
        (_, b',') => {
            r.end_field();
            State::FieldStart
        }
        (State::FieldStart, b'"') => {
            r.opened = true;
            State::Quoted
        }
        (State::Closed, b'"') => {
            r.field.push(b'"');
            State::Quoted
        }
        (State::Plain, b'"') => return Err(Fault::QuoteInField),
        (State::Closed, _) => return Err(Fault::TextAfterQuote),
        (State::FieldStart | State::Plain, _) => {
            r.field.push(byte);
            State::Plain
        }
    })
}

fn found(r: Reference) -> Found {
    let mut records = r.records.into_iter().enumerate();
    let (_, columns) = records.next().expect("there is a header");
    let expected = columns.len();
    let mut found = Found { columns, rows: Vec::new(), bad_rows: Vec::new(), blank_lines: 0 };
    for (at, record) in records {
        let row = at as u64 + 1;
        if expected > 1 && r.blanks.contains(&at) {
            found.blank_lines += 1;
        } else if let Some(kind) = BadRowKind::of(record.len(), expected) {
            found.bad_rows.push(BadRow { input: 0, row, kind });
        } else {
            found.rows.push((row, record.into_iter().map(Some).collect()));
        }
    }
    found
}

//! Made-up people in made-up agencies, for tests that need many; all from a seed.

use std::fmt::Write as _;

/// A small generator of pseudo-random numbers (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True once in so many times.
    pub const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1);
            items.swap(last, usize::try_from(other).expect("it is below the length"));
        }
    }
}

/// The spec that the tests of mechanism share: three datasets, any two of which overlap.
pub const LINKAGE: &str = r#"
protocol = "sealink/1"
project  = "trial"
datasets = ["a", "b", "c"]

[fields]
nhs_number    = "nhs_number"
forename      = "name"
surname       = "name"
date_of_birth = "date"
sex           = "sex"
postcode      = "uk_postcode"

[recipes]
nhs            = ["nhs_number"]
forename_dob   = ["forename.every_word", "date_of_birth"]
surname_dob    = ["surname.every_word", "date_of_birth"]
forename_sound = ["forename.soundex", "date_of_birth"]
names_year     = ["forename.every_word", "surname.every_word", "date_of_birth.year"]
postcode_dob   = ["postcode", "date_of_birth"]
sex_dob        = ["sex", "date_of_birth"]

[[match_keys]]
id     = "number_and_part"
agree  = ["nhs"]
any_of = ["forename_dob", "surname_dob", "names_year"]

[[match_keys]]
id     = "names_and_place"
agree  = ["forename_dob", "surname_dob"]
any_of = ["postcode_dob"]

[[match_keys]]
id     = "names"
agree  = ["names_year"]
any_of = ["forename_dob", "postcode_dob"]
unique = true

[[vetoes]]
id     = "different_numbers"
differ = ["nhs"]

[[vetoes]]
id     = "twins"
agree  = ["surname_dob", "postcode_dob"]
differ = ["forename_dob", "forename_sound"]
"#;

/// The mapping of a dataset of that spec.
pub fn source(dataset: &str) -> String {
    format!(
        r#"
dataset      = "{dataset}"
record_id    = "id"
several_rows = true

[fields]
nhs_number    = "nhs_number"
forename      = ["forename", "other_forename"]
surname       = ["surname", "other_surname"]
date_of_birth = {{ column = "dob", format = "%d/%m/%Y" }}
sex           = {{ column = "sex", codes = {{ "1" = "M", "2" = "F" }} }}
postcode      = ["postcode", "previous_postcode"]

[columns]
payload = [
    "serial",
    "seen",
    "remark",
    {{ field = "date_of_birth", coarsen = "year", name = "birth_year" }},
    {{ field = "postcode", coarsen = "district", name = "district" }},
]
drop = ["notes"]
"#
    )
}

/// The header of the records.
pub const HEADER: &str = "id,nhs_number,forename,other_forename,surname,other_surname,dob,sex,\
                          postcode,previous_postcode,serial,seen,remark,notes";

/// An extract of all three datasets.
pub const EXTRACT: &str = r#"
extract = "trial-1"
title   = "A trial"

[datasets.a]
columns = ["*"]

[datasets.b]
columns = [
    "serial",
    { column = "seen", format = "%d/%m/%Y", coarsen = "month", name = "seen_month", description = "Month in which the child was seen" },
    { column = "remark", coarsen = "area", name = "remark_area" },
]

[datasets.c]
columns = ["serial", "remark"]
"#;

/// Rows of one dataset about these people, a line each without line end. Nobody's record is wholly
/// like another dataset's; one in eight people has two rows under one id, one in fifteen two ids.
pub fn rows(dataset: u64, people: std::ops::Range<u64>) -> Vec<String> {
    let mut rows = Vec::new();
    for person in people {
        let mut random =
            Random(dataset.wrapping_mul(0x5EED_0001) ^ person.wrapping_mul(0xABCD_EF01));
        let ids = if random.once_in(15) { 2 } else { 1 };
        for id in 0..ids {
            for _ in 0..if random.once_in(8) { 2 } else { 1 } {
                rows.push(row(dataset, person, id, rows.len(), &mut random));
            }
        }
    }
    rows
}

fn row(dataset: u64, person: u64, id: u64, serial: usize, random: &mut Random) -> String {
    let mut own = Random(person.wrapping_mul(0xD1B5_4A32_D192_ED03));
    let number = nhs_number(100_000_000 + own.below(899_999_999));
    let (forename, surname) = (word(&mut own, 2), word(&mut own, 3));
    let (year, month, day) = (2007 + own.below(15), 1 + own.below(12), 2 + own.below(27));
    let sex = 1 + own.below(2);
    let postcode = postcode(&mut own);
    let mut row = format!("{dataset}-{person}-{id},");
    let blank_or = |blank: bool, text: &str| if blank { String::new() } else { text.to_owned() };
    let _ = write!(row, "{},", blank_or(random.once_in(3), &number));
    let other = word(random, 2);
    let _ = write!(row, "{},{},", forename, blank_or(random.below(4) > 0, &other));
    let spelled =
        if random.once_in(9) { format!("{surname} {}", word(random, 2)) } else { surname };
    let _ = write!(row, "{spelled},{},", blank_or(random.below(3) > 0, &word(random, 3)));
    let day = if random.once_in(12) { 1 + random.below(28) } else { day };
    let _ = write!(row, "{day:02}/{month:02}/{year},{sex},");
    let moved = self::postcode(random);
    let (current, previous) =
        if random.once_in(4) { (moved, postcode) } else { (postcode, String::new()) };
    let _ = write!(row, "{current},{previous},{serial},");
    let _ = write!(row, "{:02}/{:02}/2024,", 1 + random.below(28), 1 + random.below(12));
    let remarks = ["=1+1", "+44", "-", "@home", "plain", "\"a, b\"", "M1 1AE", ""];
    let remark = remarks[usize::try_from(random.below(8)).expect("small")];
    let _ = write!(row, "{remark},left out");
    row
}

/// Rows as a CSV file with its header.
pub fn csv(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// A pronounceable word of so many syllables.
pub fn word(random: &mut Random, syllables: u64) -> String {
    const STARTS: [&str; 16] =
        ["b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w"];
    const ENDS: [&str; 10] = ["a", "e", "i", "o", "u", "an", "el", "is", "or", "un"];
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(STARTS[usize::try_from(random.below(16)).expect("small")]);
        word.push_str(ENDS[usize::try_from(random.below(10)).expect("small")]);
    }
    word
}

fn postcode(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let letter = |random: &mut Random| {
        char::from(LETTERS[usize::try_from(random.below(20)).expect("small")])
    };
    let (district, sector) = (1 + random.below(40), random.below(10));
    format!("AM{district} {sector}{}{}", letter(random), letter(random))
}

/// A valid NHS number that opens with these nine digits, or with the next that can.
pub fn nhs_number(nine: u64) -> String {
    let digits = format!("{nine:09}");
    let sum: u32 =
        digits.chars().zip((2..=10).rev()).map(|(c, w)| c.to_digit(10).expect("a digit") * w).sum();
    match 11 - sum % 11 {
        10 => nhs_number(nine + 1),
        11 => format!("{digits}0"),
        check => format!("{digits}{check}"),
    }
}

//! The audit of token tables as text.

use std::fmt::Write as _;

use super::super::tokens::{ColumnReport, TableReport, TokenReport};
use super::super::verdict::Outcome;
use super::{count, percent};

impl TokenReport {
    /// The report as Markdown that reads well as it is.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("# What the token tables give away\n\n");
        for part in [self.checked(), self.assumed(), self.result()] {
            let _ = writeln!(text, "{part}\n");
        }
        for table in &self.tables {
            let _ = writeln!(text, "{}", table.text(self.with_key));
        }
        text.push_str(COLUMNS);
        #[cfg(feature = "agency")]
        if let Some(dictionary) = &self.dictionary {
            let _ = writeln!(text, "{}\n", dictionary.text());
        }
        text.push_str(NOT_COVERED);
        text
    }

    fn checked(&self) -> String {
        let tables = self
            .tables
            .iter()
            .map(|table| format!("`{}` ({} records)", table.dataset, count(table.records)));
        format!(
            "**What was checked.** Every token column of {}: how often its tokens occur, and how \
             many records matching ranks would name. The limits: no token on more than {} of \
             records, no more than {} of records named, and no more than {} of the 20 commonest \
             tokens. A token of ten records or fewer, and less than one record named, keep the \
             limits in a table of any size.",
            tables.collect::<Vec<_>>().join(", "),
            percent(self.limits.largest_share),
            percent(self.limits.rank_match),
            self.limits.rank_top20,
        )
    }

    fn assumed(&self) -> String {
        let lists = if self.own_frequencies.is_empty() {
            "the approximate lists that come with the program".to_owned()
        } else {
            format!(
                "lists given for this audit ({}) and otherwise the approximate ones of the program",
                self.own_frequencies.join(", ")
            )
        };
        let key = if self.with_key {
            " The figures with the key compare the guesses' own tokens with the table's: what such \
             an attacker with these lists names here, exactly."
        } else {
            ""
        };
        format!(
            "**What the attacker is assumed to have.** A table, the agreed spec and public \
             frequencies of names, birth years and places ({lists}); no key and no record. It puts \
             tokens and values in the order of how common they are and matches them place by \
             place, taking a recipe's parts for independent. The *best case* is simulated: records \
             are drawn from the attacker's own frequencies, so that it knows every value and its \
             true share. A real attacker does worse.{key}"
        )
    }

    /// Every column with its dataset.
    fn columns(&self) -> Vec<(&str, &ColumnReport)> {
        let mut columns = Vec::new();
        for TableReport { dataset, columns: of_table, .. } in &self.tables {
            columns.extend(of_table.iter().map(|column| (dataset.as_str(), column)));
        }
        columns
    }

    fn result(&self) -> String {
        let named = |outcome: Outcome| {
            let found = self.columns().into_iter().filter(|(_, c)| c.judged.outcome == outcome);
            let found = found.map(|(dataset, column)| {
                format!("`{dataset}.{}` ({})", column.recipe, column.judged.exceeded.join(", "))
            });
            found.collect::<Vec<_>>().join("; ")
        };
        let verdict = if self.passed { "Passed." } else { "Failed." };
        let mut text = format!("**Result: {verdict}**");
        for (outcome, what) in [
            (Outcome::Fail, "Exceed a limit"),
            (Outcome::Waived, "Exceed a limit, and the spec accepts the risk by name"),
        ] {
            let found = named(outcome);
            if !found.is_empty() {
                let _ = write!(text, " {what}: {found}.");
            }
        }
        let open: Vec<String> = self
            .columns()
            .into_iter()
            .filter_map(|(dataset, column)| {
                let why = column.not_attacked.as_ref()?;
                Some(format!("`{dataset}.{}` ({why})", column.recipe))
            })
            .collect();
        if !open.is_empty() {
            let _ = write!(text, " Not judged by matching ranks: {}.", open.join("; "));
        }
        text
    }
}

impl TableReport {
    fn text(&self, with_key: bool) -> String {
        let mut text = format!(
            "## {}\n\n{} rows, {} records{}.\n\n",
            self.dataset,
            count(self.rows),
            count(self.records),
            if self.rekeyed { ", re-keyed by the linker" } else { "" }
        );
        let key = if with_key { " with the key |" } else { "" };
        let _ = writeln!(
            text,
            "| column | no token | distinct | commonest | alone | entropy, bits | least, bits | \
             neighbours | named, best case | of top 20 |{key} |"
        );
        let _ = writeln!(text, "|---|{}", "---:|".repeat(9 + usize::from(with_key)) + "---|");
        let is_empty = |column: &&ColumnReport| column.figures.tokens == 0;
        for column in self.columns.iter().filter(|column| !is_empty(column)) {
            let _ = writeln!(text, "{}", column.row(with_key));
        }
        let empty: Vec<String> =
            self.columns.iter().filter(is_empty).map(|c| format!("`{}`", c.recipe)).collect();
        if !empty.is_empty() {
            let _ = writeln!(text, "\nWithout any token: {}.", empty.join(", "));
        }
        text
    }
}

impl ColumnReport {
    fn row(&self, with_key: bool) -> String {
        let figures = &self.figures;
        let mut cells = vec![
            format!("`{}`", self.recipe),
            percent(figures.null_share),
            count(figures.distinct),
            percent(figures.largest_share()),
            percent(figures.unique_share),
            format!("{:.2}", figures.entropy_bits),
            format!("{:.2}", figures.min_entropy_bits),
            format!("{:.3}", figures.neighbours),
        ];
        let [best, top, exact] = self.named();
        cells.extend([best, top]);
        cells.extend(with_key.then_some(exact));
        cells.push(
            match self.judged.outcome {
                Outcome::Pass => "kept",
                Outcome::Fail => "**exceeded**",
                Outcome::Waived => "waived",
            }
            .to_owned(),
        );
        format!("| {} |", cells.join(" | "))
    }

    /// Named in the best case, of the commonest twenty, and with the key.
    #[cfg(feature = "agency")]
    fn named(&self) -> [String; 3] {
        let of = |found: Option<super::super::RankMatch>| {
            found.map_or_else(
                || ["–".to_owned(), "–".to_owned()],
                |found| [percent(found.share), format!("{:.1}", found.top20)],
            )
        };
        let ([best, top], [exact, exact_top]) = (of(self.best_case), of(self.exact));
        let both = if self.exact.is_some() { format!("{exact}, {exact_top} of 20") } else { exact };
        [best, top, both]
    }

    #[cfg(not(feature = "agency"))]
    fn named(&self) -> [String; 3] {
        std::array::from_fn(|_| "–".to_owned())
    }
}

#[cfg(feature = "agency")]
impl super::super::Dictionary {
    fn text(&self) -> String {
        let table = if self.rekeyed {
            format!(
                "The table was re-keyed by the linker: of its tokens {} were found, and it must be \
                 none.",
                count(self.found_in_table)
            )
        } else {
            format!(
                "Of the table's own tokens {} were found among them; numbers of that block are \
                 given to nobody.",
                count(self.found_in_table)
            )
        };
        format!(
            "## What the linkage key opens\n\nThe program made up {} NHS numbers of the block for \
             tests, made their tokens under `{}`, and then tried all {} valid numbers of that \
             block with the key: {} of {} were recovered. {table} There are {} valid numbers in \
             all and {} in the blocks of England, Wales and the Isle of Man, so that whoever holds \
             both the key and a table recovers every NHS number in it within minutes. No longer \
             token would change that: the key and other agencies' tables must never meet.",
            count(self.planted),
            self.recipe,
            count(self.tried),
            count(self.recovered),
            count(self.planted),
            count(self.all_numbers),
            count(self.english_numbers),
        )
    }
}

const COLUMNS: &str = "\
*No token*: records without one. *Commonest*: records with the commonest token. *Alone*: distinct \
tokens that one record has. *Entropy* and *least* (min-entropy): of a token drawn at random. \
*Neighbours*: with how many others of its table a record shares a token, on average. *Named*: \
records whose value is rightly told by rank; *of top 20*: of the twenty commonest tokens.\n\n";

const NOT_COVERED: &str = "\
**What is not covered.** An attacker who holds another list of the same children in clear text: \
several columns together then name most of them without a key (the project's decision 6), and only \
the separation of roles stands against that. One who knows particular children beforehand and looks \
for what only they have in common. One who has the linkage key, save for what is said of it here. \
Names of one tradition go together, which the attacker above does not use. Public frequencies are \
those of a country; a table of one place may differ.\n";

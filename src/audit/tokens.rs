//! The audit of token tables: each column's figures, what attackers would name, and the verdict.

use std::path::PathBuf;

use serde::Serialize;

use super::AuditError;
use super::column::{self, Column, ColumnFigures, Measured};
use super::frequencies::Frequencies;
use super::verdict::{Judged, Named, Outcome, judge};
use crate::format::{Manifest, Table, TableKind};
use crate::observe::Observer;
use crate::spec::{Linkage, TokenLimits};
use crate::token::hex;

#[cfg(feature = "agency")]
use super::{attacker, dictionary, dictionary::Dictionary, rank_match, rank_match::RankMatch};
#[cfg(feature = "agency")]
use crate::agency::GuessTokens;
#[cfg(feature = "agency")]
use crate::key::LinkageKey;

/// Token tables to audit.
#[derive(Debug)]
pub struct AuditTokens<'j> {
    /// The agreed linkage; without it only frequencies are measured.
    pub linkage: Option<&'j Linkage>,
    /// The token tables.
    pub tables: &'j [PathBuf],
    /// What is public of names, places and birth years.
    pub public: &'j Frequencies,
    /// The linkage key, where it lies beside the table already: at the table's own agency.
    #[cfg(feature = "agency")]
    pub key: Option<&'j LinkageKey>,
}

/// What was found in token tables.
#[derive(Debug, Serialize)]
pub struct TokenReport {
    /// The kind of audit.
    pub audit: &'static str,
    /// Whether no limit is exceeded but by recipes that the spec accepts by name.
    pub passed: bool,
    /// Whether a spec was there to know recipes and limits from.
    pub with_spec: bool,
    /// Whether a key was there to try guesses with.
    pub with_key: bool,
    /// The limits.
    pub limits: Limits,
    /// Kinds of public frequencies that were given and not the shipped ones.
    pub own_frequencies: Vec<String>,
    /// Each table.
    pub tables: Vec<TableReport>,
    /// The dictionary attack, if a key was given and the spec has a recipe of the NHS number.
    #[cfg(feature = "agency")]
    pub dictionary: Option<Dictionary>,
}

/// The limits that were judged by.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// The largest share of records under one token.
    pub largest_share: f64,
    /// The largest share of records named by rank.
    pub rank_match: f64,
    /// Of the twenty commonest tokens, how many may be named by rank.
    pub rank_top20: u64,
}

/// What was found in one table.
#[derive(Debug, Serialize)]
pub struct TableReport {
    /// Its dataset.
    pub dataset: String,
    /// Rows; a record with several tokens of a recipe has several.
    pub rows: u64,
    /// Records.
    pub records: u64,
    /// Whether the linker has re-keyed the table.
    pub rekeyed: bool,
    /// Its token columns.
    pub columns: Vec<ColumnReport>,
}

/// What was found in one column.
#[derive(Debug, Serialize)]
pub struct ColumnReport {
    /// The recipe.
    pub recipe: String,
    /// How often its tokens occur.
    #[serde(flatten)]
    pub figures: ColumnFigures,
    /// What rank matching would name in the attacker's best case.
    #[cfg(feature = "agency")]
    pub best_case: Option<RankMatch>,
    /// What rank matching names in this very table, as trying with the key shows.
    #[cfg(feature = "agency")]
    pub exact: Option<RankMatch>,
    /// Why there is no figure of rank matching.
    pub not_attacked: Option<String>,
    /// The verdict.
    #[serde(flatten)]
    pub judged: Judged,
}

/// Audits token tables.
///
/// # Errors
/// If a table cannot be read, is none of tokens, or does not belong to the spec or the key; or if a
/// key is given with more than one table, since who holds the key never holds another's tokens.
pub fn audit_tokens(
    job: &AuditTokens<'_>,
    observer: &dyn Observer,
) -> Result<TokenReport, AuditError> {
    let tables = open(job)?;
    let columns: usize = tables.iter().map(|table| table.schema().fields().len() - 1).sum();
    observer.stage("audit", Some(columns as u64));
    let tables_found = tables
        .iter()
        .map(|table| table_report(job, table, observer))
        .collect::<Result<Vec<_>, _>>()?;
    let limits = limits(job);
    let failed = |column: &ColumnReport| column.judged.outcome == Outcome::Fail;
    #[cfg(feature = "agency")]
    let dictionary = dictionary_attack(job, &tables)?;
    #[cfg(feature = "agency")]
    let broken = dictionary.as_ref().is_some_and(|d| d.rekeyed && d.found_in_table > 0);
    #[cfg(not(feature = "agency"))]
    let broken = false;
    Ok(TokenReport {
        audit: "tokens",
        passed: !broken && !tables_found.iter().flat_map(|table| &table.columns).any(failed),
        with_spec: job.linkage.is_some(),
        #[cfg(feature = "agency")]
        with_key: job.key.is_some(),
        #[cfg(not(feature = "agency"))]
        with_key: false,
        limits: Limits {
            largest_share: limits.largest_share,
            rank_match: limits.rank_match,
            rank_top20: limits.rank_top20,
        },
        own_frequencies: job.public.replaced().map(str::to_owned).collect(),
        tables: tables_found,
        #[cfg(feature = "agency")]
        dictionary,
    })
}

fn limits(job: &AuditTokens<'_>) -> TokenLimits {
    job.linkage.map_or_else(TokenLimits::default, |linkage| linkage.audit)
}

/// Opens the tables, by dataset and then by path, and checks that they belong to the spec.
fn open(job: &AuditTokens<'_>) -> Result<Vec<Table>, AuditError> {
    let mut tables = job
        .tables
        .iter()
        .map(|path| Table::open(path, TableKind::Tokens))
        .collect::<Result<Vec<_>, _>>()?;
    for table in &tables {
        let wrong = |what| AuditError::NotTogether { path: table.path().to_owned(), what };
        let names = column::names(table)?;
        let Some(linkage) = job.linkage else { continue };
        let (has, wanted) = (&table.manifest.spec, hex(&linkage.fingerprint()));
        if *has != wanted {
            return Err(wrong(format!(
                "has the spec fingerprint {has}, but the spec has {wanted}"
            )));
        }
        let listed = linkage.recipes.iter().map(|recipe| &recipe.id);
        if !names.iter().eq(listed) {
            return Err(wrong("has other columns than the spec has recipes".to_owned()));
        }
    }
    #[cfg(feature = "agency")]
    check_key(job, &tables)?;
    tables.sort_by(|a, b| (&a.manifest.dataset, a.path()).cmp(&(&b.manifest.dataset, b.path())));
    Ok(tables)
}

#[cfg(feature = "agency")]
fn check_key(job: &AuditTokens<'_>, tables: &[Table]) -> Result<(), AuditError> {
    let Some(key) = job.key else { return Ok(()) };
    let (Some(linkage), [table]) = (job.linkage, tables) else {
        return Err(AuditError::Usage(
            "a key needs the spec and one table, your own: who holds the linkage key never holds \
             another agency's tokens"
                .to_owned(),
        ));
    };
    let (has, wanted) = (&table.manifest.key, hex(&key.check_value(&linkage.project).0));
    if *has == Some(wanted) || rekeyed(&table.manifest) {
        return Ok(());
    }
    let what = "was made with another linkage key than the one given".to_owned();
    Err(AuditError::NotTogether { path: table.path().to_owned(), what })
}

/// Whether the manifest says that the linker has put its second key over the tokens.
fn rekeyed(manifest: &Manifest) -> bool {
    let manifest = serde_json::to_value(manifest).expect("a manifest is plain text and numbers");
    !matches!(
        manifest.get("rekeyed"),
        None | Some(serde_json::Value::Null | serde_json::Value::Bool(false))
    )
}

fn table_report(
    job: &AuditTokens<'_>,
    table: &Table,
    observer: &dyn Observer,
) -> Result<TableReport, AuditError> {
    let mut columns = Vec::new();
    for (place, name) in (0..).zip(column::names(table)?) {
        columns.push(column_report(job, table, place, &name)?);
        observer.advance(1);
    }
    Ok(TableReport {
        dataset: table.manifest.dataset.clone().unwrap_or_default(),
        rows: table.manifest.rows,
        records: table.manifest.records,
        rekeyed: rekeyed(&table.manifest),
        columns,
    })
}

fn column_report(
    job: &AuditTokens<'_>,
    table: &Table,
    place: u64,
    name: &str,
) -> Result<ColumnReport, AuditError> {
    let column = Column::new(table, name);
    let measured = column.measure()?;
    let accepted = job.linkage.is_some_and(|linkage| linkage.accept_risk.iter().any(|r| r == name));
    let attacked = attack(job, &column, name, place, &measured)?;
    let named = attacked.named();
    let judged = judge(&limits(job), measured.records, &measured.figures, &named, accepted);
    Ok(ColumnReport {
        recipe: name.to_owned(),
        figures: measured.figures,
        #[cfg(feature = "agency")]
        best_case: attacked.best_case,
        #[cfg(feature = "agency")]
        exact: attacked.exact,
        not_attacked: attacked.why_not,
        judged,
    })
}

/// What rank matching found, or why it was not tried.
#[derive(Default)]
struct Attacked {
    #[cfg(feature = "agency")]
    best_case: Option<RankMatch>,
    #[cfg(feature = "agency")]
    exact: Option<RankMatch>,
    why_not: Option<String>,
}

impl Attacked {
    fn not(why: &str) -> Self {
        Self {
            #[cfg(feature = "agency")]
            best_case: None,
            #[cfg(feature = "agency")]
            exact: None,
            why_not: Some(why.to_owned()),
        }
    }

    #[cfg(feature = "agency")]
    fn named(&self) -> Vec<Named> {
        let found = [self.best_case, self.exact].into_iter().flatten();
        found.map(|found| (found.records, found.top20)).collect()
    }

    #[cfg(not(feature = "agency"))]
    fn named(&self) -> Vec<Named> {
        Vec::new()
    }
}

#[cfg(feature = "agency")]
fn attack(
    job: &AuditTokens<'_>,
    column: &Column<'_>,
    name: &str,
    place: u64,
    measured: &Measured,
) -> Result<Attacked, AuditError> {
    let Some(linkage) = job.linkage else {
        return Ok(Attacked::not("without the spec the recipe is not known"));
    };
    let recipe = linkage.recipes.iter().find(|recipe| recipe.id == name);
    let recipe = recipe.expect("the columns were compared with the recipes");
    let parts = match attacker::parts(recipe, &linkage.fields, job.public) {
        Ok(parts) => parts,
        Err(why) => return Ok(Attacked::not(&why)),
    };
    let best_case = match rank_match::best_case(&parts, place, measured) {
        Ok(found) => Some(found),
        Err(why) => return Ok(Attacked::not(&why)),
    };
    let mut exact = None;
    if let Some(key) = job.key {
        let mut tokens = GuessTokens::new(linkage, key, recipe);
        exact = rank_match::exact(&parts, &mut tokens, column, measured)?;
    }
    Ok(Attacked { best_case, exact, why_not: None })
}

#[cfg(not(feature = "agency"))]
fn attack(
    _: &AuditTokens<'_>,
    _: &Column<'_>,
    _: &str,
    _: u64,
    _: &Measured,
) -> Result<Attacked, AuditError> {
    Ok(Attacked::not("this program has no code that could derive a guess"))
}

/// Tries one of [`SLICES`](super::SLICES) parts of the dictionary attack's block once more and gives
/// how many numbers there were, for whoever holds a clock.
#[cfg(feature = "agency")]
#[must_use]
pub fn try_numbers(job: &AuditTokens<'_>, slice: u32) -> u64 {
    let (Some(linkage), Some(key)) = (job.linkage, job.key) else { return 0 };
    let recipe = dictionary::recipe(linkage);
    recipe.map_or(0, |recipe| dictionary::try_slice(linkage, key, recipe, slice))
}

#[cfg(feature = "agency")]
fn dictionary_attack(
    job: &AuditTokens<'_>,
    tables: &[Table],
) -> Result<Option<Dictionary>, AuditError> {
    let (Some(linkage), Some(key), [table]) = (job.linkage, job.key, tables) else {
        return Ok(None);
    };
    let Some(recipe) = dictionary::recipe(linkage) else { return Ok(None) };
    let column = Column::new(table, &recipe.id);
    let rekeyed = rekeyed(&table.manifest);
    Ok(Some(dictionary::attack(linkage, key, recipe, &column, rekeyed)?))
}

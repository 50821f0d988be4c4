//! What the demonstration tells of itself: a screen of it, and where the rest is.

use std::fmt::Write as _;
use std::path::Path;

use crate::agency::Pseudonymised;
use crate::cli::evaluate;
use crate::cli::say::{count, counted};
use crate::evaluate::Evaluation;
use crate::linker::LinkSummary;
use crate::research::Extracted;

/// What each role has done.
pub struct Told<'t> {
    pub root: &'t Path,
    pub agencies: &'t [(&'t str, Pseudonymised)],
    pub linked: &'t LinkSummary,
    pub extracted: &'t Extracted,
    pub evaluation: &'t Evaluation,
}

/// The whole text.
pub fn text(told: &Told<'_>) -> String {
    let mut text = format!(
        "Four agencies, a linker and a researcher, with invented children. Each role's folder in\n\
         {} holds what that role holds.\n\n\
         KEY CUSTODIAN  made custodian/linkage.key and gave it to the agencies alone.\n\n",
        told.root.display()
    );
    agencies(&mut text, told.agencies);
    linker(&mut text, told.linked);
    let _ = write!(
        text,
        "RESEARCHER  got an extract of {}; a person is a number that means nothing\n\
         elsewhere. No token, local id or key is in it.\n\n",
        counted(told.extracted.people, "person", "people"),
    );
    truth(&mut text, told.evaluation);
    look_next(&mut text, told.root);
    text
}

fn agencies(text: &mut String, agencies: &[(&str, Pseudonymised)]) {
    text.push_str(
        "AGENCIES  each read its own records, on its own computer, with the linkage key:\n",
    );
    for (name, done) in agencies {
        let refused: u64 = done.tally.fields.values().flat_map(|f| f.refused.values()).sum();
        let _ = writeln!(
            text,
            "  {name:<12} {:>14}, {} refused, {} left out",
            counted(done.tally.records, "record", "records"),
            counted(refused, "value", "values"),
            counted(done.tally.rows_left_out(), "row", "rows"),
        );
    }
    text.push_str(
        "  Each wrote tokens (to the linker), payload (to the researcher), references and a\n  \
         quality report (kept).\n\n",
    );
}

fn linker(text: &mut String, summary: &LinkSummary) {
    let records: u64 = summary.records.values().sum();
    let apart = summary.kept_apart.iter().map(|veto| veto.pairs).sum();
    let _ = writeln!(
        text,
        "LINKER  saw tokens alone: no name, date or postcode, and no linkage key.\n  \
         {} are {}; {} compared, {} kept apart, {} for review",
        counted(records, "record", "records"),
        counted(summary.people, "person", "people"),
        counted(summary.candidate_pairs, "pair", "pairs"),
        count(apart),
        count(summary.review.values().sum()),
    );
    for overlap in &summary.overlap {
        let [a, b] = &overlap.datasets;
        let people = counted(overlap.people, "person", "people");
        let _ = writeln!(text, "  in {:<28}{people:>12}", format!("{a} and {b}"));
    }
    text.push('\n');
}

fn truth(text: &mut String, evaluation: &Evaluation) {
    let _ = writeln!(
        text,
        "TRUTH  is known here, as the children are invented: of {}\n{}\n",
        counted(evaluation.entities, "child", "children"),
        evaluate::summary(evaluation),
    );
}

fn look_next(text: &mut String, root: &Path) {
    const PLACES: [(&str, &str); 5] = [
        ("agencies/police/source.toml", "how an agency describes its file"),
        ("agencies/police/out/police.quality.html", "what it read, refused and gives away"),
        ("linker/linkage.html", "how the links were made, and how good they are"),
        ("research/extract/report.html", "what the researcher gets, and whom it covers"),
        ("research/extract/README.txt", "how to open and cite it"),
    ];
    text.push_str("LOOK NEXT  at what is there, the reports with a browser:\n");
    let root = root.display();
    for (place, what) in PLACES {
        let _ = writeln!(text, "  {:<55} {what}", format!("{root}/{place}"));
    }
    let _ = write!(
        text,
        "  sealink inspect {root}/agencies/police/out/police.tokens.parquet\n  \
         {:<55} begin a project of your own",
        "sealink init my-linkage"
    );
}

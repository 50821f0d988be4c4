//! The checklists of GUILD, RECORD and NHS England's framework, filled in as far as a run can.

use maud::{Markup, html};

use super::LinkageReport;
use crate::report::page::{cell, of_words, table};

/// An aspect, what this run says of it, and what people have to add.
type Aspect = (&'static str, String, &'static str);

pub fn section(report: &LinkageReport) -> Markup {
    html! {
        h3 { "Quality assurance framework for data linkage (NHS England)" }
        p { "The right-hand column is for the linkage's owners: what no program can know." }
        (list("Aspects of the framework", "aspect", &framework(report)))
        h3 { "GUILD and RECORD" }
        (list("Where this report answers, and what is to be added", "item", &guidance()))
    }
}

fn list(caption: &str, head: &str, aspects: &[Aspect]) -> Markup {
    let heads = [of_words(head), of_words("from this run"), of_words("to be added by people")];
    let rows: Vec<Vec<Markup>> = aspects
        .iter()
        .map(|(aspect, found, open)| vec![cell(aspect), cell(found), cell(open)])
        .collect();
    table(caption, &heads, &rows)
}

fn framework(report: &LinkageReport) -> Vec<Aspect> {
    let method = &report.method;
    let configuration = if method.scored {
        format!(
            "match weights, links from a probability of {}, review from {}, {} vetoes; {}",
            method.threshold,
            method.review,
            method.vetoes.len(),
            if method.given_model {
                "model of an earlier linkage"
            } else {
                "model fitted to these tables"
            }
        )
    } else {
        format!("{} match keys, {} vetoes", report.match_keys.len(), method.vetoes.len())
    };
    let validated = if report.rates.is_empty() {
        "not estimated in this run (--validate)".to_owned()
    } else {
        "section 5: estimated without truth, with intervals and assumptions".to_owned()
    };
    vec![
        ("Preparation: profiling", "token completeness by dataset (section 6)".to_owned(), "the agencies' quality reports; coverage and time of each extract"),
        ("Preparation: assessment", "identifiers and their kinds (section 1)".to_owned(), "fitness of each source for this purpose"),
        ("Preparation: enrichment", "former names and postcodes, where a source gave them, are alternatives of one record".to_owned(), "tracing of NHS numbers before the linkage"),
        ("Implementation: techniques and tools", format!("{}, {}; tokens alone", report.software, report.protocol), "why this method, and not one on clear text"),
        ("Implementation: configuration", configuration, "who agreed the rules, and when"),
        ("Implementation: version control", "fingerprints of spec and rules (foot of this page); the model is in model.json and repeats the linkage".to_owned(), "where spec, rules and model are kept"),
        ("Evaluation: verification and validity", validated, "review of the listed pairs; evaluation on a truth, if there is one"),
        ("Evaluation: aggregate quality and bias", "linkage rates and standardised differences (section 6)".to_owned(), "rates by payload subgroup, from the extract's report"),
        ("Evaluation: sensitivity", "the distribution of weights around the threshold (section 3)".to_owned(), "the analysis repeated at another threshold"),
        ("Evaluation: speed and resources", "not recorded: reports hold no clock".to_owned(), "time and cost of the run"),
        ("Overall: uncertainty", "each link's probability goes with it into extracts".to_owned(), "how the analysis takes it into account"),
        ("Overall: safety", format!("the linker holds no linkage key; withdrawn {}, sealed {}", report.withdrawn, report.sealed), "data protection impact assessment, sharing agreements, opt-outs applied at source"),
        ("Overall: ethics and fairness", "who is linked less often for want of identifiers (section 6)".to_owned(), "what follows for the groups concerned"),
        ("Overall: roles", "none".to_owned(), "information asset owner, data linkage owner, community, improvement"),
    ]
}

fn guidance() -> Vec<Aspect> {
    let aspect = |item, found: &str, open| (item, found.to_owned(), open);
    vec![
        aspect(
            "GUILD 1: data provision",
            "section 1",
            "population, coverage, how data came about, version of each extract",
        ),
        aspect(
            "GUILD 2: linkage",
            "sections 2 to 5",
            "who linked, clerical review and its outcome",
        ),
        aspect(
            "GUILD 3: analysis",
            "section 6",
            "linked and unlinked people compared in the payload",
        ),
        aspect("GUILD 4: reporting", "sections 5 and 6", "how linkage error may bias the findings"),
        aspect(
            "RECORD 1.3: linkage in title or abstract",
            "–",
            "say that data were linked, and by whom",
        ),
        aspect("RECORD 6.3: flow of linkage", "section 1: flow from records to people", "–"),
        aspect("RECORD 12.2: cleaning", "–", "the agencies' quality reports"),
        aspect("RECORD 12.3: methods and quality of linkage", "sections 2, 3 and 5", "–"),
        aspect("RECORD 13.1: selection", "sections 1 and 4", "selection after the linkage"),
        aspect(
            "RECORD 19.1: limits",
            "sections 5 and 6",
            "what linkage error means for the question asked",
        ),
        aspect(
            "RECORD 22.1: protocol and code",
            "foot of this page: versions and fingerprints",
            "where spec and rules can be had",
        ),
    ]
}

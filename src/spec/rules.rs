//! The linker's rules: match keys, vetoes and blocks, as the agreed spec states them.

use std::ops::Range;

use super::document::{Document, Placed, Section};
use super::recipe::{Recipe, RecipeIx};

/// Blocks larger than this are reported and not compared by their recipe alone.
pub const DEFAULT_LARGEST_BLOCK: u32 = 1000;

/// The least probability of a link, unless the spec says otherwise.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// One step of deterministic linkage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchKey {
    /// The name that the person map shows as `link_status`.
    pub id: String,
    /// Recipes that must all agree; the first one finds the candidate pairs.
    pub agree: Vec<RecipeIx>,
    /// Further recipes, of which at least [`MatchKey::at_least`] must agree.
    pub any_of: Vec<RecipeIx>,
    /// How many of `any_of` must agree.
    pub at_least: u32,
    /// Whether neither side may satisfy the key with a second person.
    pub unique: bool,
}

/// A pattern of evidence that forbids a link, whatever speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veto {
    /// The name that reports show.
    pub id: String,
    /// Recipes that must all agree for the veto to stand.
    pub agree: Vec<RecipeIx>,
    /// Recipes that must all be present in both records and differ.
    pub differ: Vec<RecipeIx>,
    /// Recipes any of which, by agreeing, lifts the veto.
    pub unless_agree: Vec<RecipeIx>,
    /// Whether the veto is lifted where the pair is probable enough to be a link and neither record
    /// has a better partner in the other's dataset.
    pub unless_sole: bool,
    /// Why there is such a veto, in the spec's words.
    pub reason: Option<String>,
}

/// How links are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By match keys in order, the first that succeeds.
    MatchKeys,
    /// By match weight; match keys then only name the links.
    Scored,
}

/// How the linker decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How links are decided.
    pub method: Method,
    /// The least probability of a link, where links are scored.
    pub threshold: f64,
    /// The least probability of a pair that is listed for review; the threshold, if none is to be.
    pub review: f64,
    /// Recipes whose equal tokens make candidate pairs, besides the match keys' own.
    pub blocking: Vec<RecipeIx>,
    /// The match keys, strictest first.
    pub match_keys: Vec<MatchKey>,
    /// The vetoes.
    pub vetoes: Vec<Veto>,
    /// The most records that may share a blocking token before the block is set aside.
    pub largest_block: u32,
}

impl Rules {
    /// The rules as one text, independent of how the file spells them.
    #[must_use]
    pub fn canonical(&self, recipes: &[Recipe]) -> String {
        use std::fmt::Write as _;
        let names = |list: &[RecipeIx]| {
            list.iter().map(|ix| recipes[ix.index()].id.as_str()).collect::<Vec<_>>().join(",")
        };
        let mut text = format!(
            "method {:?} threshold {} review {}\nblocking {}\nlargest_block {}\n",
            self.method,
            self.threshold,
            self.review,
            names(&self.blocking),
            self.largest_block
        );
        for key in &self.match_keys {
            let (agree, any_of) = (names(&key.agree), names(&key.any_of));
            let _ = writeln!(
                text,
                "match_key {} agree {agree} any_of {} {any_of} unique {}",
                key.id, key.at_least, key.unique
            );
        }
        for veto in &self.vetoes {
            let (agree, differ) = (names(&veto.agree), names(&veto.differ));
            let unless = names(&veto.unless_agree);
            let _ = writeln!(
                text,
                "veto {} agree {agree} differ {differ} unless {unless} unless_sole {}",
                veto.id, veto.unless_sole
            );
        }
        text
    }
}

/// Reads the rules of a spec whose recipes are known.
pub(super) fn rules(document: &Document<'_>, root: &Section<'_, '_>, recipes: &[Recipe]) -> Rules {
    let reader = Names { document, recipes };
    let match_keys: Vec<MatchKey> =
        root.sections("match_keys").iter().map(|s| reader.match_key(s)).collect();
    let vetoes = root.sections("vetoes").iter().map(|s| reader.veto(s)).collect();
    let mut largest_block = DEFAULT_LARGEST_BLOCK;
    let mut blocking: Vec<RecipeIx> = (0..).map(RecipeIx).take(recipes.len()).collect();
    if let Some(section) = root.section("blocking") {
        let largest = section.number("largest_block", 2..1_000_001);
        largest_block = largest.and_then(|n| u32::try_from(n).ok()).unwrap_or(largest_block);
        let named = reader.recipes(&section.texts("recipes"));
        if !named.is_empty() {
            blocking = named;
        }
        section.finish();
    }
    let (method, threshold, review) = linking(document, root);
    if method == Method::MatchKeys {
        blocking.clear();
        if match_keys.is_empty() {
            let message = "the spec has no [[match_keys]], and links are not scored";
            document.mistake(root.at(), message);
        }
    }
    let rules = Rules { method, threshold, review, blocking, match_keys, vetoes, largest_block };
    check_ids(document, root.at(), &rules);
    rules
}

/// The method, and the thresholds of links and of pairs for review, under `[linking]`.
fn linking(document: &Document<'_>, root: &Section<'_, '_>) -> (Method, f64, f64) {
    let Some(section) = root.section("linking") else {
        return (Method::Scored, DEFAULT_THRESHOLD, DEFAULT_THRESHOLD);
    };
    let method = section.text("method").map_or(Method::Scored, |word| match word.text.as_str() {
        "scored" => Method::Scored,
        "match_keys" => Method::MatchKeys,
        _ => {
            document.mistake(&word.at, "`method` is scored or match_keys");
            Method::Scored
        }
    });
    let threshold = section.share("threshold").unwrap_or(DEFAULT_THRESHOLD);
    let review = section.share("review").unwrap_or(threshold);
    if review > threshold {
        document.mistake(section.at(), "`review` is above `threshold`, where links begin");
    }
    section.finish();
    (method, threshold, review)
}

struct Names<'d, 'a> {
    document: &'d Document<'a>,
    recipes: &'d [Recipe],
}

impl Names<'_, '_> {
    fn match_key(&self, section: &Section<'_, '_>) -> MatchKey {
        let key = MatchKey {
            id: id_of(section),
            agree: self.recipes(&section.texts("agree")),
            any_of: self.recipes(&section.texts("any_of")),
            at_least: section
                .number("at_least", 1..33)
                .map_or(1, |n| u32::try_from(n).unwrap_or(1)),
            unique: section.flag("unique"),
        };
        if key.agree.is_empty() {
            let message = "a match key needs `agree`: the recipes that must agree";
            self.document.mistake(section.at(), message);
        }
        if !key.any_of.is_empty() && key.at_least as usize > key.any_of.len() {
            let message = format!(
                "`at_least` asks for more than the {} recipes of `any_of`",
                key.any_of.len()
            );
            self.document.mistake(section.at(), message);
        }
        section.finish();
        key
    }

    fn veto(&self, section: &Section<'_, '_>) -> Veto {
        let veto = Veto {
            id: id_of(section),
            agree: self.recipes(&section.texts("agree")),
            differ: self.recipes(&section.texts("differ")),
            unless_agree: self.recipes(&section.texts("unless_agree")),
            unless_sole: section.flag("unless_sole"),
            reason: section.text("reason").map(|reason| reason.text),
        };
        if veto.differ.is_empty() {
            let message = "a veto needs `differ`: the recipes that must differ";
            self.document.mistake(section.at(), message);
        }
        section.finish();
        veto
    }

    fn recipes(&self, names: &[Placed]) -> Vec<RecipeIx> {
        names.iter().filter_map(|name| self.recipe(name)).collect()
    }

    fn recipe(&self, name: &Placed) -> Option<RecipeIx> {
        let place = self.recipes.iter().position(|recipe| recipe.id == name.text);
        if place.is_none() {
            let message = format!("there is no recipe `{}` under [recipes]", name.text);
            self.document.mistake(&name.at, message);
        }
        place.and_then(|place| u8::try_from(place).ok()).map(RecipeIx)
    }
}

fn id_of(section: &Section<'_, '_>) -> String {
    section.required_text("id").map(|id| id.text).unwrap_or_default()
}

fn check_ids(document: &Document<'_>, at: &Range<usize>, rules: &Rules) {
    let mut ids: Vec<&str> = rules.match_keys.iter().map(|key| key.id.as_str()).collect();
    ids.extend(rules.vetoes.iter().map(|veto| veto.id.as_str()));
    ids.sort_unstable();
    for pair in ids.windows(2) {
        if pair[0] == pair[1] && !pair[0].is_empty() {
            document.mistake(at, format!("two match keys or vetoes are called `{}`", pair[0]));
        }
    }
}

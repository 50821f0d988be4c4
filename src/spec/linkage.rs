//! `linkage.toml`: what all parties agree on, without secrets.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::DeValue;

use super::audit::TokenLimits;
use super::document::{Document, Placed, Section, SpecError, as_text, as_texts};
use super::kind::{Derivation, Kind};
use super::recipe::{
    Choice, Field, FieldIx, MOST_PARTS, MOST_RECIPE_PARTS, MOST_RECIPES, Part, Recipe, RecipeIx,
};
use super::rules::{Rules, rules};
use crate::disclose;
use crate::token::PROTOCOL;

/// A data set that takes part in the linkage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Its name, which opens its files' names.
    pub name: String,
    /// Whether it is declared to hold each person once at most.
    pub free_of_duplicates: bool,
}

/// The agreed linkage: who takes part, which fields and recipes, and how the linker decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Linkage {
    /// The project's name; it enters every key derivation.
    pub project: String,
    /// The datasets, in the spec's order.
    pub datasets: Vec<Dataset>,
    /// The fields, in the spec's order.
    pub fields: Vec<Field>,
    /// The recipes, one a token column, in the spec's order.
    pub recipes: Vec<Recipe>,
    /// Recipes whose disclosure risk the parties accept by name.
    pub accept_risk: Vec<String>,
    /// How the linker decides.
    pub rules: Rules,
    /// What a token column may give away, which an audit judges by.
    pub audit: TokenLimits,
}

impl Linkage {
    /// Parses the text of a `linkage.toml`; `file` names it in messages.
    ///
    /// # Errors
    /// All mistakes at once, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let document = Document::new(file, text);
        let table = document.table();
        let root = Section::new(&document, &table, 0..0, "the spec");
        let linkage = Self::read(&document, &root);
        root.finish();
        drop(root);
        document.finish(linkage)
    }

    /// The recipes that are an identifying number and nothing else, as bits.
    #[must_use]
    pub fn identifiers(&self) -> u32 {
        let alone = |recipe: &Recipe| {
            let mut choices = recipe.parts.iter().flat_map(|part| &part.choices);
            choices.all(|choice| self.field_at(choice.field).kind.identifies_one_person())
        };
        let recipes = (0..).map(RecipeIx).zip(&self.recipes);
        recipes.filter(|(_, recipe)| alone(recipe)).fold(0, |bits, (place, _)| bits | place.bit())
    }

    fn read(document: &Document<'_>, root: &Section<'_, '_>) -> Option<Self> {
        let protocol = root.required_text("protocol");
        if let Some(other) = protocol.filter(|protocol| protocol.text != PROTOCOL) {
            document.mistake(&other.at, format!("this program speaks `{PROTOCOL}` only"));
        }
        let project = root.required_text("project");
        if let Some(project) = &project {
            check_name(document, project, "a project");
        }
        let datasets = datasets(document, root);
        let fields = root.section("fields").map(|s| fields(document, &s)).unwrap_or_default();
        let recipes =
            root.section("recipes").map(|s| recipes(document, &s, &fields)).unwrap_or_default();
        for (list, key) in [(fields.is_empty(), "[fields]"), (recipes.is_empty(), "[recipes]")] {
            if list {
                document.mistake(root.at(), format!("the spec lacks {key}"));
            }
        }
        let accept_risk = accept_risk(document, root, &fields, &recipes);
        let rules = rules(document, root, &recipes);
        let audit = TokenLimits::read(root);
        Some(Self { project: project?.text, datasets, fields, recipes, accept_risk, rules, audit })
    }

    /// The dataset with this name.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }

    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<FieldIx> {
        find_field(&self.fields, name)
    }

    /// A field by its place.
    #[must_use]
    pub fn field_at(&self, field: FieldIx) -> &Field {
        &self.fields[usize::from(field.0)]
    }

    /// Whether a part takes names from several fields, so that any may meet any.
    #[must_use]
    pub fn takes_any_name(&self, part: &Part) -> bool {
        let mut choices = part.choices.iter();
        choices.all(|choice| self.field_at(choice.field).kind == Kind::Name)
            && part.choices.iter().any(|choice| choice.field != part.choices[0].field)
    }

    /// What agencies must agree on to make tokens that meet, as one text: protocol, project,
    /// datasets, fields and recipes. The linker's rules are not part of it, so that a threshold
    /// can change without tokenising anew.
    #[must_use]
    pub fn canonical(&self) -> String {
        use std::fmt::Write as _;
        let mut text = format!("protocol {PROTOCOL}\nproject {}\n", self.project);
        for dataset in &self.datasets {
            let _ = writeln!(text, "dataset {}", dataset.name);
        }
        for field in &self.fields {
            let _ = writeln!(
                text,
                "field {}:{}/{}",
                field.name,
                field.kind.name(),
                field.kind.version()
            );
        }
        for recipe in &self.recipes {
            text.push_str(&recipe.canonical(&self.fields));
        }
        text
    }

    /// SHA-256 of [`Linkage::canonical`]: tables link only if they carry the same.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.canonical().as_bytes()).into()
    }

    /// SHA-256 of the linker's rules, which a person map carries.
    #[must_use]
    pub fn rules_fingerprint(&self) -> [u8; 32] {
        let mut text = self.rules.canonical(&self.recipes);
        for dataset in self.datasets.iter().filter(|dataset| dataset.free_of_duplicates) {
            text.push_str(&format!("free_of_duplicates {}\n", dataset.name));
        }
        if self.audit != TokenLimits::default() {
            text.push_str(&self.audit.canonical());
        }
        Sha256::digest(text.as_bytes()).into()
    }
}

/// Whether `name` can name a dataset, field, recipe or project: up to 64 lower-case letters,
/// digits, `_`, `-` and `.`, opening with a letter or digit.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    let opens = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    opens && name.chars().all(fits) && name.len() <= 64
}

pub(super) fn check_name(document: &Document<'_>, name: &Placed, what: &str) {
    if !is_name(&name.text) {
        let message = format!(
            "{what} is named with up to 64 lower-case letters, digits, `_`, `-` and `.`, \
             opening with a letter or digit"
        );
        document.mistake(&name.at, message);
    }
    if is_device(&name.text) {
        document.mistake(&name.at, format!("{what} has the name of a device of Windows"));
    }
}

/// Whether Windows takes a file of this name, with any ending, for a device.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = |kind: &str| {
        let number = stem.strip_prefix(kind);
        number.is_some_and(|n| n.len() == 1 && n.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

fn datasets(document: &Document<'_>, root: &Section<'_, '_>) -> Vec<Dataset> {
    let names = root.texts("datasets");
    let free = root.texts("free_of_duplicates");
    if names.is_empty() {
        document.mistake(root.at(), "the spec lacks `datasets`: [\"health\", ..]");
    }
    for other in free.iter().filter(|free| !names.iter().any(|name| name.text == free.text)) {
        document.mistake(&other.at, format!("there is no dataset `{}`", other.text));
    }
    let mut seen = BTreeSet::new();
    for name in &names {
        check_name(document, name, "a dataset");
        if !seen.insert(&name.text) {
            document.mistake(&name.at, format!("the dataset `{}` is listed twice", name.text));
        }
    }
    names
        .into_iter()
        .map(|name| Dataset {
            free_of_duplicates: free.iter().any(|free| free.text == name.text),
            name: name.text,
        })
        .collect()
}

fn fields(document: &Document<'_>, section: &Section<'_, '_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (name, value) in section.entries() {
        check_name(document, &name, "a field");
        let kind = as_text(value).and_then(|kind| Kind::named(&kind.text));
        if kind.is_none() {
            let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            let message = format!("`{}` takes a kind of field: {}", name.text, known.join(", "));
            document.mistake(&value.span(), message);
        }
        fields.extend(kind.map(|kind| Field { name: name.text, kind }));
    }
    fields
}

fn find_field(fields: &[Field], name: &str) -> Option<FieldIx> {
    let place = fields.iter().position(|field| field.name == name)?;
    u16::try_from(place).ok().map(FieldIx)
}

fn recipes(document: &Document<'_>, section: &Section<'_, '_>, fields: &[Field]) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    for (id, value) in section.entries() {
        check_name(document, &id, "a recipe");
        if id.text == "record_ref" {
            document.mistake(&id.at, "`record_ref` is the name of another column");
        }
        recipes.extend(recipe(document, id.text, value, fields));
    }
    if recipes.len() > MOST_RECIPES {
        document.mistake(section.at(), format!("a spec has at most {MOST_RECIPES} recipes"));
    }
    let mut parts: Vec<&Part> = Vec::new();
    for part in recipes.iter().flat_map(|recipe: &Recipe| &recipe.parts) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if parts.len() > MOST_PARTS {
        let message = format!("a spec's recipes have at most {MOST_PARTS} different parts");
        document.mistake(section.at(), message);
    }
    recipes
}

fn recipe(
    document: &Document<'_>,
    id: String,
    value: &Spanned<DeValue<'_>>,
    fields: &[Field],
) -> Option<Recipe> {
    let Ok(texts) = as_texts(value) else {
        document.mistake(&value.span(), format!("`{id}` takes a list of parts: [\"field\", ..]"));
        return None;
    };
    if texts.is_empty() || texts.len() > MOST_RECIPE_PARTS {
        let message = format!("`{id}` takes 1 to {MOST_RECIPE_PARTS} parts");
        document.mistake(&value.span(), message);
    }
    let parts = texts.iter().map(|text| part(document, text, fields)).collect();
    Some(Recipe { id, parts })
}

fn part(document: &Document<'_>, text: &Placed, fields: &[Field]) -> Part {
    let mut choices: Vec<Choice> =
        text.text.split('|').filter_map(|word| choice(document, text, word, fields)).collect();
    choices.sort_unstable();
    choices.dedup();
    Part { choices }
}

fn choice(document: &Document<'_>, at: &Placed, word: &str, fields: &[Field]) -> Option<Choice> {
    let (name, derived) = word.trim().split_once('.').unwrap_or((word.trim(), "whole"));
    let Some(field) = find_field(fields, name) else {
        document.mistake(&at.at, format!("there is no field `{name}` under [fields]"));
        return None;
    };
    let kind = fields[usize::from(field.0)].kind;
    let derivation = Derivation::named(derived).filter(|d| kind.derivations().contains(d));
    if derivation.is_none() {
        let known: Vec<&str> = kind.derivations().iter().map(|d| d.name()).collect();
        let message = format!(
            "`{name}` is of kind {}, which gives {}; not `{derived}`",
            kind.name(),
            known.join(", ")
        );
        document.mistake(&at.at, message);
    }
    derivation.map(|derivation| Choice { field, derivation })
}

/// Reads `accept_risk`, and notes every recipe that discloses too much and is not named there.
fn accept_risk(
    document: &Document<'_>,
    root: &Section<'_, '_>,
    fields: &[Field],
    recipes: &[Recipe],
) -> Vec<String> {
    let accepted = root.texts("accept_risk");
    for name in accepted.iter().filter(|name| !recipes.iter().any(|r| r.id == name.text)) {
        document.mistake(&name.at, format!("there is no recipe `{}`", name.text));
    }
    for recipe in recipes.iter().filter(|r| !accepted.iter().any(|name| name.text == r.id)) {
        let share = disclose::largest_share(recipe, fields);
        if share > disclose::LARGEST_SHARE {
            let message = format!(
                "the recipe `{}` discloses too much: its commonest token would cover about {:.2} % \
                 of the rows (the bound is {} %). Add a part, such as part of the date of birth, \
                 or name the recipe under accept_risk",
                recipe.id,
                share * 100.0,
                disclose::LARGEST_SHARE * 100.0
            );
            document.mistake(root.at(), message);
        }
    }
    accepted.into_iter().map(|name| name.text).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// A spec of recipes of one part each for the first fields and of two for the others.
    fn spec(fields: usize) -> String {
        let mut text = "protocol = \"sealink/1\"\nproject = \"p\"\ndatasets = [\"a\"]\n".to_owned();
        text.push_str("[fields]\n");
        for field in 0..fields {
            let _ = writeln!(text, "f{field} = \"uln\"");
        }
        text.push_str("[recipes]\n");
        for recipe in 0..MOST_RECIPES {
            let parts: Vec<String> = (recipe..fields)
                .step_by(MOST_RECIPES)
                .map(|field| format!("\"f{field}\""))
                .collect();
            let _ = writeln!(text, "r{recipe} = [{}]", parts.join(", "));
        }
        text
    }

    #[test]
    fn a_spec_with_more_parts_than_a_comparison_can_hold_is_refused() {
        assert!(Linkage::parse("spec", &spec(MOST_PARTS)).is_ok());
        let error = Linkage::parse("spec", &spec(MOST_PARTS + 1)).expect_err("one part too many");
        assert_eq!(error.mistakes.len(), 1, "{error}");
        assert!(error.to_string().contains("at most 64 different parts"), "{error}");
    }
}

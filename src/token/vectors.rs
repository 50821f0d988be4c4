//! The protocol's vectors, which an independent program recomputes (`tests/vectors/`).

use serde::Deserialize;

use super::{Token, encoded, hex, linker_person};
use crate::key::{AgencyKey, LinkageKey, LinkerKey};
use crate::spec::Linkage;

#[derive(Deserialize)]
struct Vectors {
    project: String,
    linkage_key: String,
    agency_key: String,
    linker_key: String,
    key_check_value: String,
    recipes: Vec<RecipeVectors>,
    record_refs: Vec<RefVector>,
    person_ids: Vec<PersonVector>,
    rekeying_check_value: String,
    rekeyed: Vec<RekeyedVector>,
}

#[derive(Deserialize)]
struct RecipeVectors {
    id: String,
    definition: String,
    vectors: Vec<TokenVector>,
}

#[derive(Deserialize)]
struct TokenVector {
    parts: Vec<String>,
    token: String,
}

#[derive(Deserialize)]
struct RefVector {
    dataset: String,
    record_id: String,
    record_ref: String,
}

#[derive(Deserialize)]
struct PersonVector {
    dataset: String,
    record_ref: String,
    extract: String,
    linker_person_id: String,
    person_id: String,
}

#[derive(Deserialize)]
struct RekeyedVector {
    recipe: String,
    token: String,
    rekeyed: String,
}

/// The vectors' spec; choices stand in another order than in the definitions, which fix it.
const SPEC: &str = r#"
protocol = "sealink/1"
project = "vectors"
datasets = ["health", "education"]
[fields]
nhs_number = "nhs_number"
forename = "name"
surname = "name"
date_of_birth = "date"
postcode = "uk_postcode"
[recipes]
nhs = ["nhs_number"]
names = ["forename", "surname", "date_of_birth"]
any_name = ["surname.every_word|forename.every_word", "date_of_birth.year_month"]
place = ["postcode.sector", "date_of_birth.either_order"]
"#;

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/vectors/tokens.json")).expect("the vectors")
}

fn bytes<const N: usize>(digits: &str) -> [u8; N] {
    let byte = |place: usize| u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok();
    std::array::from_fn(|place| byte(place).expect("hexadecimal digits"))
}

#[test]
fn tokens_and_check_value_are_those_of_the_protocol() {
    let vectors = vectors();
    let linkage = Linkage::parse("spec", SPEC).expect("the spec is sound");
    let key = LinkageKey::from_bytes(&mut bytes(&vectors.linkage_key));
    assert_eq!(hex(&key.check_value(&vectors.project).0), vectors.key_check_value);
    assert_eq!(vectors.recipes.len(), linkage.recipes.len());
    for (recipe, wanted) in linkage.recipes.iter().zip(&vectors.recipes) {
        assert_eq!(recipe.id, wanted.id);
        assert_eq!(recipe.canonical(&linkage.fields), wanted.definition);
        let hash = recipe.definition_hash(&linkage.fields);
        let keyed = key.recipe_key(&vectors.project, &recipe.id, &hash);
        for vector in &wanted.vectors {
            let parts: Vec<&[u8]> = vector.parts.iter().map(String::as_bytes).collect();
            assert_eq!(hex(&keyed.token(&encoded(&parts)).0), vector.token);
        }
    }
}

#[test]
fn references_and_person_ids_are_those_of_the_protocol() {
    let vectors = vectors();
    let agency = AgencyKey::from_bytes(&mut bytes(&vectors.agency_key));
    for vector in &vectors.record_refs {
        let refs = agency.record_refs(&vectors.project, &vector.dataset);
        assert_eq!(hex(&refs.of(&vector.record_id).0), vector.record_ref);
    }
    let linker = LinkerKey::from_bytes(&mut bytes(&vectors.linker_key));
    for vector in &vectors.person_ids {
        let person = linker_person(&vector.dataset, Token(bytes(&vector.record_ref)));
        assert_eq!(hex(&person.0), vector.linker_person_id);
        let extract = linker.person_ids(&vector.extract);
        assert_eq!(hex(&extract.of(person).0), vector.person_id);
        assert_eq!(extract.of_all(&[person; 3]), [extract.of(person); 3]);
    }
}

#[test]
fn tokens_made_anew_and_their_check_value_are_those_of_the_protocol() {
    let vectors = vectors();
    let linker = LinkerKey::from_bytes(&mut bytes(&vectors.linker_key));
    assert_eq!(hex(&linker.rekeying_check(&vectors.project).0), vectors.rekeying_check_value);
    assert!(!vectors.rekeyed.is_empty());
    for vector in &vectors.rekeyed {
        let rekeying = linker.rekeying(&vectors.project, &vector.recipe);
        assert_eq!(hex(&rekeying.of(&[Token(bytes(&vector.token))])[0].0), vector.rekeyed);
    }
}

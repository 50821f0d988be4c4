"""What Splink is told of each set: comparisons, blocking and training.

For febrl3, clkhash_dirty1000 and fake_1000 these are the settings of Splink's own published
examples (febrl3, febrl4 with its detailed model, and the evaluation of fake_1000), over the fields
that the sealink spec uses. Splink has no example for the other two: theirs are put together from
the same library in the manner of its example on 50,000 historical persons. They were written before
any was scored and not changed after.
"""

from dataclasses import dataclass, field

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on

# Random sampling of pairs for u.
SEED = 1


@dataclass
class Model:
    """The settings of one set."""

    link_type: str
    comparisons: list
    # Pairs to be scored.
    blocking: list
    # Rules that hardly any pair of strangers satisfies, and the share of true pairs they find.
    deterministic: list
    recall: float
    # Blocks for expectation maximisation, one session each.
    training: list
    # Columns made of others, in SQL.
    derived: dict = field(default_factory=dict)


def trained(model, frames, pairs):
    """A linker of registered tables, trained without the truth; `pairs` are sampled for u."""
    settings = SettingsCreator(
        link_type=model.link_type,
        comparisons=model.comparisons,
        blocking_rules_to_generate_predictions=model.blocking,
    )
    linker = Linker(frames if len(frames) > 1 else frames[0], settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match(model.deterministic, recall=model.recall)
    training.estimate_u_using_random_sampling(max_pairs=pairs, seed=SEED)
    for rule in model.training:
        training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    return linker


def febrl3():
    return Model(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("forename"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("ssn", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        blocking=[block_on(c) for c in ("ssn", "forename", "surname", "date_of_birth", "postcode")],
        deterministic=[
            block_on("ssn"),
            block_on("forename", "surname", "date_of_birth"),
            "l.forename = r.surname and l.surname = r.forename"
            " and l.date_of_birth = r.date_of_birth",
        ],
        recall=0.9,
        training=[block_on("date_of_birth"), block_on("postcode")],
    )


def clkhash_dirty1000():
    # The example's rules by social security number fall away with it; a rule on forename, birth
    # date and postcode and one on the house stand in, since every surname here is misspelt.
    return Model(
        link_type="link_and_dedupe",
        comparisons=[
            cl.NameComparison("forename").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ],
        blocking=[
            block_on("forename", "surname"),
            "l.forename = r.surname and l.surname = r.forename",
            block_on("date_of_birth"),
            block_on("suburb", "address"),
            block_on("street_number", "address"),
            block_on("postcode"),
        ],
        deterministic=[
            block_on("forename", "date_of_birth", "postcode"),
            block_on("street_number", "address", "postcode"),
        ],
        recall=0.8,
        training=[block_on("date_of_birth"), block_on("postcode")],
    )


def fake_1000():
    return Model(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("forename", "surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking=[block_on(c) for c in ("forename", "surname", "date_of_birth", "email")],
        deterministic=[
            "l.forename = r.forename and levenshtein(l.date_of_birth, r.date_of_birth) <= 1",
            "l.surname = r.surname and levenshtein(l.date_of_birth, r.date_of_birth) <= 1",
            "l.forename = r.forename and levenshtein(l.surname, r.surname) <= 2",
            block_on("email"),
        ],
        recall=0.7,
        training=[block_on("date_of_birth"), block_on("email"), block_on("forename", "surname")],
    )


def data61_5party():
    """Blocks on every field that tells people apart, and on parts of two fields for what is left.

    No party holds a person twice, so pairs within a party are not compared. Dates that no calendar
    has are compared by their letters rather than passed over.
    """
    return Model(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("forename").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, invalid_dates_as_null=False
            ),
            cl.ExactMatch("sex"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("income", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("phone", [1, 2]),
        ],
        blocking=[
            *(block_on(c) for c in ("forename", "surname", "date_of_birth", "income", "phone")),
            block_on("substr(income, 1, 4)", "substr(phone, -4)"),
            block_on("substr(forename, 1, 3)", "substr(surname, 1, 3)"),
            block_on("substr(forename, 1, 3)", "substr(phone, -4)"),
            block_on("substr(surname, 1, 3)", "substr(phone, -4)"),
            block_on("substr(forename, 1, 3)", "substr(income, 1, 4)"),
            block_on("substr(surname, 1, 3)", "substr(income, 1, 4)"),
            block_on("substr(date_of_birth, -6)", "substr(phone, -4)"),
            block_on("substr(date_of_birth, -6)", "substr(income, 1, 4)"),
        ],
        deterministic=[
            block_on("phone"),
            block_on("income"),
            block_on("forename", "surname", "date_of_birth"),
        ],
        recall=0.7,
        training=[block_on("date_of_birth"), block_on("phone"), block_on("income")],
    )


def synth():
    """The four agencies of `sealink synth`.

    Several names or postcodes of one record are arrays, compared by whether they meet, so that
    Splink has the former names and earlier postcodes that sealink has.
    """
    return Model(
        link_type="link_and_dedupe",
        comparisons=[
            names("forename", cll.ArrayIntersectLevel("given_names")),
            names("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.ExactMatch("sex"),
            postcodes(),
            cl.DamerauLevenshteinAtThresholds("nhs_number", [1, 2]),
            cl.CustomComparison(
                output_column_name="upn",
                comparison_levels=[
                    cll.NullLevel("upn"),
                    cll.ArrayIntersectLevel("upns"),
                    cll.ElseLevel(),
                ],
            ),
            cl.ExactMatch("uln"),
        ],
        blocking=[
            block_on("nhs_number"),
            block_on("upns", arrays_to_explode=["upns"]),
            block_on("uln"),
            block_on("forename", "surname"),
            block_on("forename", "date_of_birth"),
            block_on("surname", "date_of_birth"),
            block_on("postcode_all", "date_of_birth", arrays_to_explode=["postcode_all"]),
            block_on("postcode_all", "forename", arrays_to_explode=["postcode_all"]),
            block_on("given_names", "date_of_birth", arrays_to_explode=["given_names"]),
            block_on("surname_all", "date_of_birth", arrays_to_explode=["surname_all"]),
            block_on(
                "substr(forename, 1, 3)", "substr(surname, 1, 3)", "substr(date_of_birth, 1, 4)"
            ),
            "l.forename = r.surname and l.surname = r.forename",
        ],
        deterministic=[
            block_on("nhs_number", "date_of_birth"),
            block_on("upns", "date_of_birth", arrays_to_explode=["upns"]),
            block_on("forename", "surname", "date_of_birth"),
        ],
        recall=0.8,
        training=[
            block_on("forename", "surname"),
            block_on("date_of_birth"),
            block_on("nhs_number"),
        ],
        derived={
            "given_names": "list_distinct(flatten([coalesce(forename_all, []),"
            " flatten([string_split(name, ' ') for name in coalesce(middle_names_all, [])])]))",
            "upns": "list_distinct(list_concat(coalesce(upn_all, []),"
            " coalesce(former_upn_all, [])))",
        },
    )


def names(column, *further):
    """`NameComparison`, with a level for a name that is among the other record's further names."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column, term_frequency_adjustments=True),
            cll.ArrayIntersectLevel(f"{column}_all"),
            cll.JaroWinklerLevel(column, 0.92),
            *further,
            cll.JaroWinklerLevel(column, 0.88),
            cll.JaroWinklerLevel(column, 0.7),
            cll.ElseLevel(),
        ],
    )


def postcodes():
    """`PostcodeComparison`, with a level for a postcode among the other record's earlier ones."""
    library = cl.PostcodeComparison("postcode").create_comparison_levels()
    null, same, *rest = library
    return cl.CustomComparison(
        output_column_name="postcode",
        comparison_levels=[null, same, cll.ArrayIntersectLevel("postcode_all"), *rest],
    )


MODELS = {
    model.__name__: model for model in (febrl3, clkhash_dirty1000, fake_1000, data61_5party)
}

"""Splink on one set: trained without the truth, scored at fixed thresholds and at its best one."""

import math

import pyarrow as pa
from scoring import best_threshold, score
from splink import DuckDBAPI
from splink_models import trained

# Probabilities at which clusters are made: a link that is likelier than not, and the one of
# Splink's examples.
THRESHOLDS = (0.5, 0.95)
# Pairs below this match weight are not kept: a probability of one in a thousand.
LEAST_WEIGHT = -10.0
# Pairs sampled at random for u.
MOST_PAIRS = 1e7


def run(model, tables, truth):
    """Figures by threshold, and the people found at the best one.

    `tables` are the records of each dataset, as `cleartext.read_set` gives them.
    """
    db = DuckDBAPI()
    frames = [register(db, dataset, rows, model.derived) for dataset, rows in tables.items()]
    linker = trained(model, frames, MOST_PAIRS)
    pairs = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    at = {}
    for threshold in THRESHOLDS:
        people = clusters(linker, pairs, math.log2(threshold / (1 - threshold)))
        at[str(threshold)] = score(truth, people)
    weight, _ = best_threshold(truth, edges(pairs))
    # A hair below, so that the link that decides is not lost to rounding.
    people = clusters(linker, pairs, weight - 1e-9)
    best = {**score(truth, people), "weight": weight, "probability": 1 / (1 + 2**-weight)}
    return {"at": at, "best": best}, people


def register(db, dataset, rows, derived):
    columns = {}
    for column in rows[0]:
        kind = pa.list_(pa.string()) if column.endswith("_all") else pa.string()
        columns[column] = pa.array([row[column] for row in rows], kind)
    columns["unique_id"] = pa.array([f"{row['dataset']} {row['record_id']}" for row in rows])
    con = db.duckdb_con
    con.register(f"given_{dataset}", pa.table(columns))
    more = "".join(f", {sql} as {name}" for name, sql in derived.items())
    con.execute(f"create table cleartext_{dataset} as select *{more} from given_{dataset}")
    return db.register(f"cleartext_{dataset}", dataset_display_name=dataset)


def edges(pairs):
    rows = pairs.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight").fetchall()
    return [(key(a), key(b), weight) for a, b, weight in rows]


def clusters(linker, pairs, weight):
    made = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_weight=weight
    )
    return people(made)


def people(made):
    rows = made.as_duckdbpyrelation().project("unique_id, cluster_id").fetchall()
    return {key(record): person for record, person in rows}


def key(unique_id):
    """(dataset, record id)"""
    return tuple(unique_id.split(" ", 1))

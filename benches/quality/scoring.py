"""Pairs found and true, and the threshold that suits the truth best.

A record is (dataset, record id). A pair of records is found if both are of one person, and true if
both are of one entity; pairs within datasets count like pairs across them.
"""

import csv
from collections import Counter


def read_truth(path, where=lambda row: True):
    """The entity of each record; of those rows alone that `where` keeps."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if where(row)]
    return {(row["agency"], row["record_id"]): row.get("entity_id", "") for row in rows}


def score(truth, people):
    """Precision, recall and F1 of a map from record to person; a record it lacks stands alone."""
    alone = ("alone",)
    person = {record: people.get(record, (alone, record)) for record in truth}
    both = pairs(Counter((entity, person[record]) for record, entity in truth.items()))
    return figures(both, pairs(Counter(person.values())), pairs(Counter(truth.values())))


def pairs(groups):
    return sum(n * (n - 1) // 2 for n in groups.values())


def figures(both, found, true):
    """Counts of pairs as shares. Without any found, precision is none."""
    return {
        "both": both,
        "found": found,
        "true": true,
        "precision": both / found if found else None,
        "recall": both / true if true else None,
        "f1": 2 * both / (found + true) if found + true else None,
    }


def best_threshold(truth, edges):
    """The match weight at which connected components have the highest F1, and that F1.

    `edges` are (record, record, match weight). Links are added from the heaviest down, and F1 is
    taken after all links of one weight; so no threshold is passed over. It looks at the truth: no
    linkage without one could choose this threshold.
    """
    true = pairs(Counter(truth.values()))
    parent = {record: record for record in truth}
    entities = {record: Counter([entity]) for record, entity in truth.items()}
    sizes = dict.fromkeys(truth, 1)
    both = found = 0
    best = (0.0, float("inf"))
    edges = sorted(edges, key=lambda edge: -edge[2])
    for place, (a, b, weight) in enumerate(edges):
        a, b = root(parent, a), root(parent, b)
        if a != b:
            if sizes[a] < sizes[b]:
                a, b = b, a
            both += sum(n * entities[a][entity] for entity, n in entities[b].items())
            found += sizes[a] * sizes[b]
            entities[a].update(entities.pop(b))
            sizes[a] += sizes.pop(b)
            parent[b] = a
        last_of_its_weight = place + 1 == len(edges) or edges[place + 1][2] < weight
        f1 = 2 * both / (found + true)
        if last_of_its_weight and f1 > best[0]:
            best = (f1, weight)
    return best[1], best[0]


def root(parent, record):
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record

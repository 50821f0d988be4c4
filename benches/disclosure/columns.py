"""What each token column gives away by its frequencies, carries and costs."""

from __future__ import annotations

import numpy as np
import polars as pl

from population import Spec, Table


def distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct tokens of a column with their counts."""
    return np.unique(keys, return_counts=True)


def cover(table: Table, column: str) -> dict[str, float]:
    """Rows with a token, the commonest token's share, rows that have a token nobody else has, and
    how many others a row shares a token with on average: what joint attacks feed on."""
    rows, keys = table.columns[column]
    if not len(rows):
        return {"covered": 0.0, "commonest": 0.0, "unique": 0.0, "neighbours": 0.0}
    _, codes, counts = np.unique(keys, return_inverse=True, return_counts=True)
    alone = np.unique(rows[counts[codes] == 1])
    share = 1 / table.records
    return {
        "covered": len(np.unique(rows)) * share,
        "commonest": int(counts.max()) * share,
        "unique": len(alone) * share,
        "neighbours": float((counts * (counts - 1.0)).sum()) * share,
    }


def spans(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each token's group of equal counts begins and ends in the order of counts, largest first."""
    levels, group, size = np.unique(-counts, return_inverse=True, return_counts=True)
    end = np.cumsum(size)
    return (end - size)[group], end[group], size[group]


def rank_match(target: Table, attacker: Table, column: str) -> np.ndarray:
    """For each of the target's records the chance that rank matching guesses a value of its rightly.

    Tokens are put in the order of their counts on both sides and matched place by place. Tokens of
    equal count stand in an order of chance; what is returned is the expectation over that chance.
    """
    rows, keys = target.columns[column]
    missed = np.ones(target.records)
    tokens, codes, counts = np.unique(keys, return_inverse=True, return_counts=True)
    values, value_counts = distinct(attacker.columns[column][1])
    if not len(tokens) or not len(values):
        return 1 - missed
    start, end, size = spans(counts)
    their_start, their_end, their_size = spans(value_counts)
    place = np.minimum(np.searchsorted(values, tokens), len(values) - 1)
    shared = np.minimum(end, their_end[place]) - np.maximum(start, their_start[place])
    right = np.where(values[place] == tokens, np.maximum(shared, 0), 0) / (size * their_size[place])
    np.multiply.at(missed, rows, 1 - right[codes])
    return 1 - missed


def true_pairs(tables: dict[str, Table]) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of records of one person across tables; records are numbered through the tables."""
    frames, offset = [], 0
    for table in tables.values():
        row = np.arange(offset, offset + table.records)
        frames.append(pl.DataFrame({"person": table.persons, "row": row, "of": table.dataset}))
        offset += table.records
    all_rows = pl.concat(frames)
    pairs = all_rows.join(all_rows, on="person").filter(
        (pl.col("row") < pl.col("row_right")) & (pl.col("of") != pl.col("of_right"))
    )
    return pairs["row"].to_numpy(), pairs["row_right"].to_numpy()


def stacked(tables: dict[str, Table], column: str) -> pl.DataFrame:
    """One column of all tables, with records numbered through."""
    frames, offset = [], 0
    for number, table in enumerate(tables.values()):
        rows, keys = table.columns[column]
        frames.append(
            pl.DataFrame({"row": rows.astype(np.int64) + offset, "token": keys}).with_columns(
                of=pl.lit(number, pl.Int8)
            )
        )
        offset += table.records
    return pl.concat(frames)


def agreement(
    tables: dict[str, Table], pairs: tuple[np.ndarray, np.ndarray], column: str
) -> np.ndarray:
    """Which of the pairs share a token of the column."""
    held = stacked(tables, column).select("row", "token")
    frame = pl.DataFrame({"left": pairs[0], "right": pairs[1]}).with_row_index("pair")
    one = frame.select("pair", row="left").join(held, on="row")
    other = frame.select("pair", row="right").join(held, on="row")
    agree = np.zeros(len(pairs[0]), bool)
    agree[one.join(other, on=["pair", "token"], how="semi")["pair"].unique().to_numpy()] = True
    return agree


def candidates(tables: dict[str, Table], column: str, largest_block: int) -> dict[str, float]:
    """Pairs across tables that share a token, blocks that are too large set aside."""
    held = stacked(tables, column)
    groups = (
        held.group_by("token", "of")
        .len("n")
        .group_by("token")
        .agg(records=pl.col("n").sum(), squares=(pl.col("n").cast(pl.Int64) ** 2).sum())
    )
    small = groups.filter(pl.col("records") <= largest_block)
    cross = small.select(
        ((pl.col("records").cast(pl.Int64) ** 2 - pl.col("squares")) / 2).sum()
    ).item()
    sizes = np.array([table.records for table in tables.values()], float)
    possible = (sizes.sum() ** 2 - (sizes**2).sum()) / 2
    return {
        "candidates": float(cross or 0),
        "reduction": 1 - float(cross or 0) / possible,
        "blocks_set_aside": groups.height - small.height,
    }


def greedy(agree: dict[str, np.ndarray]) -> list[tuple[str, float]]:
    """Columns in the order in which each finds the most true pairs not found yet, with the sum so far."""
    left = dict(agree)
    found = np.zeros(len(next(iter(agree.values()))), bool)
    order = []
    while left:
        best = max(left, key=lambda name: (int((left[name] & ~found).sum()), int(left[name].sum())))
        found |= left.pop(best)
        order.append((best, float(found.mean())))
    return order


def measure(
    spec: Spec,
    tables: dict[str, Table],
    target: Table,
    attacker: Table,
) -> tuple[dict[str, dict[str, float]], np.ndarray]:
    """All figures of each column that need no truth but persons' values; the chances by record."""
    figures, chances = {}, {}
    for column in spec.recipes:
        chances[column] = rank_match(target, attacker, column)
        itself = rank_match(target, target, column)
        figures[column] = {
            **cover(target, column),
            "rank_matched": float(chances[column].mean()),
            "rank_matched_same_table": float(itself.mean()),
            **candidates(tables, column, spec.largest_block),
        }
    missed = {column: 1 - chance for column, chance in chances.items()}
    everything = np.prod(list(missed.values()), axis=0)
    for column in spec.recipes:
        others = [m for name, m in missed.items() if name != column]
        without = np.prod(others, axis=0) if others else np.ones(target.records)
        figures[column]["union_without"] = float(1 - without.mean())
    return figures, 1 - everything


def recall(spec: Spec, tables: dict[str, Table]) -> tuple[dict[str, dict[str, float]], dict]:
    """What share of the true pairs across tables each column, and each alone, finds."""
    pairs = true_pairs(tables)
    agree = {column: agreement(tables, pairs, column) for column in spec.recipes}
    count = np.sum([agree[c] for c in spec.blocking], axis=0)
    everywhere = np.sum(list(agree.values()), axis=0)
    figures = {}
    for column, mine in agree.items():
        alone = mine & (count == (1 if column in spec.blocking else 0))
        figures[column] = {
            "blocking": column in spec.blocking,
            "recall": float(mine.mean()),
            "recall_alone": float(alone.mean()),
            "recall_alone_of_all": float((mine & (everywhere == 1)).mean()),
        }
    summary = {
        "true_pairs": len(pairs[0]),
        "blocking_recall": float((count > 0).mean()),
        "order": greedy({c: agree[c] for c in spec.recipes if agree[c].any()}),
        "blocking_order": greedy({c: agree[c] for c in spec.blocking}),
    }
    return figures, summary

"""A token table as an attacker sees it: rows and tokens as numbers that mean nothing.

Target and attacker number their rows and tokens by chance and independently of each other, which is
what two linkage keys do to equal values: equality within a table is all that is left. `Answers` holds
what was thrown away and is for scoring alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from population import Table


@dataclass
class Graph:
    """Rows and tokens of a table, each listing the other.

    Row `r` has in column `c` the tokens `row_token[row_start[r * columns + c] : ...]`; token `t` is in
    the rows `token_row[token_start[t] : ...]`.
    """

    rows: int
    columns: int
    row_start: np.ndarray
    row_token: np.ndarray
    token_start: np.ndarray
    token_row: np.ndarray
    token_column: np.ndarray

    @property
    def tokens(self) -> int:
        """How many distinct tokens there are in all columns."""
        return len(self.token_column)

    @property
    def sizes(self) -> np.ndarray:
        """In how many rows each token is."""
        return np.diff(self.token_start)

    @property
    def edge_row(self) -> np.ndarray:
        """The row of each entry of `row_token`."""
        return (self.edge_cell // self.columns).astype(np.int32)

    @property
    def edge_cell(self) -> np.ndarray:
        """The cell (row and column) of each entry of `row_token`."""
        return np.repeat(np.arange(self.rows * self.columns), np.diff(self.row_start))


@dataclass
class Answers:
    """The truth about one table: persons by row, values by token."""

    persons: np.ndarray
    values: np.ndarray


def build(table: Table, columns: list[str], rng: np.random.Generator) -> tuple[Graph, Answers]:
    """Numbers the rows and tokens of some columns of a table by chance."""
    shuffle = rng.permutation(table.records).astype(np.int32)
    cells, tokens, values, token_columns = [], [], [], []
    known = 0
    for place, name in enumerate(columns):
        rows, keys = table.columns[name]
        distinct, codes = np.unique(keys, return_inverse=True)
        cells.append(shuffle[rows].astype(np.int64) * len(columns) + place)
        tokens.append(codes + known)
        values.append(distinct)
        token_columns.append(np.full(len(distinct), place, np.int16))
        known += len(distinct)
    rename = rng.permutation(known)
    cell, token = np.concatenate(cells), rename[np.concatenate(tokens)]
    value = np.empty(known, np.uint64)
    value[rename] = np.concatenate(values)
    column = np.empty(known, np.int16)
    column[rename] = np.concatenate(token_columns)
    persons = np.empty(table.records, np.int64)
    persons[shuffle] = table.persons
    return lists(table.records, len(columns), cell, token, column), Answers(persons, value)


def lists(
    rows: int, columns: int, cell: np.ndarray, token: np.ndarray, column: np.ndarray
) -> Graph:
    """Sorts the edges by cell and by token."""
    order = np.lexsort((token, cell))
    by_token = np.argsort(token, kind="stable")
    return Graph(
        rows=rows,
        columns=columns,
        row_start=starts(cell, rows * columns),
        row_token=token[order].astype(np.int32),
        token_start=starts(token, len(column)),
        token_row=(cell[by_token] // columns).astype(np.int32),
        token_column=column,
    )


def starts(members: np.ndarray, groups: int) -> np.ndarray:
    """Where each group begins when members stand in order of their group."""
    return np.concatenate(([0], np.cumsum(np.bincount(members, minlength=groups))))


def true_labels(target: Graph, mine: Answers, attacker: Graph, theirs: Answers) -> np.ndarray:
    """For each token of the target the attacker's token of the same value, or -1."""

    def key(graph: Graph, answers: Answers) -> np.ndarray:
        return answers.values ^ (
            graph.token_column.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        )

    held = key(attacker, theirs)
    order = np.argsort(held)
    wanted = key(target, mine)
    place = np.minimum(np.searchsorted(held[order], wanted), len(held) - 1)
    return np.where(held[order][place] == wanted, order[place], -1)

"""Attacks that use several columns of a row together. None of them sees a value or a person.

All read two graphs, the target's and the attacker's, whose rows and tokens are numbered by chance. A
guess is an array that names for each row of the target a row of the attacker's, or -1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph import Graph

NONE = -1

# What columns beyond the heaviest count for: they say the same again.
FURTHER = 0.35

# Where features are cut; how many pairs weigh them, and how firmly weights are held near nothing.
CUTS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.96, 0.99)
LEARNT = 20_000
RIDGE = 30.0


def mixed(values: np.ndarray, salt: int) -> np.ndarray:
    """A hash of each number (splitmix64)."""
    with np.errstate(over="ignore"):
        x = values + np.uint64((salt + 1) * 0x9E3779B97F4A7C15 & (2**64 - 1))
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def segment_sums(values: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The sum of each segment, modulo 2**64; an empty segment has 0."""
    with np.errstate(over="ignore"):
        sums = np.concatenate((np.zeros(1, values.dtype), np.cumsum(values, dtype=values.dtype)))
        return sums[start[1:]] - sums[start[:-1]]


def colours(graph: Graph, rounds: int) -> Iterator[np.ndarray]:
    """Weisfeiler and Lehman's colours of the rows after each round.

    A token's colour becomes a hash of its column and its rows' colours, a row's a hash of its
    tokens' colours. Two rows keep one colour only as long as their neighbourhoods look alike.
    """
    row = np.ones(graph.rows, np.uint64)
    column = graph.token_column.astype(np.uint64)
    row_start = graph.row_start[:: graph.columns]
    for _ in range(rounds):
        around = segment_sums(mixed(row, 1)[graph.token_row], graph.token_start)
        token = mixed(around ^ mixed(column, 2), 3)
        row = mixed(segment_sums(token[graph.row_token], row_start) ^ mixed(row, 4), 5)
        yield row


def same_colour(target: Graph, attacker: Graph, rounds: int) -> Iterator[np.ndarray]:
    """Guesses after each round: rows whose colour nobody else in their table has, on both sides."""
    for mine, theirs in zip(colours(target, rounds), colours(attacker, rounds), strict=True):
        values, first, count = np.unique(theirs, return_index=True, return_counts=True)
        values, first = values[count == 1], first[count == 1]
        _, code, my_count = np.unique(mine, return_inverse=True, return_counts=True)
        place = np.minimum(np.searchsorted(values, mine), max(len(values) - 1, 0))
        if not len(values):
            yield np.full(target.rows, NONE)
            continue
        known = (values[place] == mine) & (my_count[code] == 1)
        yield np.where(known, first[place], NONE)


@dataclass
class Prints:
    """Fingerprints of both tables, with what a distance between two of them says."""

    mine: np.ndarray
    theirs: np.ndarray
    constant: float

    def evidence(self, row: np.ndarray, theirs: np.ndarray, step: int = 200_000) -> np.ndarray:
        """The log odds, by fingerprint, that pairs of rows are of one person."""
        parts = [np.zeros(0)]
        for at in range(0, len(row), step):
            some = slice(at, at + step)
            parts.append(np.einsum("ij,ij->i", self.mine[row[some]], self.theirs[theirs[some]]))
        return np.concatenate(parts) + self.constant


def counts_by_cell(graph: Graph) -> np.ndarray:
    """How common each row's tokens are, column by column: the commonest, all together, how many."""
    logs = np.log(graph.sizes[graph.row_token]).astype(np.float32)
    sums = segment_sums(logs.astype(np.float64), graph.row_start)
    most = np.zeros(graph.rows * graph.columns, np.float32)
    np.maximum.at(most, graph.edge_cell, logs)
    shape = (graph.rows, graph.columns)
    held = np.diff(graph.row_start).reshape(shape)
    return np.hstack([most.reshape(shape), sums.reshape(shape), held]).astype(np.float32)


def around(graph: Graph, column: int, base: np.ndarray) -> np.ndarray:
    """What the other rows of each row's tokens of one column look like: how many, and their mean."""
    edges = graph.token_column[graph.row_token] == column
    edges &= graph.sizes[graph.row_token] > 1
    row, token = graph.edge_row[edges], graph.row_token[edges]
    others = graph.sizes[token] - 1
    ones = sparse.csr_matrix(
        (np.ones(len(row), np.float32), (row, token)), (graph.rows, graph.tokens)
    )
    share = sparse.csr_matrix(
        (1 / others.astype(np.float32), (row, token)), (graph.rows, graph.tokens)
    )
    sums = ones.T @ base
    mean = share @ sums - base * np.asarray(share.sum(axis=1))
    reached = np.asarray(ones.sum(axis=1))
    return (mean / np.maximum(reached, 1)).astype(np.float32)


def principal(own: list[np.ndarray], most: int) -> list[np.ndarray]:
    """The main directions of the attacker's rows, and all rows of both sides along them."""
    scale = own[1].std(axis=0) + 1e-6
    middle = own[1].mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(((own[1] - middle) / scale).T))
    axes = axes[:, ::-1][:, :most].astype(np.float32)
    return [((side - middle) / scale) @ axes for side in own]


def coded(both: list[np.ndarray]) -> tuple[list[np.ndarray], list[int]]:
    """Each feature in few steps, cut where the attacker's rows fall into equal parts."""
    codes = [np.zeros(side.shape, np.uint8) for side in both]
    steps = []
    for place in range(both[0].shape[1]):
        theirs = both[1][:, place]
        cuts = np.unique(np.quantile(theirs, CUTS).astype(np.float32))
        for side, code in zip(both, codes, strict=True):
            low = np.searchsorted(cuts, side[:, place], "left")
            code[:, place] = low + np.searchsorted(cuts, side[:, place], "right")
        steps.append(2 * len(cuts) + 1)
    return codes, steps


def odds_tables(codes: list[np.ndarray], steps: list[int], pairs: np.ndarray) -> list[np.ndarray]:
    """For each feature the log odds, by its two steps, that two rows are of one person."""
    tables = []
    for place, step in enumerate(steps):
        mine, theirs = codes[0][:, place], codes[1][:, place]
        joint = np.bincount(
            mine[pairs[:, 0]].astype(np.int64) * step + theirs[pairs[:, 1]], minlength=step * step
        ).reshape(step, step)
        apart = np.outer(np.bincount(mine, minlength=step), np.bincount(theirs, minlength=step))
        chance = apart / apart.sum()
        smooth = joint + 2 * chance + 1e-9
        tables.append(np.log(smooth / smooth.sum() / (chance + 1e-12)) * (apart > 0))
    return tables


def looked_up(
    tables: list[np.ndarray], codes: list[np.ndarray], rows: np.ndarray, theirs: np.ndarray
) -> np.ndarray:
    """The log odds of each feature for pairs of rows."""
    found = [
        table[codes[0][rows, place], codes[1][theirs, place]] for place, table in enumerate(tables)
    ]
    return np.stack(found, axis=1)


def weighed(same: np.ndarray, other: np.ndarray) -> np.ndarray:
    """What each feature counts for when all stand together, by logistic regression; a constant last."""
    x = np.vstack([same, other])
    x = np.hstack([x, np.ones((len(x), 1))])
    y = np.concatenate([np.ones(len(same)), np.zeros(len(other))])
    weights = np.zeros(x.shape[1])
    ridge = np.full(len(weights), RIDGE)
    ridge[-1] = 1e-3
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - p) - ridge * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def factors(tables: list[np.ndarray], codes: list[np.ndarray], most: int) -> list[np.ndarray]:
    """Vectors of both sides' rows whose inner product is nearly the sum of the tables' odds."""
    sides: list[list[np.ndarray]] = [[], []]
    for place, table in enumerate(tables):
        left, size, right = np.linalg.svd(table)
        rank = size > max(0.02 * size[0], 1e-3)
        for side, part, code in ((0, left, codes[0]), (1, right.T, codes[1])):
            sides[side].append(
                (part[:, rank] * np.sqrt(size[rank]))[code[:, place]].astype(np.float32)
            )
    whole = [np.hstack(side) for side in sides]
    halves = []
    for side in whole:
        gram = (side.T @ side).astype(np.float64) / len(side)
        values, axes = np.linalg.eigh(gram)
        halves.append((axes * np.sqrt(np.maximum(values, 1e-5 * values[-1]))).T)
    left, size, right = np.linalg.svd(halves[0] @ halves[1].T)
    size = np.sqrt(size[:most])
    turns = (
        np.linalg.solve(halves[0], left[:, :most]) * size,
        np.linalg.solve(halves[1], right.T[:, :most]) * size,
    )
    return [(side @ turn).astype(np.float32) for side, turn in zip(whole, turns, strict=True)]


def fingerprints(
    target: Graph, attacker: Graph, pairs: np.ndarray, rng: np.random.Generator, most: int = 96
) -> Prints:
    """A vector of each row of both tables: its own tokens' counts and its neighbours' counts.

    `pairs` are rows of one person by which the attacker learns how far two records of one person
    differ. It can have them from a simulation; here they are granted from the truth, and serve for a
    table of frequencies a feature and its weight only.
    """
    sides = (target, attacker)
    own = [counts_by_cell(side) for side in sides]
    few = principal(own, 6)
    full = []
    for side, mine, small in zip(sides, own, few, strict=True):
        near = [around(side, column, small) for column in range(side.columns)]
        full.append(np.hstack([mine, *near]))
    codes, steps = coded(full)
    learn = pairs[rng.permutation(len(pairs))[:LEARNT]]
    tables = odds_tables(codes, steps, pairs)
    strangers = np.c_[rng.permutation(np.repeat(learn[:, 0], 3)), np.repeat(learn[:, 1], 3)]
    same = looked_up(tables, codes, learn[:, 0], learn[:, 1])
    weights = weighed(same, looked_up(tables, codes, strangers[:, 0], strangers[:, 1]))
    kept = np.abs(weights[:-1]) > 0.01
    tables = [table * w for table, w, k in zip(tables, weights, kept, strict=False) if k]
    codes = [code[:, kept] for code in codes]
    vectors = factors(tables, codes, most)
    return Prints(*vectors, float(weights[-1]) + np.log(3))


def nearest(mine: np.ndarray, theirs: np.ndarray, step: int = 2000) -> tuple[np.ndarray, ...]:
    """For each vector its best partner with the two highest products, and the best from there."""
    best = np.empty(len(mine), np.int64)
    first, second = np.empty(len(mine), np.float32), np.empty(len(mine), np.float32)
    back, back_best = np.full(len(theirs), -np.inf, np.float32), np.zeros(len(theirs), np.int64)
    for at in range(0, len(mine), step):
        product = mine[at : at + step] @ theirs.T
        column_best = product.argmax(axis=0)
        column_most = product[column_best, np.arange(len(theirs))]
        better = column_most > back
        back[better], back_best[better] = column_most[better], column_best[better] + at
        rows = np.arange(len(product))
        best[at : at + step] = product.argmax(axis=1)
        first[at : at + step] = product[rows, best[at : at + step]]
        product[rows, best[at : at + step]] = -np.inf
        second[at : at + step] = product.max(axis=1)
    return best, first, second, back_best


def strange_first(vectors: np.ndarray, most: int) -> np.ndarray:
    """The rows farthest from the mean: the ones that a fingerprint can single out."""
    return np.argsort(-(vectors**2).sum(axis=1))[:most]


def nearest_fingerprint(prints: Prints, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Guesses by mutually nearest fingerprint among the strangest rows, and how clear each is."""
    rows = strange_first(prints.mine, most)
    theirs = strange_first(prints.theirs, int(most * 1.3))
    best, first, second, back = nearest(prints.mine[rows], prints.theirs[theirs])
    mutual = back[best] == np.arange(len(rows))
    guess = np.full(len(prints.mine), NONE)
    clear = np.zeros(len(prints.mine))
    guess[rows[mutual]] = theirs[best[mutual]]
    odds = first + prints.constant - np.log(len(prints.mine))
    clear[rows[mutual]] = np.minimum(odds, first - second)[mutual]
    return guess, clear


@dataclass
class Spread:
    """How guesses spread from rows to tokens and on to rows."""

    largest: int = 15
    odds: float = -1.0
    margin: float = 0.5
    rounds: int = 40


def crossed(starts: tuple, counts: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of an entry of one list with an entry of another, for many pairs of lists."""
    n, m = counts
    sizes = n.astype(np.int64) * m
    owner = np.repeat(np.arange(len(n)), sizes)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return owner, starts[0][owner] + within // m[owner], starts[1][owner] + within % m[owner]


def cells_crossed(target: Graph, attacker: Graph, rows: np.ndarray, theirs: np.ndarray) -> tuple:
    """For pairs of rows: all pairs of their tokens of one column, with the pair's place."""
    columns = np.arange(target.columns)
    mine = (rows[:, None] * target.columns + columns).ravel()
    other = (theirs[:, None] * target.columns + columns).ravel()
    starts = (target.row_start[mine], attacker.row_start[other])
    counts = (target.row_start[mine + 1] - starts[0], attacker.row_start[other + 1] - starts[1])
    owner, left, right = crossed(starts, counts)
    return owner, target.row_token[left], attacker.row_token[right]


def best_of(group: np.ndarray, score: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """For each group the place of its highest score, and by how much it is above the next."""
    place, ahead = np.full(groups, NONE), np.zeros(groups)
    if not len(group):
        return place, ahead
    low, high = score.min(), score.max()
    fine = ((score - low) * (2**28 / max(high - low, 1e-9))).astype(np.int64)
    order = np.argsort((group.astype(np.int64) << 29) | fine)
    sorted_group = group[order]
    top = np.flatnonzero(np.append(sorted_group[1:] != sorted_group[:-1], True))
    winner = sorted_group[top]
    place[winner] = order[top]
    runner = np.maximum(top - 1, 0)
    paired = (top > 0) & (sorted_group[runner] == winner)
    ahead[winner] = score[order[top]] - np.where(paired, score[order[runner]], 0)
    return place, ahead


def vote(target: Graph, attacker: Graph, guess: np.ndarray) -> tuple[np.ndarray, ...]:
    """Which token means which label, by the rows guessed: token, label and votes, mutually best."""
    rows = np.flatnonzero(guess >= 0)
    _, token, label = cells_crossed(target, attacker, rows, guess[rows])
    key, votes = np.unique(token.astype(np.int64) * attacker.tokens + label, return_counts=True)
    token, label = key // attacker.tokens, key % attacker.tokens
    alike = np.exp(-np.abs(np.log(target.sizes[token] / attacker.sizes[label])))
    score = votes + 0.5 * alike
    forward, ahead = best_of(token, score, target.tokens)
    backward, _ = best_of(label, score, attacker.tokens)
    mine = np.arange(len(token))
    kept = (forward[token] == mine) & (backward[label] == mine) & (ahead[token] > 0.05)
    return token[kept], label[kept], votes[kept]


def candidates(
    target: Graph, attacker: Graph, guess: np.ndarray, named: tuple[np.ndarray, ...], how: Spread
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows that share matched tokens, with the weight of what they share.

    A pair that voted for a match of tokens itself may not count that vote.
    """
    token, label, votes = named
    small = (target.sizes[token] <= how.largest) & (attacker.sizes[label] <= how.largest)
    token, label, votes = token[small], label[small], votes[small]
    starts = (target.token_start[token], attacker.token_start[label])
    owner, left, right = crossed(starts, (target.sizes[token], attacker.sizes[label]))
    row, theirs = target.token_row[left], attacker.token_row[right]
    supported = votes[owner] - (guess[row] == theirs) >= 1
    owner, row, theirs = owner[supported], row[supported], theirs[supported]
    common = np.maximum(target.sizes[token], attacker.sizes[label])
    weight = np.log(target.rows / common)[owner]
    return joined(row.astype(np.int64) * attacker.rows + theirs, weight)


def joined(key: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pair once: its heaviest token counts in full, the others in part, as columns overlap."""
    if not len(key):
        return key, weight
    order = np.argsort(key)
    key, weight = key[order], weight[order]
    start = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    most, sums = np.maximum.reduceat(weight, start), np.add.reduceat(weight, start)
    return key[start], most + FURTHER * (sums - most)


def against(
    target: Graph, attacker: Graph, meaning: np.ndarray, rows: np.ndarray, theirs: np.ndarray
) -> tuple:
    """In how many columns each pair of rows agrees and disagrees, as far as tokens are matched."""
    owner, token, label = cells_crossed(target, attacker, rows, theirs)
    cells = len(rows) * target.columns
    agree = np.bincount(owner, meaning[token] == label, cells) > 0
    known = np.bincount(owner, meaning[token] >= 0, cells) > 0
    shape = (len(rows), target.columns)
    return agree.reshape(shape).sum(axis=1), (known & ~agree).reshape(shape).sum(axis=1)


def extend(
    target: Graph,
    attacker: Graph,
    guess: np.ndarray,
    seeds: np.ndarray,
    prints: Prints,
    how: Spread,
) -> np.ndarray:
    """One round: from guessed rows to tokens to rows, every guess judged anew by the others."""
    named = vote(target, attacker, guess)
    key, weight = candidates(target, attacker, guess, named, how)
    rows = np.flatnonzero(seeds >= 0)
    own = rows * attacker.rows + seeds[rows]
    own = own[~np.isin(own, key)]
    key, weight = np.concatenate((key, own)), np.concatenate((weight, np.zeros(len(own))))
    row, theirs = key // attacker.rows, key % attacker.rows
    odds = weight + prints.evidence(row, theirs) - np.log(attacker.rows)
    likely = odds > how.odds
    row, theirs, odds = row[likely], theirs[likely], odds[likely]
    new = np.full(target.rows, NONE)
    if not len(row):
        return new
    forward, ahead = best_of(row, odds, target.rows)
    backward, back_ahead = best_of(theirs, odds, attacker.rows)
    mine = np.arange(len(row))
    kept = (forward[row] == mine) & (backward[theirs] == mine)
    kept &= (ahead[row] > how.margin) & (back_ahead[theirs] > how.margin)
    row, theirs = row[kept], theirs[kept]
    token, label, _ = named
    meaning = np.full(target.tokens, NONE)
    meaning[token] = label
    agree, differ = against(target, attacker, meaning, row, theirs)
    good = agree >= 2 * differ
    new[row[good]] = theirs[good]
    return new


def propagate(
    target: Graph,
    attacker: Graph,
    seeds: np.ndarray,
    known: np.ndarray,
    prints: Prints,
    how: Spread,
) -> Iterator[np.ndarray]:
    """Guesses after each round, from seeds that are likely and from pairs that are known."""
    sure = known >= 0
    guess = np.where(sure, known, seeds)
    named = []
    for _ in range(how.rounds):
        guess = extend(target, attacker, guess, seeds, prints, how)
        guess[sure] = known[sure]
        yield guess
        named.append(int((guess >= 0).sum()))
        if len(named) > 4 and named[-1] <= 1.01 * named[-3]:
            break

"""The joint attacks: who is identified when several columns of a row are used together."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

import attacks
from graph import Answers, Graph, build, true_labels
from population import Table

NONE = attacks.NONE


@dataclass
class Case:
    """Two tables as graphs, with the answers kept apart."""

    target: Graph
    attacker: Graph
    mine: Answers
    theirs: Answers

    @classmethod
    def of(
        cls, target: Table, attacker: Table, columns: list[str], rng: np.random.Generator
    ) -> Case:
        """Both tables, numbered by chance."""
        left, mine = build(target, columns, rng)
        right, theirs = build(attacker, columns, rng)
        return cls(left, right, mine, theirs)

    def score(self, guess: np.ndarray) -> dict[str, float]:
        """Shares of the target's rows: named, and rightly named; and how many names were right."""
        made = guess >= 0
        right = self.mine.persons[made] == self.theirs.persons[guess[made]]
        rows = self.target.rows
        return {
            "claimed": float(made.sum() / rows),
            "right": float(right.sum() / rows),
            "precision": float(right.mean()) if made.any() else 0.0,
        }

    def pairs(self) -> np.ndarray:
        """A pair of rows for each of the target's rows whose person the attacker's table holds."""
        order = np.argsort(self.theirs.persons)
        held = self.theirs.persons[order]
        place = np.minimum(np.searchsorted(held, self.mine.persons), len(held) - 1)
        found = held[place] == self.mine.persons
        return np.c_[np.flatnonzero(found), order[place[found]]]

    def values_right(self, guess: np.ndarray) -> float:
        """The share of the target's tokens whose value is known rightly by the rows that are guessed."""
        token, label, _ = attacks.vote(self.target, self.attacker, guess)
        truth = true_labels(self.target, self.mine, self.attacker, self.theirs)
        return float((truth[token] == label).sum() / self.target.tokens)


def usable(target: Table, attacker: Table, columns: list[str]) -> list[str]:
    """The columns that both tables fill for at least one record in a hundred."""

    def filled(table: Table, column: str) -> bool:
        return len(table.columns[column][0]) >= 0.01 * table.records

    return [c for c in columns if filled(target, c) and filled(attacker, c)]


def colour_rounds(case: Case, rounds: int) -> list[dict[str, float]]:
    """What equal and unique colours identify, round by round."""
    return [case.score(g) for g in attacks.same_colour(case.target, case.attacker, rounds)]


def spread_rounds(
    case: Case, seeds: np.ndarray, known: np.ndarray, prints: attacks.Prints, how: attacks.Spread
) -> dict:
    """What guesses identify when they spread as far as they can."""
    rounds, last = [], known
    steps = attacks.propagate(case.target, case.attacker, seeds, known, prints, how)
    for last in steps:
        rounds.append(case.score(last))
    return {**rounds[-1], "rounds": rounds, "values": case.values_right(last)}


def fingerprint_attacks(
    case: Case, rng: np.random.Generator, strange: int, known: list[int], how: attacks.Spread
) -> dict:
    """Fingerprints alone, then spreading from them, and from persons known beforehand."""
    begun = time.monotonic()
    pairs = case.pairs()
    prints = attacks.fingerprints(case.target, case.attacker, pairs, rng)
    guess, clear = attacks.nearest_fingerprint(prints, min(strange, case.target.rows))
    seeds = np.where(clear > how.odds, guess, NONE)
    none = np.full(case.target.rows, NONE)
    out = {
        "overlap": len(pairs) / case.target.rows,
        "fingerprint": case.score(guess),
        "clear": case.score(seeds),
        "spread": spread_rounds(case, seeds, none, prints, how),
        "known": {},
    }
    for count in known:
        few = pairs[rng.permutation(len(pairs))[:count]]
        sure = none.copy()
        sure[few[:, 0]] = few[:, 1]
        out["known"][str(count)] = spread_rounds(case, none, sure, prints, how)
    out["seconds"] = round(time.monotonic() - begun)
    return out

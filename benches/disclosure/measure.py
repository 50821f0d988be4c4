#!/usr/bin/env python3
"""Measures what the token columns of a linkage spec give away, carry and cost.

A population is made up with `sealink synth` and tokenised; one agency's token table is attacked by
somebody who has no key but the clear records of another agency. Nothing is read but made-up files
(and, if wished, a list of how common real names are). See README.md for what is measured and how.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

import columns
import joint
import redraw
import report
from attacks import Spread
from population import Spec, Table, load, place_spec, pseudonymise, synthesise

STARTED = time.monotonic()


def say(text: str) -> None:
    """Progress, on the error stream."""
    print(f"{time.monotonic() - STARTED:6.0f} s  {text}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sealink", required=True, metavar="BIN", help="the program to measure")
    parser.add_argument(
        "--spec", type=Path, help="the linkage spec or template; else the one that synth writes"
    )
    parser.add_argument("--people", type=int, default=310_000, help="children to make up (310,000)")
    parser.add_argument("--seed", type=int, default=1, help="what all chance comes from (1)")
    parser.add_argument(
        "--errors", type=float, default=1.0, help="how often agencies err, as for synth (1)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder for report.md and results.json",
    )
    parser.add_argument(
        "--names", type=Path, help="real name frequencies (.json.gz) to redraw names by"
    )
    parser.add_argument(
        "--target", default="education", help="the agency whose tokens are attacked"
    )
    parser.add_argument(
        "--attacker", default="health", help="the agency whose clear records are used"
    )
    parser.add_argument(
        "--rows", type=int, default=200_000, help="records of the target's table (200,000)"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="COLUMNS",
        help="joint attacks also on all columns but these; may be repeated",
    )
    parser.add_argument(
        "--sizes",
        default="5,10",
        help="how many columns, besides all, joint attacks use (5,10)",
    )
    parser.add_argument(
        "--known",
        default="100",
        help="persons known beforehand in joint attacks on all columns (100)",
    )
    parser.add_argument(
        "--strange", type=int, default=40_000, help="rows whose fingerprints are compared"
    )
    parser.add_argument("--only-columns", action="store_true", help="leave the joint attacks out")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    """A list of numbers with commas."""
    return [int(part) for part in text.split(",") if part.strip()]


def cut(tables: dict[str, Table], options: argparse.Namespace) -> tuple[dict[str, Table], Table]:
    """The tables with the target's first rows alone, and what the attacker makes of its own table.

    An attacker knows which ages the target serves, and leaves other ages out.
    """
    target = tables[options.target]
    target = target.keep(np.arange(target.records) < options.rows)
    years, counts = np.unique(target.birth_years, return_counts=True)
    served = years[counts >= 0.005 * target.records]
    attacker = tables[options.attacker]
    return {**tables, options.target: target}, attacker.keep(np.isin(attacker.birth_years, served))


def by_columns(spec: Spec, tables: dict[str, Table], options: argparse.Namespace) -> dict:
    """All figures of each column, and of their union."""
    tables, attacker = cut(tables, options)
    figures, union = columns.measure(spec, tables, tables[options.target], attacker)
    carried, summary = columns.recall(spec, tables)
    for name, figure in figures.items():
        figure.update(carried[name])
    return {
        "rows": tables[options.target].records,
        "attacker_rows": attacker.records,
        "columns": figures,
        "union": float(union.mean()),
        **summary,
    }


def by_joint(
    tables: dict[str, Table],
    order: list[str],
    options: argparse.Namespace,
    rng: np.random.Generator,
) -> dict:
    """The joint attacks on growing sets of columns, in the order in which columns carry recall."""
    tables, attacker = cut(tables, options)
    target = tables[options.target]
    order = joint.usable(target, attacker, order)
    sets = {str(n): order[:n] for n in numbers(options.sizes) if n < len(order)} | {"all": order}
    for left_out in options.without:
        sets[f"all but {left_out}"] = [c for c in order if c not in left_out.split(",")]
    out: dict = {"sets": sets, "same": {}, "older": {}, "other": {}, "colours": {}}
    how = Spread()
    out["settings"] = asdict(how)
    for name, chosen in sets.items():
        say(f"same table, {name} columns")
        case = joint.Case.of(target, target, chosen, rng)
        out["same"][name] = joint.colour_rounds(case, 5)
        say(f"another agency, {name} columns")
        case = joint.Case.of(target, attacker, chosen, rng)
        out["colours"][name] = joint.colour_rounds(case, 3)
        known = numbers(options.known) if name == "all" else []
        out["other"][name] = joint.fingerprint_attacks(case, rng, options.strange, known, how)
    for share in (0.01, 0.1):
        say(f"the same table without {share:.0%} of its rows")
        older = target.keep(rng.random(target.records) >= share)
        out["older"][str(share)] = joint.colour_rounds(joint.Case.of(target, older, order, rng), 3)
    return out


def main() -> None:
    """Makes the population, measures, and writes the report."""
    options = arguments()
    work = options.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    say("making the population")
    synthesise(options.sealink, options.people, options.seed, options.errors, work / "made")
    spec = place_spec(options.spec, work / "made", options.seed)
    kinds = {"made": work / "made"}
    if options.names:
        say("redrawing names")
        kinds["redrawn"] = work / "redrawn"
        redraw.redraw(spec, kinds["made"], kinds["redrawn"], redraw.Names(options.names))
    results: dict = {"run": settings(options), "recipes": spec.recipes}
    tables: dict[str, Table] = {}
    for kind, folder in kinds.items():
        say(f"tokenising and measuring columns ({kind})")
        pseudonymise(options.sealink, spec, folder, work / f"tokens-{kind}")
        tables = load(spec, work / "made", work / f"tokens-{kind}")
        results[kind] = by_columns(spec, tables, options)
    if not options.only_columns:
        order = [name for name, _ in results["made"]["order"]]
        order += [name for name in spec.recipes if name not in order]
        results["joint"] = by_joint(tables, order, options, rng)
    say("done")
    results["run"]["seconds"] = round(time.monotonic() - STARTED)
    text = report.markdown(results)
    (options.out / "report.md").write_text(text, encoding="utf-8")
    (options.out / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(text)


def settings(options: argparse.Namespace) -> dict:
    """What was asked for, without anybody's paths."""
    kept = ("people", "seed", "errors", "target", "attacker", "rows", "strange")
    names = {"spec": options.spec.name if options.spec else "as synth writes it"}
    names["names"] = "real frequencies" if options.names else "as synth makes them up"
    return {key: getattr(options, key) for key in kept} | names


if __name__ == "__main__":
    main()

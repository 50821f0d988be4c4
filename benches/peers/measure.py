#!/usr/bin/env python3
"""What sealink costs, beside the programs that its users would pick instead.

The same made-up data in one run, one process at a time, programs in turn: processor time, time by
the clock and peak memory. Prints Markdown, writes results.json.

  python3 benches/peers/install.py ENVIRONMENTS
  cargo build --release
  python3 benches/peers/measure.py --peers ENVIRONMENTS --out peers-out

`--tiny` tries every section on a few thousand rows, with whatever is installed. This program itself
wants Python 3.11 or later and no library.
"""

import argparse
import json
import time
from pathlib import Path

import machine
import peers
import report
from data import Agencies
from run import Command, clear, run
from sections import ON_AGENCIES, SECTIONS
from sections.scale import FULL
from setting import Setting

HERE = Path(__file__).resolve().parent
# About 400,000 records; and 2, 10 and 35 million, of which health has 1, 5 and 18 million: more
# children than those cannot be made up.
PEOPLE = 227_000
SCALE_PEOPLE = [1_080_000, 5_675_000, 20_000_000]


def main():
    arguments = parse()
    file = arguments.out / "results.json"
    results = {"sections": {}}
    if arguments.keep and file.exists():
        results = json.loads(file.read_text(encoding="utf-8"))
    setting = prepare(arguments)
    versions = results.get("versions")
    results |= about(setting)
    if versions not in (None, results["versions"]):
        raise SystemExit("the figures to be kept are of other versions of these programs")
    agencies = None
    for name in chosen(arguments.only):
        start = time.monotonic()
        if name in ON_AGENCIES and not agencies:
            agencies = Agencies(setting, setting.people)
        results["sections"][name] = told(SECTIONS[name].measure(setting, agencies))
        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: measured in {time.monotonic() - start:.0f} s", flush=True)
    clear(setting.work)
    shown = report.markdown(results)
    print(f"\n{shown}\n\nwrote {file}")
    if arguments.doc:
        report.replace(arguments.doc, shown)
    if failed := failures(results["sections"]):
        raise SystemExit(f"failed: {', '.join(failed)}")


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    option = parser.add_argument
    option("--out", type=Path, required=True, metavar="DIR", help="where results and data go")
    option(
        "--sealink",
        default=str(HERE.parents[1] / "target/release/sealink"),
        metavar="BIN",
        help="the program (default: target/release/sealink of this repository)",
    )
    option(
        "--peers",
        type=Path,
        metavar="DIR",
        help="the environments that install.py made (default: what this interpreter has)",
    )
    option("--only", metavar="NAME,..", help=f"of {', '.join(SECTIONS)}")
    option("--keep", action="store_true", help="keep the other sections of DIR/results.json")
    option("--tiny", action="store_true", help="a few thousand rows, one run each")
    option("--repeat", type=int, metavar="N", help="runs of each program (3)")
    option("--seed", type=int, default=1, metavar="S", help="seed of the made-up data (1)")
    option("--threads", type=int, default=2, metavar="N", help="for all programs alike (2)")
    option("--people", type=int, metavar="N", help=f"children ({PEOPLE:,}: 400,000 records)")
    option("--five-rows", type=int, metavar="N", help="rows for five tokens (100,000)")
    option("--join-rows", type=int, metavar="N", help="rows of each table (5,000,000)")
    option(
        "--scale-people",
        metavar="N,..",
        help=f"children of each size ({','.join(map(str, SCALE_PEOPLE))})",
    )
    option("--memory", metavar="SIZE", help="limit for sealink at scale, such as 2GiB")
    option(
        "--bound-program",
        metavar="BIN",
        help="makes as many bare HMACs of short messages as its one argument says",
    )
    option("--doc", type=Path, metavar="FILE", help="replace the generated part of this file")
    return parser.parse_args()


def prepare(arguments):
    tiny = arguments.tiny
    scale = arguments.scale_people
    work = arguments.out.absolute() / "work"
    clear(work)
    work.mkdir(parents=True)
    return Setting(
        # A path, so that it is not looked for among the system's programs.
        sealink=str(Path(arguments.sealink).absolute()),
        work=work,
        peers=peers.find(arguments.peers),
        tiny=tiny,
        repeat=arguments.repeat or (1 if tiny else 3),
        seed=arguments.seed,
        threads=arguments.threads,
        people=arguments.people or (2_000 if tiny else PEOPLE),
        five_rows=arguments.five_rows or (1_000 if tiny else 100_000),
        join_rows=arguments.join_rows or (5_000 if tiny else 5_000_000),
        scale_people=numbers(scale) if scale else [1_000, 2_000] if tiny else SCALE_PEOPLE,
        sampled_pairs=100_000 if tiny else 10_000_000,
        memory=arguments.memory,
        bound_program=arguments.bound_program,
    )


def numbers(text):
    return [int(part) for part in text.split(",")]


def chosen(only):
    names = only.split(",") if only else list(SECTIONS)
    unknown = set(names) - set(SECTIONS)
    if unknown:
        raise SystemExit(f"no such section: {', '.join(sorted(unknown))}")
    return [name for name in SECTIONS if name in names]


def about(setting):
    said = run(Command([setting.sealink, "--version"]))["said"]
    asked = ("repeat", "seed", "threads", "people", "five_rows", "join_rows", "scale_people")
    return {
        "machine": machine.describe(),
        "versions": {
            "sealink": said.split()[-1],
            **{name: peer.version for name, peer in setting.peers.items()},
        },
        "not_installed": [name for name in peers.PEERS if name not in setting.peers],
        "asked": {key: getattr(setting, key) for key in asked},
    }


def told(figures):
    """Figures without what programs printed, or what they said of a failure: it names places."""
    if isinstance(figures, dict):
        kept = {key: told(value) for key, value in figures.items() if key != "said"}
        if "failed" in kept:
            kept["failed"] = kept["failed"] if kept["failed"] == FULL else "failed"
        return kept
    return [told(value) for value in figures] if isinstance(figures, list) else figures


def failures(figures, name=""):
    """The names of what failed; a size for which there was too little disk did not."""
    if isinstance(figures, list):
        return [one for part in figures for one in failures(part, name)]
    if not isinstance(figures, dict):
        return []
    if figures.get("failed", FULL) != FULL:
        return [name]
    return [one for key, part in figures.items() for one in failures(part, key)]


if __name__ == "__main__":
    main()

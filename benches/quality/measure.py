#!/usr/bin/env python3
"""Linkage quality of sealink, beside Splink on the cleartext of the same records.

For each set: makes keys, pseudonymises each dataset, links the tokens at the spec's threshold and
scores the person map against the truth; then trains Splink on the cleartext and scores it at fixed
thresholds and at the one that suits the truth best. Prints a Markdown table, writes results.json.

  python3 -m venv venv && venv/bin/pip install -r benches/quality/requirements.txt
  cargo build --release
  venv/bin/python benches/quality/measure.py --data DATA --out quality-out

DATA is a folder with a folder for each open set (febrl3, data61_5party, clkhash_dirty1000,
fake_1000), each with <dataset>.csv and truth.csv (agency, record_id, entity_id). Without --data the
made-up agencies alone are measured, which `sealink synth` makes.
"""

import argparse
import importlib.metadata
import json
import subprocess
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cleartext
import scoring
import sealink_run
import splink_models
import splink_run

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- measure.py: begin -->", "<!-- measure.py: end -->"


def main():
    arguments = parse()
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    file = out / "results.json"
    results = json.loads(file.read_text()) if arguments.keep and file.exists() else {"sets": {}}
    results["versions"] = versions(arguments.sealink)
    for name, find in chosen(arguments).items():
        print(f"measuring {name} ..", flush=True)
        results["sets"][name] = measure(find(), arguments.sealink, out / "runs" / name)
        file.write_text(json.dumps(results, indent=1) + "\n")
    shown = table(results)
    print(f"\n{shown}\n\nwrote {file}")
    if arguments.doc:
        replace(arguments.doc, shown)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder of the open sets")
    parser.add_argument(
        "--sealink", default=str(HERE.parents[1] / "target/release/sealink"), metavar="BIN",
        help="the program (default: target/release/sealink of this repository)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results go")
    parser.add_argument(
        "--only", action="append", metavar="NAME",
        help="measure this set alone; may be repeated; synth-SEED for made-up agencies",
    )
    parser.add_argument(
        "--people", type=int, default=20_000, metavar="N",
        help="children of `sealink synth` (20000)",
    )
    parser.add_argument(
        "--seeds", type=int, nargs="*", default=[7, 21], metavar="S",
        help="seeds of `sealink synth` (7 21); none for none",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the other sets' figures in DIR/results.json"
    )
    parser.add_argument(
        "--doc", type=Path, metavar="FILE", help="replace the generated table in this file"
    )
    return parser.parse_args()


def chosen(arguments):
    """What finds the files of each set that is to be measured, by the set's name."""
    finders = {}
    for name in splink_models.MODELS if arguments.data else ():
        finders[name] = partial(open_set, name, arguments.data / name)
    for seed in arguments.seeds:
        data = arguments.out / "synth" / f"{arguments.people}-{seed}"
        finders[f"synth-{seed}"] = partial(
            made_up, arguments.sealink, arguments.people, seed, data
        )
    unknown = set(arguments.only or ()) - set(finders)
    if unknown:
        raise SystemExit(f"no such set: {', '.join(sorted(unknown))}; known: {', '.join(finders)}")
    return {name: find for name, find in finders.items() if name in (arguments.only or finders)}


def versions(sealink):
    said = subprocess.run([sealink, "--version"], capture_output=True, text=True, check=True)
    libraries = {name: importlib.metadata.version(name) for name in ("splink", "duckdb")}
    return {"sealink": said.stdout.split()[-1], **libraries}


@dataclass
class Found:
    """A set's files."""

    spec: Path
    # (dataset, source.toml, CSV file)
    files: list
    truth: Path
    model: splink_models.Model
    # Which records are of twins, where that is known.
    detail: Path | None = None


def open_set(name, data):
    files = []
    for source in sorted((HERE / name).glob("**/source.toml")):
        dataset = tomllib.loads(source.read_text(encoding="utf-8"))["dataset"]
        files.append((dataset, source, data / f"{dataset}.csv"))
    model = splink_models.MODELS[name]()
    return Found(HERE / name / "linkage.toml", files, data / "truth.csv", model)


def made_up(sealink, people, seed, data):
    call = ("synth", "--people", people, "--seed", seed, "--out", data)
    sealink_run.call(sealink, *call)
    files = [
        (source.parent.name, source, source.parent / "records.csv")
        for source in sorted(data.glob("*/source.toml"))
    ]
    truth, detail = data / "truth.csv", data / "truth_detail.csv"
    return Found(data / "linkage.toml", files, truth, splink_models.synth(), detail)


def measure(found, sealink, out):
    truth = scoring.read_truth(found.truth)
    people, counted = sealink_run.run(sealink, found.spec, found.files, found.truth, out)
    own = scoring.score(truth, people)
    if [own["both"], own["found"], own["true"]] != [counted[n] for n in ("both", "found", "truth")]:
        raise SystemExit("sealink evaluate and this script count differently")
    tables = cleartext.read_set(found.spec, found.files)
    splink, best = splink_run.run(found.model, tables, truth)
    result = {
        "records": len(truth),
        "entities": len(set(truth.values())),
        "datasets": len(found.files),
        "sealink": own,
        "splink": splink,
    }
    if found.detail:
        twins = scoring.read_truth(found.detail, lambda row: row["twin"] == "1")
        twins = {record: truth[record] for record in twins}
        result["twins"] = {
            "records": len(twins),
            "sealink": scoring.score(twins, people),
            "splink_best": scoring.score(twins, best),
        }
    return result


def table(results):
    """The results as Markdown."""
    v = results["versions"]
    lines = [
        f"sealink {v['sealink']}; Splink {v['splink']} on DuckDB {v['duckdb']}. Each cell: precision,"
        " recall, **F1**.",
        "",
        "| data | datasets | records | people | sealink, tokens | Splink at 0.5 | Splink at 0.95"
        " | Splink at its best threshold | that threshold |",
        "|---|--:|--:|--:|---|---|---|---|---|",
    ]
    order = [*splink_models.MODELS, *sorted(results["sets"], key=seed)]
    results = {name: results["sets"][name] for name in order if name in results["sets"]}
    for name, r in results.items():
        best, at = r["splink"]["best"], r["splink"]["at"]
        lines.append(
            f"| {name} | {r['datasets']} | {r['records']:,} | {r['entities']:,}"
            f" | {cell(r['sealink'])} | {cell(at['0.5'])} | {cell(at['0.95'])} | {cell(best)}"
            f" | {chance(best)} |"
        )
    twins = [(name, r["twins"]) for name, r in results.items() if "twins" in r]
    if twins:
        lines += [
            "",
            "Records of twins and triplets alone, who share surname, birth date and address:",
            "",
            "| data | records | sealink | Splink at its best threshold |",
            "|---|--:|---|---|",
        ]
    for name, t in twins:
        lines.append(
            f"| {name} | {t['records']:,} | {cell(t['sealink'])} | {cell(t['splink_best'])} |"
        )
    return "\n".join(lines)


def seed(name):
    """The seed of made-up agencies, by which they are listed."""
    return int(name.removeprefix("synth-")) if name.startswith("synth-") else 0


def cell(figures):
    """Precision, recall and F1."""
    p, r, f = (share(figures[name]) for name in ("precision", "recall", "f1"))
    return f"{p}, {r}, **{f}**"


def share(value):
    """A share to four places; 1 only if it is 1."""
    if value is None:
        return "–"
    return "1" if value == 1 else f"{min(value, 0.9999):.4f}".removeprefix("0")


def chance(best):
    """A threshold as a probability; near to one, as what is wanting."""
    p = best["probability"]
    return f"{p:.4f}".removeprefix("0") if p < 0.9995 else f"1 − 2^−{best['weight']:.1f}"


def replace(path, shown):
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

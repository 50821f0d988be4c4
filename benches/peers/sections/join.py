"""Two tables of one token a record: `sealink link` beside joins written by hand."""

import json

import data
from run import Command, clear, interleaved
from setting import SPECS

NAME = "join"


def measure(setting, _agencies):
    folder = setting.work / "join"
    data.numbered(setting.join_rows, folder)
    tables = data.join_tables(setting, folder)
    linked = folder / "linked"
    commands = {
        "sealink link": setting.command("link", "--spec", SPECS / "join.toml", *tables, out=linked)
    }
    outs = {}
    for name in ("DuckDB", "Polars", "DataFusion"):
        if name in setting.peers:
            outs[name] = folder / f"{name}.parquet"
            program = f"{name.lower()}_join"
            words = setting.peers[name].command(program, *tables, outs[name], setting.threads)
            commands[name] = Command(words, outs[name])
            commands[f"{name}, starting"] = Command(setting.peers[name].starting())
    if "pyarrow" in setting.peers:
        read = setting.peers["pyarrow"].command("read_columns", setting.threads, *tables)
        commands["reading the tables"] = Command(read)
    runs = interleaved(commands, setting.repeat)
    checked = check(setting, runs, outs, linked)
    clear(folder)
    sizes = {"rows": setting.join_rows, "overlap": data.OVERLAP}
    return {**sizes, "checked": checked, "runs": runs}


def check(setting, runs, outs, linked):
    """Every program must have found every pair, or the figures are of different work.

    Of whom it is known: without pyarrow, of sealink alone.
    """
    pairs = round(setting.join_rows * data.OVERLAP)
    summary = json.loads((linked / "linkage.json").read_text(encoding="utf-8"))
    found = {"sealink": 2 * setting.join_rows - summary["people"]}
    done = {name: out for name, out in outs.items() if "failed" not in runs[name]}
    counted = setting.rows(done.values()) if done else []
    if counted:
        found |= dict(zip(done, counted, strict=True))
    wrong = {name: count for name, count in found.items() if count != pairs}
    if wrong:
        raise SystemExit(f"{pairs} pairs agree, but found were: {wrong}")
    return list(found)

"""A research extract, beside DuckDB joining and writing the same tables."""

from data import DATASETS
from run import Command, interleaved, run

NAME = "extract"


def measure(setting, agencies):
    assert agencies.made
    linked = agencies.folder / "linked"
    run(agencies.link(linked))
    person_map, payloads = linked / "person_map.parquet", agencies.files("payload")
    out = agencies.folder / "extract"
    files = ("--spec", agencies.folder / "extract.toml", "--map", person_map)
    key = ("--key", setting.keys["linker"])
    commands = {"sealink extract": setting.command("extract", *files, *key, *payloads, out=out)}
    outs = {"sealink extract": out}
    if "DuckDB" in setting.peers:
        peer = setting.peers["DuckDB"]
        for name, ordered in (("DuckDB, in order", 1), ("DuckDB, in any order", 0)):
            to = outs[name] = agencies.folder / f"duckdb-{ordered}"
            words = peer.command(
                "duckdb_extract", person_map, to, setting.threads, ordered, *payloads
            )
            commands[name] = Command(words, to)
        commands["DuckDB, starting"] = Command(peer.starting())
    if "pyarrow" in setting.peers:
        tables = (person_map, *payloads)
        read = setting.peers["pyarrow"].command("read_columns", setting.threads, *tables)
        commands["reading the tables"] = Command(read)
    runs = interleaved(commands, setting.repeat)
    check(setting, runs, outs)
    return {"records": agencies.records, "runs": runs}


def check(setting, runs, outs):
    """The tables of all must be as long."""
    lengths = {}
    for name, out in outs.items():
        if "failed" not in runs[name]:
            tables = [out / f"{table}.parquet" for table in (*DATASETS, "people")]
            lengths[name] = setting.rows(tables)
    if any(length != lengths["sealink extract"] for length in lengths.values()):
        raise SystemExit(f"the extracts differ in their rows: {lengths}")

"""sealink on one set: keys, tokens, person map, and its own evaluation."""

import json
import shutil
import subprocess

import duckdb


def run(sealink, spec, files, truth, out):
    """Links the files under the spec. The person of each record, and `sealink evaluate`'s counts.

    `files` are (dataset, path of source.toml, path of the CSV file).
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for role in ("linkage", "agency"):
        call(sealink, "keygen", "--role", role, "--out", out / f"{role}.key")
    keys = ("--key", out / "linkage.key", "--agency-key", out / "agency.key")
    tokens, refs = [], []
    for dataset, source, path in files:
        to = out / dataset
        call(sealink, "pseudonymise", "--spec", spec, "--source", source, *keys, "--out", to, path)
        tokens.append(to / f"{dataset}.tokens.parquet")
        refs.append(to / f"{dataset}.refs.parquet")
    call(sealink, "link", "--spec", spec, "--out", out / "linked", *tokens)
    person_map = out / "linked" / "person_map.parquet"
    compare = ("--map", person_map, "--truth", truth, "--refs", *refs)
    evaluated = call(sealink, "evaluate", "--format", "json", *compare)
    return people(person_map, refs), json.loads(evaluated)["all"]


def call(sealink, *arguments):
    done = subprocess.run([sealink, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in (0, RECORDS_LEFT_OUT):
        raise SystemExit(f"sealink {arguments[0]} failed:\n{done.stderr}")
    return done.stdout


# Done, but a malformed row took no part.
RECORDS_LEFT_OUT = 3


def people(person_map, refs):
    """The person of each (dataset, record id)."""
    rows = duckdb.connect().sql(
        f"""
        select map.dataset, refs.record_id, hex(map.person_id)
        from read_parquet('{person_map}') map
        join read_parquet({[str(path) for path in refs]}) refs using (record_ref)
        """
    )
    return {(dataset, record): person for dataset, record, person in rows.fetchall()}

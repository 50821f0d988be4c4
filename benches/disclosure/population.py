"""The made-up population: agencies' files, their token tables, and who is who.

Everything comes from `sealink synth` and `sealink pseudonymise`, so no real record is needed. An
attacker never sees the values this module could see: attacks are given graphs of anonymous numbers
(see `graph.py`), and only the scoring compares them with the truth.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq


@dataclass
class Spec:
    """What the measurement needs to know of a linkage spec."""

    path: Path
    recipes: dict[str, list[str]]
    blocking: list[str]
    largest_block: int
    fields: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Spec:
        """Reads a spec; unknown keys are none of our business."""
        text = tomllib.loads(path.read_text(encoding="utf-8"))
        blocking = text.get("blocking", {})
        keys = [key["agree"][0] for key in text.get("match_keys", []) if key.get("agree")]
        used = list(dict.fromkeys(blocking.get("recipes", []) + keys))
        return cls(
            path=path,
            recipes=text["recipes"],
            blocking=[recipe for recipe in used if recipe in text["recipes"]],
            largest_block=int(blocking.get("largest_block", 1000)),
            fields=text["fields"],
        )


@dataclass
class Table:
    """One agency's token table: its records, their persons, and a list of edges for each column."""

    dataset: str
    persons: np.ndarray
    birth_years: np.ndarray
    columns: dict[str, tuple[np.ndarray, np.ndarray]]

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.persons)

    def keep(self, mask: np.ndarray) -> Table:
        """The table with the masked records alone."""
        place = np.cumsum(mask) - 1
        columns = {}
        for name, (rows, tokens) in self.columns.items():
            kept = mask[rows]
            columns[name] = (place[rows[kept]].astype(np.int32), tokens[kept])
        return Table(self.dataset, self.persons[mask], self.birth_years[mask], columns)


def run(binary: str, *arguments: str) -> None:
    """Runs the program; its message is shown if it fails."""
    done = subprocess.run([binary, "--quiet", *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(f"sealink {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")


def synthesise(binary: str, people: int, seed: int, errors: float, out: Path) -> None:
    """Makes the agencies' files afresh."""
    shutil.rmtree(out, ignore_errors=True)
    numbers = ["--people", str(people), "--seed", str(seed), "--errors", str(errors)]
    run(binary, "synth", *numbers, "--out", str(out))


def place_spec(given: Path | None, folder: Path, seed: int) -> Spec:
    """The spec to measure: the one given, or the one that `synth` wrote.

    A bare template, with its places for the project and the datasets, is filled in.
    """
    target = folder / "measured.toml"
    text = (given or folder / "linkage.toml").read_text(encoding="utf-8")
    datasets = ", ".join(f'"{name}"' for name in datasets_of(folder))
    text = text.replace("{project}", f"synthetic-{seed}").replace("{datasets}", datasets)
    target.write_text(text, encoding="utf-8")
    return Spec.read(target)


def datasets_of(folder: Path) -> list[str]:
    """The agencies of a made-up population."""
    return sorted(path.parent.name for path in folder.glob("*/source.toml"))


def pseudonymise(binary: str, spec: Spec, folder: Path, out: Path) -> None:
    """Tokenises all agencies under one new linkage key."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for role in ("linkage", "agency"):
        run(binary, "keygen", "--role", role, "--out", str(out / f"{role}.key"))
    for name in datasets_of(folder):
        source, records = folder / name / "source.toml", folder / name / "records.csv"
        keys = ["--key", str(out / "linkage.key"), "--agency-key", str(out / "agency.key")]
        place = ["--out", str(out / name), str(records)]
        run(
            binary, "pseudonymise", "--spec", str(spec.path), "--source", str(source), *keys, *place
        )


def load(spec: Spec, folder: Path, tokens: Path) -> dict[str, Table]:
    """Reads all token tables, with the persons from the truth."""
    truth = pl.read_csv(folder / "truth.csv", infer_schema_length=0)
    codes = truth.select(pl.col("entity_id").unique().sort()).with_row_index("person")
    truth = truth.join(codes, on="entity_id")
    return {name: load_one(spec, name, tokens / name, truth) for name in datasets_of(folder)}


def load_one(spec: Spec, dataset: str, folder: Path, truth: pl.DataFrame) -> Table:
    """Reads one token table; the first eight bytes of a token stand for it."""
    file = pq.ParquetFile(folder / f"{dataset}.tokens.parquet")
    refs = fixed_bytes(file, "record_ref")[0]
    first = np.ones(len(refs), bool)
    first[1:] = (refs[1:] != refs[:-1]).any(axis=1)
    record = (np.cumsum(first) - 1).astype(np.int32)
    columns = {}
    for recipe in spec.recipes:
        values, valid = fixed_bytes(file, recipe)
        columns[recipe] = (record[valid], values[valid, 0].copy())
    return Table(dataset, *who(refs[first], dataset, folder, truth), columns)


def fixed_bytes(file: pq.ParquetFile, column: str) -> tuple[np.ndarray, np.ndarray]:
    """A column of 16 bytes as two numbers a row, and which rows are not null."""
    array = file.read(columns=[column]).column(0).combine_chunks()
    array = array.chunk(0) if hasattr(array, "chunk") else array
    valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), bool)
    start = array.offset * 2
    values = np.frombuffer(array.buffers()[1], "<u8")[start : start + 2 * len(array)]
    return values.reshape(-1, 2), valid


def who(refs: np.ndarray, dataset: str, folder: Path, truth: pl.DataFrame) -> tuple:
    """The person and the birth year of each record, in the table's order."""
    known = pl.read_parquet(folder / f"{dataset}.refs.parquet")
    known = known.with_columns(pl.col("record_id").cast(pl.String))
    mine = truth.filter(pl.col("agency") == dataset).select("record_id", "person")
    persons = known.join(mine, on="record_id", how="left", maintain_order="left")
    payload = pl.read_parquet(folder / f"{dataset}.payload.parquet")
    year = "birth_year" if "birth_year" in payload.columns else None
    order = ordered(known["record_ref"], refs)
    people = persons["person"].cast(pl.Int64).to_numpy()[order]
    if year is None:
        return people, np.zeros(len(people), np.int64)
    years = payload[year].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return people, years[ordered(payload["record_ref"], refs)]


def ordered(column: pl.Series, refs: np.ndarray) -> np.ndarray:
    """Where each of the refs stands in the column."""
    held = np.frombuffer(b"".join(column.to_list()), "<u8").reshape(-1, 2)[:, 0]
    order = np.argsort(held)
    return order[np.searchsorted(held[order], refs[:, 0])]


def source_of(folder: Path, dataset: str) -> dict:
    """An agency's description of its file."""
    return tomllib.loads((folder / dataset / "source.toml").read_text(encoding="utf-8"))


def read_records(folder: Path, dataset: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of an agency's file."""
    with open(folder / dataset / "records.csv", newline="", encoding="utf-8") as handle:
        rows = list(csv.reader(handle))
    return rows[0], rows[1:]


def write_records(folder: Path, dataset: str, header: list[str], rows: list[list[str]]) -> None:
    """Writes an agency's file."""
    (folder / dataset).mkdir(parents=True, exist_ok=True)
    with open(folder / dataset / "records.csv", "w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)

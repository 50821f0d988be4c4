"""The generated data: made-up agencies, people for five tokens a row, tables to be joined."""

import csv
import json
import zlib
from functools import cached_property

from run import clear, run
from setting import SPECS

DATASETS = ("health", "education", "social_care", "police")
# Of the rows of one table that the other has too.
OVERLAP = 0.7


class Agencies:
    """The four agencies of `sealink synth`, under the template as it is shipped."""

    def __init__(self, setting, people):
        self.setting, self.people = setting, people
        self.folder = setting.work / f"agencies-{people}"
        self.spec = self.folder / "linkage.toml"
        clear(self.folder)
        setting.call("synth", "--people", people, "--seed", setting.seed, out=self.folder)

    def pseudonymise(self, dataset, threads=None, memory=None):
        """The command that makes a dataset's tables."""
        source = self.folder / dataset
        return self.setting.pseudonymise(
            self.spec,
            source / "source.toml",
            source / "records.csv",
            self.tables(dataset),
            threads,
            memory,
        )

    def tables(self, dataset):
        return self.folder / "tables" / dataset

    def files(self, kind):
        """The token or payload tables."""
        return [self.tables(dataset) / f"{dataset}.{kind}.parquet" for dataset in DATASETS]

    def quality(self, dataset):
        """(records, tokens) of a dataset that has been pseudonymised."""
        return quality(self.tables(dataset) / f"{dataset}.quality.json")

    @cached_property
    def made(self):
        """Whether every table is there: makes them."""
        for dataset in DATASETS:
            run(self.pseudonymise(dataset))
        return True

    @property
    def records(self):
        return sum(self.quality(dataset)[0] for dataset in DATASETS)

    def link(self, out, memory=None):
        limit = ("--memory", memory) if memory else ()
        tokens = self.files("tokens")
        return self.setting.command("link", "--spec", self.spec, *limit, *tokens, out=out)


def quality(file):
    """(records, tokens) by a quality report."""
    told = json.loads(file.read_text(encoding="utf-8"))
    return told["records"], sum(recipe["tokens"] for recipe in told["recipes"].values())


def people(agencies, rows, file, empty):
    """The first rows of the health records in a form that makers of United States tokens take.

    A postcode becomes a ZIP code and an NHS number a social security number by arithmetic, and stay
    apart or the same as they were; nothing else changes. `empty` gets the head alone.
    """
    columns = ("record_id", "forename", "surname", "sex", "birth_date", "zip", "ssn")
    source = agencies.folder / "health/records.csv"
    with open(source, newline="", encoding="utf-8") as given, open(file, "w", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(columns)
        for count, row in enumerate(csv.DictReader(given)):
            if count == rows:
                break
            writer.writerow(person(row))
    empty.write_text(",".join(columns) + "\n")


def person(row):
    sex = {"1": "M", "2": "F"}.get(row["gender"], "")
    names = (row["record_id"], row["forename"], row["surname"])
    return (*names, sex, row["date_of_birth"], zip_code(row["postcode"]), ssn(row["nhs_number"]))


def zip_code(postcode):
    # From 20000 to 32999: no placeholder's beginning is among them.
    return str(20_000 + zlib.crc32(postcode.encode()) % 13_000) if postcode else ""


def ssn(number):
    """Three parts, each within the range that is issued."""
    digits = "".join(filter(str.isdigit, number))
    if not digits:
        return ""
    number = int(digits)
    return f"{100 + number % 550}-{10 + number // 550 % 89}-{1000 + number // 48_950 % 8_999}"


def numbered(rows, folder):
    """left.csv and right.csv: a record id and a number, of which the tables share a part."""
    folder.mkdir(parents=True)
    start = {"left": 0, "right": rows - round(rows * OVERLAP)}
    for side, first in start.items():
        with open(folder / f"{side}.csv", "w", newline="") as file:
            file.write("record_id,id\n")
            file.writelines(f"{n},X{n:011}\n" for n in range(first, first + rows))


def join_tables(setting, folder):
    """The token tables of both, made from the numbers."""
    tables = []
    for side in ("left", "right"):
        source = SPECS / f"join_{side}.toml"
        out = folder / side
        run(setting.pseudonymise(SPECS / "join.toml", source, folder / f"{side}.csv", out))
        tables.append(out / f"{side}.tokens.parquet")
    return tables

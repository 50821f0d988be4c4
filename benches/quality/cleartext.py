"""The cleartext of a set, harmonised: what Splink is given.

Columns are found, dates read and codes translated by the same `source.toml` from which sealink
works, so that both programs see the same cells of the same columns. Names are cased alike and freed
of accents and punctuation, as Splink's guide to data preparation asks; placeholders are emptied. A
cell that cannot be read as a date stays as it is written, for Splink can still compare its letters.
"""

import csv
import re
import tomllib
import unicodedata
from datetime import datetime

# What sealink refuses as standing for no value, as far as these sets have it.
NAMES_FOR_NOTHING = re.compile(r"UNKNOWN|NOT KNOWN|BABY.*|INFANT|TWIN\b.*")
DATES_FOR_NOTHING = {"1900-01-01"}
NUMBERS_FOR_NOTHING = {"9991234567"}


def read_set(spec, files):
    """The records of each dataset, as dicts with a key for each field of the spec that a recipe
    uses. A field that a source fills from several columns has its first value under its own name;
    `<field>_all` lists every value, for every field.

    `files` are (dataset, path of source.toml, path of the CSV file).
    """
    with open(spec, "rb") as file:
        linkage = tomllib.load(file)
    used = {
        choice.split(".")[0]
        for recipe in linkage["recipes"].values()
        for part in recipe
        for choice in part.split("|")
    }
    fields = {name: kind for name, kind in linkage["fields"].items() if name in used}
    return {dataset: read_file(fields, source, path) for dataset, source, path in files}


def read_file(fields, source, path):
    with open(source, "rb") as file:
        source = tomllib.load(file)
    with open(path, newline="", encoding="utf-8-sig") as file:
        return [record(fields, source, row) for row in csv.DictReader(file)]


def record(fields, source, row):
    out = {"dataset": source["dataset"], "record_id": row[source["record_id"]]}
    for name, kind in fields.items():
        cells = [clean(kind, mapping, row[column]) for column, mapping in columns(source, name)]
        values = list(dict.fromkeys(cell for cell in cells if cell))
        out[name] = values[0] if values else None
        out[f"{name}_all"] = values or None
    return out


def columns(source, field):
    """The columns of a field, each with how it is read."""
    mapping = source["fields"].get(field, [])
    for one in mapping if isinstance(mapping, list) else [mapping]:
        yield (one, {}) if isinstance(one, str) else (one["column"], one)


def clean(kind, mapping, cell):
    cell = cell.strip()
    if kind == "name":
        return name(cell)
    if kind == "date":
        return date(cell, mapping)
    if kind == "sex":
        codes = {code.lower(): meaning for code, meaning in mapping.get("codes", {}).items()}
        return codes.get(cell.lower(), "")
    if kind == "uk_postcode":
        postcode = " ".join(cell.upper().split())
        if " " not in postcode and len(postcode) > 4:
            postcode = f"{postcode[:-3]} {postcode[-3:]}"
        return "" if postcode.startswith("ZZ99") else postcode
    if kind == "text":
        return " ".join(cell.lower().split())
    if kind == "upn":
        # UN1 to UN5 say why there is none; a number that ends in a letter is temporary.
        return cell if re.fullmatch(r"[A-Z]\d{12}", cell) else ""
    number = "".join(cell.split()).lower()
    return "" if number in NUMBERS_FOR_NOTHING else number


def name(cell):
    plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Z0-9 ]", "", re.sub(r"[-/]", " ", plain.upper())).split()
    joined = " ".join(words)
    return "" if NAMES_FOR_NOTHING.fullmatch(joined) else joined


def date(cell, mapping):
    for form in mapping.get("formats", [mapping.get("format", "%Y-%m-%d")]):
        try:
            day = datetime.strptime(cell, form).strftime("%Y-%m-%d")
        except ValueError:
            continue
        return "" if day in DATES_FOR_NOTHING else day
    return cell

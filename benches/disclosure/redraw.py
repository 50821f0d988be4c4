"""Gives a made-up population names as common as real ones.

`sealink synth` invents its lists of names, so how common its commonest names are is an assumption.
With a file of real frequencies each child's names are drawn anew: a surname a family (the children
who share a surname and an address), forenames a child by sex and birth years. What went wrong in a
record stays wrong: a mistyped name becomes the new name mistyped, a short form a short form of the new
name where one is known, parts dropped or exchanged stay so.

What this loses: names of one tradition no longer go together, so pairs of names are less common than
in life. Columns are therefore measured on both populations.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from population import Spec, datasets_of, read_records, source_of, write_records

KEPT = {
    "UNKNOWN",
    "NOT",
    "KNOWN",
    "BABY",
    "BOY",
    "GIRL",
    "TWIN",
    "TRIPLET",
    "INFANT",
    "OF",
    "NK",
    "NA",
}
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
YEAR = re.compile(r"(?:19|20)\d\d")


def chance(*parts: object) -> float:
    """A number from 0 to 1 that the parts alone decide."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


class Names:
    """Real names with how common they are."""

    def __init__(self, path: Path):
        """Reads the file of frequencies."""
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            data = json.load(handle)
        self.bands = data["bands"]
        self.forenames = {key: self.table(*value) for key, value in data["forenames"].items()}
        self.surnames = self.table(*data["surnames"])
        self.variants = data.get("variants", {})
        self.nicknames = data.get("nicknames", {})

    @staticmethod
    def table(names: list[str], weights: list[float]) -> tuple[list[str], list[float]]:
        """Names with the running sum of their weights."""
        return names, list(accumulate(weights))

    @staticmethod
    def draw(table: tuple[list[str], list[float]], at: float) -> str:
        """The name at a place between 0 and 1."""
        names, sums = table
        return names[min(bisect_left(sums, at * sums[-1]), len(names) - 1)]

    def forename(self, sex: str, year: int, *who: object) -> str:
        """A forename for a child of that sex and year."""
        band = sum(year > last for _, last in self.bands[:-1])
        sex = sex if sex in ("M", "F") else ("M" if chance("sex", *who) < 0.51 else "F")
        return self.draw(self.forenames[f"{sex}{band}"], chance("forename", *who))

    def surname(self, *who: object) -> str:
        """A surname for a family."""
        return self.draw(self.surnames, chance("surname", *who))

    def misspelt(self, name: str, *who: object) -> str:
        """The name as it sounds, or with a letter wrong."""
        other = self.variants.get(name, [])
        if other and chance("ear", name, *who) < 0.5:
            return other[int(chance("which", name, *who) * len(other))]
        at = int(chance("place", name, *who) * len(name))
        letter = chr(65 + int(chance("letter", name, *who) * 26))
        rest = name[at + 1 :]
        kinds = [rest, letter + name[at:], letter + rest, rest[:1] + name[at] + rest[1:]]
        return name[:at] + kinds[int(chance("slip", name, *who) * 4)] or name


def folded(word: str) -> str:
    """The word in capitals without accents."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(c for c in plain if not unicodedata.combining(c)).upper()


def near(one: str, other: str) -> bool:
    """Whether two words differ in a place of two letters at most."""
    if abs(len(one) - len(other)) > 2 or min(len(one), len(other)) < 3:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return max(len(one), len(other)) - start - end <= 2


class Families:
    """Families: who shares a surname and an address, at first hand or through others."""

    def __init__(self) -> None:
        """No family yet."""
        self.parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(self, at: tuple[str, str]) -> tuple[str, str]:
        """The family's first surname and address."""
        path = []
        while self.parent.setdefault(at, at) != at:
            path.append(at)
            at = self.parent[at]
        for node in path:
            self.parent[node] = at
        return at

    def join(self, surname: str, addresses: list[str]) -> None:
        """Says that these addresses are of one family of that surname."""
        first = self.root((surname, addresses[0]))
        for address in addresses[1:]:
            self.parent[self.root((surname, address))] = first


class Child:
    """What the agencies hold of one child's names."""

    __slots__ = ("addresses", "forenames", "sex", "surnames", "year")

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.forenames: Counter[str] = Counter()
        self.surnames: Counter[str] = Counter()
        self.addresses: Counter[str] = Counter()
        self.sex = ""
        self.year = 2012


def columns_of(spec: Spec, folder: Path, dataset: str, header: list[str]) -> dict[str, list[int]]:
    """Where an agency holds forenames, surnames, postcode, sex and birth date."""
    found: dict[str, list[int]] = defaultdict(list)
    for field, given in source_of(folder, dataset)["fields"].items():
        given = given.get("column") if isinstance(given, dict) else given
        kind = spec.fields.get(field, "")
        if kind == "name":
            kind = "surname" if "surname" in field else "forename"
        found[kind] += [header.index(c) for c in ([given] if isinstance(given, str) else given)]
    return found


def gather(spec: Spec, folder: Path, persons: dict) -> dict[str, Child]:
    """Reads what the agencies hold of each child."""
    children: dict[str, Child] = defaultdict(Child)
    for dataset in datasets_of(folder):
        header, rows = read_records(folder, dataset)
        at = columns_of(spec, folder, dataset, header)
        codes = source_of(folder, dataset)["fields"].get("sex", {}).get("codes", {})
        key = header.index("record_id")
        for row in rows:
            child = children[persons[dataset, row[key]]]
            for place in at["forename"]:
                child.forenames.update(map(folded, WORD.findall(row[place])))
            for place in at["surname"]:
                child.surnames.update(map(folded, WORD.findall(row[place])))
            for place in at["uk_postcode"]:
                child.addresses[row[place].replace(" ", "").upper()] += 1
            for place in at["sex"]:
                child.sex = child.sex or codes.get(row[place], "")
            for place in at["date"]:
                child.year = int(m.group()) if (m := YEAR.search(row[place])) else child.year
    return children


def rename(who: str, child: Child, families: Families, names: Names) -> dict[str, str]:
    """The new name for each word that any record has for the child."""
    new: dict[str, str] = {}
    held = child.forenames + child.surnames
    words = sorted(held, key=lambda word: (-held[word], -len(word), word))
    main = ""
    for word in words:
        is_surname = child.surnames[word] > child.forenames[word]
        peers = child.surnames if is_surname else child.forenames
        like = next((w for w in new if w in peers and near(w, word)), None)
        halves = [(a, b) for a in new for b in new if a + b == word] if len(word) > 9 else []
        if word in KEPT or any(c.isdigit() for c in word):
            new[word] = word
        elif len(word) == 1:
            new[word] = next((new[w][0] for w in words if w in new and w[0] == word), word)
        elif like:
            new[word] = names.misspelt(new[like], who, word)
        elif halves:
            new[word] = new[halves[0][0]] + new[halves[0][1]]
        elif is_surname:
            address = next(iter(child.addresses), "")
            new[word] = names.surname(*families.root((word, address)))
        elif main and child.forenames[word] == 1 and names.nicknames.get(main):
            short = names.nicknames[main]
            new[word] = short[int(chance("short", who, word) * len(short))]
        else:
            new[word] = names.forename(child.sex, child.year, who, word)
            main = main or new[word]
    return new


def redraw(spec: Spec, folder: Path, out: Path, names: Names) -> None:
    """Writes the population of `folder` to `out` with other names."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(folder, out)
    _, truth = read_truth(folder)
    children = gather(spec, folder, truth)
    families = Families()
    for child in children.values():
        for surname in child.surnames:
            if child.addresses:
                families.join(surname, list(child.addresses))
    new = {who: rename(who, child, families, names) for who, child in children.items()}
    for dataset in datasets_of(folder):
        header, rows = read_records(folder, dataset)
        at = columns_of(spec, folder, dataset, header)
        key = header.index("record_id")
        for row in rows:
            words = new[truth[dataset, row[key]]]
            for place in at["forename"] + at["surname"]:
                row[place] = reworded(row[place], words)
        write_records(out, dataset, header, rows)


def reworded(cell: str, words: dict[str, str]) -> str:
    """A cell with each of its words replaced."""
    return WORD.sub(lambda found: words[folded(found.group())], cell)


def read_truth(folder: Path) -> tuple[list[str], dict[tuple[str, str], str]]:
    """The person of each record."""
    lines = (folder / "truth.csv").read_text(encoding="utf-8").split()
    rows = [line.split(",") for line in lines[1:]]
    return lines[0].split(","), {(agency, record): person for agency, record, person in rows}

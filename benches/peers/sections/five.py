"""Five tokens a row: sealink beside OpenLinkToken, spindle-token and clkhash on one file."""

import data
from run import Command, interleaved
from setting import SPECS

NAME = "five"


def measure(setting, agencies):
    folder = setting.work / "five"
    folder.mkdir()
    full, empty = folder / "people.csv", folder / "empty.csv"
    data.people(agencies, setting.five_rows, full, empty)
    commands = sealink(setting, full, folder) | peers(setting, full, folder, "")
    if not setting.tiny:
        commands |= peers(setting, empty, folder, ", starting")
    runs = interleaved(commands, setting.repeat)
    made = {
        name: data.quality(folder / name / "people.quality.json")[1]
        for name in ("openlinktoken", "spindle")
    }
    with open(full, encoding="utf-8") as file:
        rows = sum(1 for _ in file) - 1
    return {"rows": rows, "tokens": made, "runs": runs}


def sealink(setting, records, folder):
    """sealink at each peer's five tokens."""
    commands = {}
    for peer, label in (("openlinktoken", "OpenLinkToken's"), ("spindle", "spindle-token's")):
        spec, source = SPECS / f"five_{peer}.toml", SPECS / f"five_{peer}_source.toml"
        commands[f"sealink at {label} five"] = setting.pseudonymise(
            spec, source, records, folder / peer, threads=1
        )
    return commands


def peers(setting, records, folder, suffix):
    """Each peer that is installed, on one thread."""
    commands = {}
    words = {
        "OpenLinkToken": ("openlinktoken_tokens", records),
        "spindle-token": ("spindle_tokens", records),
        "clkhash": ("clkhash_encode", records, SPECS / "clkhash.json"),
    }
    for name, (program, *arguments) in words.items():
        if name in setting.peers:
            out = folder / f"{program}.out"
            threads = () if name == "OpenLinkToken" else (1,)
            call = setting.peers[name].command(program, *arguments, out, *threads)
            commands[name + suffix] = Command(call, out)
    return commands

"""Four datasets linked by match weight, beside Splink on the cleartext of the same records."""

import json

from data import DATASETS
from run import Command, interleaved, run

NAME = "link"


def measure(setting, agencies):
    assert agencies.made
    commands = {
        f"sealink pseudonymise {dataset}": agencies.pseudonymise(dataset) for dataset in DATASETS
    }
    out = agencies.folder / "linked"
    commands["sealink link"] = agencies.link(out)
    if "pyarrow" in setting.peers:
        tokens = agencies.files("tokens")
        read = setting.peers["pyarrow"].command("read_columns", setting.threads, *tokens)
        commands["reading the token tables"] = Command(read)
    if "Splink" in setting.peers:
        commands["Splink"] = splink(setting, agencies)
    runs = interleaved(commands, setting.repeat)
    summary = json.loads((out / "linkage.json").read_text(encoding="utf-8"))
    counts = {key: summary[key] for key in ("candidate_pairs", "people") if key in summary}
    return {"records": agencies.records, "counts": counts, "runs": runs}


def splink(setting, agencies):
    """Splink, given clean tables that are not measured."""
    peer = setting.peers["Splink"]
    cleartext, out = agencies.folder / "cleartext", agencies.folder / "splink.parquet"
    run(Command(peer.command("cleartext_tables", agencies.folder, cleartext), cleartext))
    sizes = (setting.threads, setting.sampled_pairs)
    return Command(peer.command("splink_link", cleartext, out, *sizes), out)

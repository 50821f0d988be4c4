"""Which peers there are, and where."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Each peer's module, its distribution, and the environment that install.py makes for it.
PEERS = {
    "DuckDB": ("duckdb", "duckdb", "tables"),
    "Polars": ("polars", "polars", "tables"),
    "DataFusion": ("datafusion", "datafusion", "tables"),
    "pyarrow": ("pyarrow", "pyarrow", "tables"),
    "Splink": ("splink", "splink", "tables"),
    "clkhash": ("clkhash", "clkhash", "clkhash"),
    "OpenLinkToken": ("openlinktoken", "openlinktoken", "openlinktoken"),
    "spindle-token": ("pyspark", "spindle-token", "spindle"),
}
PROGRAMS = Path(__file__).resolve().parent / "programs"


@dataclass
class Peer:
    python: str
    module: str
    version: str

    def command(self, program, *arguments):
        return [self.python, PROGRAMS / f"{program}.py", *arguments]

    def starting(self):
        """Starts the interpreter and loads the library, no more."""
        return self.command("start", self.module)


def find(folder):
    """The installed ones by name. Without a folder of environments, what this interpreter has."""
    found = {name: look(folder, *where) for name, where in PEERS.items()}
    return {name: peer for name, peer in found.items() if peer}


def look(folder, module, distribution, environment):
    # Not resolved: the link's own place is what tells the interpreter its environment.
    python = os.path.abspath(folder / environment / "bin/python") if folder else sys.executable
    if not Path(python).exists():
        return None
    asked = (
        "import importlib, importlib.metadata, json, sys; importlib.import_module(sys.argv[1]);"
        " print(json.dumps(importlib.metadata.version(sys.argv[2])))"
    )
    said = subprocess.run(
        [python, "-c", asked, module, distribution], capture_output=True, text=True
    )
    return Peer(python, module, json.loads(said.stdout)) if said.returncode == 0 else None

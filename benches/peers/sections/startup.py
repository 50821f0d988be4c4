"""How long a program takes that does nothing."""

from run import Command, interleaved

NAME = "startup"
RUNS = 20


def measure(setting, _agencies):
    commands = {"sealink --version": Command([setting.sealink, "--version"])}
    for name in ("DuckDB", "Polars", "DataFusion", "Splink"):
        if name in setting.peers:
            commands[f"{name} loaded in Python"] = Command(setting.peers[name].starting())
    own = {"sealink --version": commands.pop("sealink --version")}
    # The peers' start is told beside the figures of each section: a few runs are enough.
    return {"runs": interleaved(own, RUNS) | interleaved(commands, setting.repeat)}

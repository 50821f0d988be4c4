"""What is asked of a run, and sealink's commands under it."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from run import Command, run

SPECS = Path(__file__).resolve().parent / "specs"
# Done, but whole records were left out: the same records that a peer leaves without a token.
DONE = (0, 3)


@dataclass
class Setting:
    sealink: str
    work: Path
    peers: dict
    tiny: bool
    repeat: int
    seed: int
    threads: int
    people: int
    five_rows: int
    join_rows: int
    # Pairs that Splink samples to train.
    sampled_pairs: int
    scale_people: list
    memory: str | None
    bound_program: str | None

    def command(self, verb, *arguments, out=None, threads=None):
        """A sealink command that tells of itself in JSON."""
        threads = ("--threads", threads or self.threads)
        words = [self.sealink, verb, "--format", "json", *threads, *arguments]
        return Command([*words, *(("--out", out) if out else ())], out, done=DONE)

    def call(self, verb, *arguments, out=None):
        """Runs a command that is not measured; what it says of itself."""
        said = run(self.command(verb, *arguments, out=out))["said"]
        return json.loads(said) if said.strip() else {}

    @cached_property
    def keys(self):
        """A file for each role."""
        files = {role: self.work / f"{role}.key" for role in ("linkage", "agency", "linker")}
        for role, file in files.items():
            self.call("keygen", "--role", role, out=file)
        return files

    def pseudonymise(self, spec, source, records, out, threads=None, memory=None):
        keys = ("--key", self.keys["linkage"], "--agency-key", self.keys["agency"])
        limit = ("--memory", memory) if memory else ()
        files = ("--spec", spec, "--source", source)
        return self.command(
            "pseudonymise", *files, *keys, *limit, records, out=out, threads=threads
        )

    def knows_memory(self, verb):
        """Whether the command can be told how much memory it may take."""
        return "--memory" in run(Command([self.sealink, verb, "--help"]))["said"]

    def rows(self, tables):
        """The rows of each Parquet table; none where pyarrow is not installed."""
        if "pyarrow" not in self.peers:
            return None
        words = self.peers["pyarrow"].command("count_rows", *tables)
        return [int(line) for line in run(Command(words))["said"].split()]

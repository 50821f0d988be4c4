"""What a command costs: processor time, wall-clock time and peak memory, one process at a time.

Processes that a command starts count too, those that outlive it as well. Memory is the largest
resident size of the largest of them. Linux counts the size of the process that starts a command as
the command's own, so that nothing smaller than the measuring program (some 18 MB) can be told; it
therefore loads no library.
"""

import ctypes
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

KIBIBYTE = 1024
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Command:
    """One program's way to do the work."""

    words: list
    # What it writes: taken away before each run.
    out: Path | None = None
    environment: dict = field(default_factory=dict)
    # Exit codes that mean "done".
    done: tuple = (0,)


class Failed(Exception):
    """A command ended otherwise than by being done."""


def run(command):
    """Runs it once: cpu and wall in seconds, peak in bytes, and what it printed."""
    inherit_orphans()
    if command.out:
        clear(command.out)
    words = [str(word) for word in command.words]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        start = time.perf_counter()
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            env={**os.environ, **command.environment},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        used = [used, *orphans()]
        wall = time.perf_counter() - start
        if process.returncode not in command.done:
            raise Failed(f"{words[0]} ended with {process.returncode}:\n{text(complained)}")
        return {
            "cpu": sum(one.ru_utime + one.ru_stime for one in used),
            "wall": wall,
            "peak": max(one.ru_maxrss for one in used) * KIBIBYTE,
            "said": text(said),
        }


def inherit_orphans():
    """Has what a command leaves behind handed to this process (Linux): Spark's Java outlives it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def orphans():
    """What the processes took that a command left behind, once they have ended."""
    while True:
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            return
        yield used


def interleaved(commands, repeat):
    """Runs commands in turn, as often as `repeat` says, each round beginning with another.

    The runs of each by its name, or what it said when it failed; a peer that failed is not run
    again, and a sealink that failed ends everything.
    """
    runs = {name: [] for name in commands}
    failed = {}
    for turn in range(repeat if commands else 0):
        names = list(commands)
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            if name in failed:
                continue
            try:
                runs[name].append(run(commands[name]))
            except Failed as error:
                if name.startswith("sealink"):
                    raise SystemExit(error) from error
                failed[name] = str(error)
                print(f"  {name} failed: {error}", flush=True)
    return {
        name: {"failed": failed[name]} if name in failed else summary(runs[name])
        for name in commands
    }


def summary(runs):
    """The median of each figure, with every run beside it."""
    figures = {key: statistics.median(run[key] for run in runs) for key in ("cpu", "wall", "peak")}
    raw = [{key: run[key] for key in ("cpu", "wall", "peak")} for run in runs]
    return {**figures, "said": runs[-1]["said"], "runs": raw}


def clear(path):
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)


def text(file):
    file.seek(0)
    return file.read().decode(errors="replace")

#!/usr/bin/env python3
"""Makes the environments of the peers: DIR/tables, DIR/clkhash and so on.

  python3 benches/peers/install.py DIR [NAME...]

What cannot be installed is told and left out; measure.py then says of it "not installed".
"""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    folder, names = Path(sys.argv[1]), sys.argv[2:] or lists()
    for name in names:
        done = install(folder / name, lists()[name])
        print(f"{name}: {'installed' if done else 'could not be installed'}", flush=True)


def lists():
    """The file of requirements of each environment."""
    others = {
        path.stem.removeprefix("requirements-"): path for path in HERE.glob("requirements-*.txt")
    }
    return {"tables": HERE / "requirements.txt", **dict(sorted(others.items()))}


def install(environment, requirements):
    venv.create(environment, with_pip=True)
    quiet = ("--quiet", "--disable-pip-version-check")
    call = [environment / "bin/python", "-m", "pip", "install", *quiet, "-r", requirements]
    return subprocess.run(call).returncode == 0


if __name__ == "__main__":
    main()

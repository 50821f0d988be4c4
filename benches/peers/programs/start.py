"""Starts the interpreter and loads a library: the part of a peer's figure that is not its work.

usage: start.py MODULE
"""

import importlib
import sys

importlib.import_module(sys.argv[1])

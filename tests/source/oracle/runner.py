"""Runs in every interpreter from 3.8 on: each snippet in a fork of its own.

Reads a list of paths as JSON on stdin, and writes the version and the error of each, "" for none.
"""

import gc
import importlib
import json
import os
import platform
import signal
import sys
import types
from pathlib import Path

SECONDS = 20
# What many snippets import, and takes long: imported once, before the forks.
FIRST = ("asyncio", "dataclasses", "inspect", "pathlib", "typing", "unittest", "logging")


def run(path: str) -> str:
    """The name of the error that a snippet ends with, or ""."""
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module
    source = Path(path).read_bytes()
    try:
        exec(compile(source, path, "exec"), module.__dict__)
    except SystemExit as error:
        return "" if not error.code else "SystemExit"
    except BaseException as error:  # noqa: BLE001 - what it is, is the answer
        return type(error).__name__
    return ""


def fork(path: str) -> str:
    """The same in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        signal.alarm(SECONDS)
        os.write(writing, run(path).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        said = file.read().decode()
    _, status = os.waitpid(child, 0)
    return "crashed" if status else said


if __name__ == "__main__":
    paths = json.load(sys.stdin)
    for name in FIRST:
        importlib.import_module(name)
    gc.freeze()
    errors = [fork(path) for path in paths]
    sys.stdout.write(json.dumps([platform.python_version(), errors]))

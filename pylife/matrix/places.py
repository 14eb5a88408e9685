"""Where in a project's files a session stands: for people, who want to look.

The files are parsed or searched, not run. What cannot be found has no line.
"""

import ast
import re
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.syntax import text

_NOX = "noxfile.py"
_VERSION = re.compile(r"(?:c?python-?|py)?3\.?[0-9]+t?")


def nox(folder: Path, session: str) -> str:
    """`noxfile.py:12` for the session of that name, without its parameters."""
    try:
        parsed = ast.parse(text.read(folder, _NOX).text)
    except (UnreadableError, SyntaxError, ValueError, RecursionError):
        return _NOX
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef) and session in _names(node):
            return f"{_NOX}:{node.lineno}"
    return _NOX


def _names(function: ast.FunctionDef) -> set[str]:
    """What nox may call the session of this function."""
    names = {function.name}
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call):
            names |= {
                word.value.value
                for word in decorator.keywords
                if word.arg == "name"
                and isinstance(word.value, ast.Constant)
                and isinstance(word.value.value, str)
            }
    return names


def tox(folder: Path, file: str, environment: str) -> str:
    """`tox.ini:12` for the environment: its own section, else where it is first listed."""
    try:
        lines = text.read(folder, file).text.splitlines()
    except UnreadableError:
        return file
    others = _VERSION.sub("", environment).strip("-")
    for wanted in (
        rf"^\s*\[testenv:{re.escape(environment)}\]",
        rf"^\s*\[(?:tool\.tox\.)?env\.\"?{re.escape(environment)}\"?\]",
        rf"(?<![\w-]){re.escape(environment)}(?![\w-])",
        rf"^\s*\[testenv:[^\]]*{re.escape(others)}[^\]]*\]" if others else r"(?!)",
        r"^\s*env_?list\b",
        r"^\s*\[(?:testenv|env_run_base|tool\.tox\.env_run_base)\]",
    ):
        for number, line in enumerate(lines, 1):
            if re.search(wanted, line):
                return f"{file}:{number}"
    return file

"""Try each row of `pylife/data/evaluating.json`: does somebody evaluate the annotation?

    python tools/try_evaluating.py [--python PATH]

uv makes environments for Python 3.9 with the releases that the rows name; in each, every row is
run twice under `from __future__ import annotations`: with `int | None`, which 3.9 cannot evaluate
and on which it must fail with a TypeError, and with `Optional[int]`, on which it must not fail.
Prints a line a row; the exit code is 1 where a row does not behave so. Rows of `methods` name no
release: they are tried with the one that uv resolves, which is printed.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

DATA = Path(__file__).resolve().parent.parent / "pylife" / "data" / "evaluating.json"
DISTRIBUTIONS = {"ninja": "django-ninja"}
OLD = "pydantic 1"
HEAD = "from __future__ import annotations\nfrom typing import Optional\n"
DJANGO = "import django\nfrom django.conf import settings\nsettings.configure()\ndjango.setup()\n"
SPECIAL = {
    "msgspec.Struct": "import msgspec\nclass C(msgspec.Struct):\n    x: {a}\n"
    "msgspec.json.decode(b'{{\"x\": 1}}', type=C)\n",
    "pydantic.generics.GenericModel": "import typing\nfrom pydantic.generics import GenericModel\n"
    "T = typing.TypeVar('T')\nclass C(GenericModel, typing.Generic[T]):\n    x: {a}\n",
    "pydantic.RootModel": "import pydantic\nclass C(pydantic.RootModel):\n    root: {a}\n",
    "sqlmodel.SQLModel": "import sqlmodel\nclass C(sqlmodel.SQLModel):\n    x: {a}\n",
    "pydantic.dataclasses.dataclass": "from pydantic.dataclasses import dataclass\n"
    "@dataclass\nclass C:\n    x: {a}\n",
    "sqlalchemy.orm.Mapped": "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
    "class B(DeclarativeBase): pass\nclass C(B):\n    __tablename__ = 'c'\n"
    "    i: Mapped[int] = mapped_column(primary_key=True)\n    x: Mapped[{a}]\n",
}
METHODS = {
    "cyclopts.App": "import cyclopts\na = cyclopts.App()\n@a.{m}\ndef f(x: {a} = 1): pass\n"
    "try:\n    a({argv})\nexcept SystemExit as e:\n    assert not e.code\n",
    "fastapi.APIRouter": "import fastapi\na = fastapi.APIRouter()\n"
    "@a.{m}('/'{more})\ndef f(x: {a} = 1): pass\n",
    "fastapi.FastAPI": "import fastapi\na = fastapi.FastAPI()\n"
    "@a.{m}('/'{more})\ndef f(x: {a} = 1): pass\n",
    "functools.singledispatch": "import functools\n@functools.singledispatch\ndef g(x): pass\n"
    "@g.{m}\ndef f(x: {s}): pass\n",
    "functools.singledispatchmethod": "import functools\nclass C:\n"
    "    @functools.singledispatchmethod\n    def g(self, x): pass\n"
    "    @g.{m}\n    def f(self, x: {s}): pass\n",
    "ninja.NinjaAPI": DJANGO + "import ninja\na = ninja.NinjaAPI()\n"
    "@a.{m}('/')\ndef f(request, x: {a} = 1): pass\n",
    "ninja.Router": DJANGO + "import ninja\na = ninja.Router()\n"
    "@a.{m}('/')\ndef f(request, x: {a} = 1): pass\n",
    "typer.Typer": "import typer\na = typer.Typer()\n@a.{m}()\ndef f(x: {a} = 1): pass\n"
    "{command}typer.main.get_command(a)\n",
}


class Row(NamedTuple):
    """A row: how it is called, what it needs, and a program with `{a}` for the annotation."""

    name: str
    needs: str
    program: str


def main() -> int:
    """Try all rows and say how each went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="3.9", help="the interpreter, for uv")
    chosen = parser.parse_args().python
    rows = list(read())
    old = [row for row in rows if row.needs == "pydantic<2"]
    wrong = 0
    with TemporaryDirectory() as folder:
        for number, group in enumerate((old, [row for row in rows if row not in old])):
            python = made(Path(folder) / str(number), chosen, sorted({r.needs for r in group}))
            for row in group:
                said = tried(python, row)
                wrong += said != "evaluated"
                sys.stdout.write(f"{row.name}: {said}\n")
    return int(bool(wrong))


def read() -> Iterator[Row]:
    """The rows of the file."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    for part in ("bases", "decorators", "annotations"):
        for name, release in data[part].items():
            yield Row(name, needs(release.partition(",")[0]), program(part, name))
    for owner, methods in data["methods"].items():
        top = owner.partition(".")[0]
        for method in methods:
            distribution = DISTRIBUTIONS.get(top, top)
            wanted = "" if top == "functools" else distribution
            yield Row(f"{owner}.{method}", wanted, called(owner, method))


def needs(release: str) -> str:
    """`pydantic 2.13.5` as a requirement."""
    name, _, version = release.partition(" ")
    return "pydantic<2" if release == OLD else f"{name}=={version}"


def program(part: str, name: str) -> str:
    """What uses a class or a decorator."""
    if name in SPECIAL:
        return SPECIAL[name]
    module, _, last = name.rpartition(".")
    start = f"from {module} import {last} as it\n"
    if part == "bases":
        return (DJANGO if module == "ninja" else "") + start + "class C(it):\n    x: {a}\n"
    if module == "litestar":
        return (
            f"{start}import litestar\n"
            "@it('/')\ndef f(x: {a} = 1) -> None: pass\nlitestar.Litestar([f])\n"
        )
    return f"{start}@it\ndef f(x: {{a}} = 1): pass\nf(1)\n"


def called(owner: str, method: str) -> str:
    """What uses a method that registers a function."""
    more = ", methods=['GET']" if method == "api_route" else ""
    argv = "'f'" if method == "command" else ""
    plain = "@a.command()\ndef g(): pass\n" if method == "callback" else ""
    text = METHODS[owner]
    for mark, value in (("m", method), ("more", more), ("argv", argv), ("command", plain)):
        text = text.replace(f"{{{mark}}}", value)
    return text


def made(folder: Path, python: str, wanted: list[str]) -> Path:
    """An environment with what is wanted; says what that came to."""
    subprocess.run(["uv", "venv", "--quiet", "--python", python, folder], check=True)
    found = folder / "bin" / "python"
    listed = [each for each in wanted if each]
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", found, *listed], check=True)
    frozen = ["uv", "pip", "freeze", "--python", str(found)]
    shown = subprocess.run(frozen, check=True, capture_output=True, text=True).stdout
    sys.stdout.write(f"# {', '.join(shown.split())}\n")
    return found


def tried(python: Path, row: Row) -> str:
    """How a row behaves: `evaluated`, or what is wrong."""
    failed = run(python, row.program, "int | None", "int | str")
    plain = run(python, row.program, "Optional[int]", "int")
    if plain:
        return f"fails whatever the annotation: {plain}"
    if "unsupported operand type(s) for |" in failed:
        return "evaluated"
    return f"NOT evaluated {failed}".rstrip()


def run(python: Path, program: str, annotation: str, single: str) -> str:
    """The last line of the error with which a program ends; empty where it ends well."""
    text = program.replace("{a}", annotation).replace("{s}", single)
    text = text.replace("{{", "{").replace("}}", "}")
    done = subprocess.run(
        [python, "-c", HEAD + text], capture_output=True, text=True, timeout=120, check=False
    )
    if not done.returncode:
        return ""
    whole = done.stderr.strip()
    return "unsupported operand type(s) for |" if "type(s) for |" in whole else whole[-200:]


if __name__ == "__main__":
    sys.exit(main())

"""Syntax for each Python: against what real interpreters compile, and where it is pointed out."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pylife.matrix.interpreters import find
from pylife.source.scanner import annotations
from pylife.source.scanner.evaluating import evaluators
from pylife.source.scanner.features import features
from pylife.source.scanner.parsing import explain, parse
from pylife.source.scanner.syntax import HANDLERS, handlers, uses
from pylife.source.scanner.versions import ALL, at_least, below, names

ROOT = Path(__file__).resolve().parents[2]
CASES: dict[str, Any] = tomllib.loads(
    (ROOT / "tests" / "source" / "fixtures" / "syntax.toml").read_text(encoding="utf-8")
)
EXAMPLES: dict[str, Any] = tomllib.loads(
    (ROOT / "tools" / "sources" / "syntax.toml").read_text(encoding="utf-8")
)
# A program for any interpreter from 3.11 on: the Pythons that the scanner says take each source.
SCAN = """
import ast, json, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
from pylife.source.scanner.syntax import uses
from pylife.source.scanner.versions import ALL, names
def on(source):
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    mask = ALL
    for use in uses(tree, source.encode()):
        mask &= use.present
    return " ".join(names(mask))
print(json.dumps({name: on(source) for name, source in json.load(sys.stdin).items()}))
"""
# A program for any interpreter: whether it compiles each source.
COMPILE = """
import json, sys, warnings
warnings.simplefilter("ignore")
def compiles(source):
    try:
        compile(source, "case", "exec")
    except SyntaxError:
        return False
    return True
print(json.dumps({name: compiles(source) for name, source in json.load(sys.stdin).items()}))
"""
PYTHONS = {
    f"{version.major}.{version.minor}": str(interpreter.path)
    for version, interpreter in find().items()
    if not version.free_threaded and version.minor >= 8
}


def ask(python: str, program: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-I", "-c", program, str(ROOT)],
        input=json.dumps({name: case["source"] for name, case in CASES.items()}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def found(source: str) -> list[tuple[int, int, str]]:
    known = {feature.what: name for name, feature in features().items()}
    return [(u.line, u.column, known[u.what]) for u in uses(ast.parse(source), source.encode())]


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)
def test_cases_are_what_the_interpreter_compiles(python: str) -> None:
    version = next(name for name, path in PYTHONS.items() if path == python)
    said = {name for name, compiles in ask(python, COMPILE).items() if compiles}
    assert said == {name for name, case in CASES.items() if version in case["on"].split()}


@pytest.mark.parametrize(
    "python",
    [sys.executable, *(path for name, path in PYTHONS.items() if int(name[2:]) >= 11)],
    ids=["host", *(name for name in PYTHONS if int(name[2:]) >= 11)],
)
def test_any_host_says_which_pythons_compile_what_it_can_parse(python: str) -> None:
    # What parses in 3.8 as one tuple and fails as it enters it, is several managers since 3.9.
    entered = {"with_no_as": "3.8"}
    wrong = {
        name: (CASES[name]["source"], said)
        for name, said in ask(python, SCAN).items()
        if said is not None and said != CASES[name]["on"] and name not in entered
        and not CASES[name]["source"].startswith(("with (a, b", "with (a,", "with ((a), b)"))
    }  # fmt: skip
    assert not wrong


def test_a_newest_host_parses_all_but_what_no_new_one_does() -> None:
    newest = [*PYTHONS.values()][-1]
    unread = {name for name, said in ask(newest, SCAN).items() if said is None}
    version = [*PYTHONS][-1]
    assert unread <= {name for name, case in CASES.items() if version not in case["on"].split()}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("with (a, b): pass", [(1, 1, "with_parentheses")]),
        ("with (a): pass", []),
        ("with (a) as b, (c) as d: pass", []),
        ("with (a, b)[0] as c: pass", []),
        ("with (  # first (\n    a as b): pass", [(1, 1, "with_parentheses")]),
        ("é = 1; a[é := 1]", [(1, 10, "index_walrus")]),
        ("@a\n@b[0]\nclass C: pass", [(2, 2, "decorator")]),
        ("a[(1), *b]", [(1, 3, "index_star")]),
        ("x = [\n  y for y in z\n]\nfor a in *b, c: pass", [(4, 10, "for_star")]),
        ("try: pass\nfinally:\n  while a: break", []),
        ("while a:\n  try: pass\n  finally: break", [(3, 12, "finally_exit")]),
        (
            "async def f():\n  return {k: [v async for v in w] for k in y}",
            [(2, 14, "async_comprehension")],
        ),
    ],
)
def test_where_it_is(source: str, expected: list[tuple[int, int, str]]) -> None:
    assert found(source) == expected


def test_columns_count_characters_whatever_the_encoding() -> None:
    source = "# coding: latin-1\nü = {é: 1}; a[y := 1]\n".encode("latin-1")
    (use,) = uses(ast.parse(source), source)
    assert (use.line, use.column) == (2, 15)


@pytest.mark.parametrize("source", [b"x = 1\r\na[y := 1]\r\n", b"x = 1\ra[y := 1]\r"])
def test_lines_end_as_the_parser_takes_them(source: bytes) -> None:
    (use,) = uses(ast.parse(source), source)
    assert (use.line, use.column) == (2, 3)


def test_a_plain_file_is_asked_for_little() -> None:
    asked = handlers(b"import os\n\n\ndef work(a):\n    return [os.path.join(a, b) for b in a]\n")
    assert not {ast.Subscript, ast.ListComp, ast.Set, ast.AnnAssign, ast.arg} & set(asked)
    assert set(asked) <= set(HANDLERS)


@pytest.mark.parametrize("name", [n for n, e in EXAMPLES.items() if "example" in e])
def test_each_example_is_found_by_its_name(name: str) -> None:
    example = EXAMPLES[name]
    try:
        tree, warned = parse(example["example"].encode())
    except SyntaxError as error:
        said = explain(error, sys.version_info[:2])
        assert said.startswith("needs Python 3.") or name in {"fstring_newline"}, said
        return
    if example.get("runs"):
        return
    whats = {use.what for use in (*uses(tree, example["example"].encode()), *warned)}
    if sys.version_info >= (3, 12) or not name.startswith("fstring"):
        assert features()[name].what in whats


def test_a_comment_that_is_not_utf_8_is_no_reason_to_give_up() -> None:
    tree, said = parse(b"x = 1\n# \xe9\ny = 2\n")
    assert len(tree.body) == 2
    if sys.version_info >= (3, 14):
        assert [(use.line, names(use.present)[-1]) for use in said] == [(2, "3.13")]


@pytest.mark.parametrize("source", [b"x = '\xe9'\n", b"\xe9 = 1\n"])
def test_what_is_not_utf_8_elsewhere_is_not_parsed(source: bytes) -> None:
    with pytest.raises(SyntaxError):
        parse(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("print 1", "needs Python 2: "),
        ("[x for x in y if lambda: x]", "needs Python 3.8 or older: lambda"),
        ("def f(:", "invalid syntax"),
    ],
)
def test_what_cannot_be_parsed_says_what_would(source: str, said: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        parse(source.encode())
    assert explain(caught.value, sys.version_info[:2]).startswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lazy import a", "3.15 or newer: lazy import"),
        ("class A[T = int]: pass", "3.13 or newer: default"),
        ("def f[T](): pass", "3.12 or newer: type parameters"),
        ("x = t'{a}'", "3.14 or newer: template string"),
    ],
)
def test_an_old_host_names_the_python_that_it_takes(line: str, said: str) -> None:
    error = SyntaxError("invalid syntax", ("a.py", 1, 1, line))
    assert explain(error, (3, 11)).startswith(f"needs Python {said}")


def test_annotations_are_evaluated_until_3_14_and_by_whom_wants_to() -> None:
    plain = {"future": False, "quoted": False, "local": False, "by": ""}
    assert annotations.evaluated(**plain) == below((3, 14))  # type: ignore[arg-type]
    for key, value, expected in (
        ("future", True, 0),
        ("quoted", True, 0),
        ("local", True, 0),
        ("by", "pydantic.BaseModel", ALL),
    ):
        assert annotations.evaluated(**(plain | {key: value})) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "name", "count", "least"),
    [
        ("builtins", "list", 1, (3, 9)),
        ("builtins", "type", 1, (3, 9)),
        ("collections.abc", "Callable", 2, (3, 9)),
        ("logging", "LoggerAdapter", 1, (3, 11)),
        ("array", "array", 1, (3, 12)),
        ("typing", "Generator", 1, (3, 13)),
        ("typing", "Generator", 3, (3, 8)),
        ("typing", "List", 1, (3, 8)),
        ("dataclasses", "InitVar", 1, (3, 8)),
    ],
)
def test_since_when_a_class_takes_parameters(
    module: str, name: str, count: int, least: tuple[int, int]
) -> None:
    assert annotations.subscript(module, name, count) == at_least(least)


@pytest.mark.parametrize(
    ("source", "annotation", "expected"),
    [
        ("int | None", False, 1),
        ("int | str | None", False, 1),
        ("a | b", False, 0),
        ("a | b", True, 1),
        ("1 | 2", True, 0),
        ("int | f()", False, 0),
        ("'A' | None", True, 1),
        ("'A' | None", False, 0),
        ("int & str", True, 0),
    ],
)
def test_unions_of_types(source: str, annotation: bool, expected: int) -> None:
    def is_type(node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in {"int", "str"}

    seen = [
        annotations.union(node, is_type, annotation=annotation)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
    ]
    assert len([use for use in seen if use is not None]) == expected


@pytest.mark.parametrize(
    ("source", "by"),
    [
        ("from pydantic import BaseModel\nclass A(BaseModel): ...", "pydantic.BaseModel"),
        ("import pydantic as p\nclass B(p.BaseModel): ...\nclass A(B): ...", "pydantic.BaseModel"),
        ("class BaseModel: ...  # pydantic\nclass A(BaseModel): ...", ""),
        ("from dataclasses import dataclass  # typer\n@dataclass\nclass A: ...", ""),
        ("import typer\nx = typer.Typer()\n@x.command()\ndef A(): ...", "typer.Typer"),
        ("import typer\nx = typer.Typer()\n@x.other\ndef A(): ...", ""),
        (
            (
                "from functools import singledispatch\n@singledispatch\ndef f(): ...\n"
                "@f.register\ndef A(): ..."
            ),
            "functools.singledispatch",
        ),
        (
            (
                "from functools import singledispatch\n@singledispatch\ndef f(): ...\n"
                "@f.register(int)\ndef A(): ..."
            ),
            "",
        ),
        (
            "from pydantic.dataclasses import dataclass\n@dataclass(frozen=True)\nclass A: ...",
            "pydantic.dataclasses.dataclass",
        ),
    ],
)
def test_who_evaluates_annotations(source: str, by: str) -> None:
    tree = ast.parse(source)
    known = evaluators(tree, source.encode())
    node = tree.body[-1]
    assert isinstance(node, ast.ClassDef | ast.FunctionDef)
    assert (known.of(node) if known else "") == by


def test_most_files_have_nobody_who_evaluates() -> None:
    source = "import functools, json\nclass A(Base): ..."
    assert evaluators(ast.parse(source), source.encode()) is None

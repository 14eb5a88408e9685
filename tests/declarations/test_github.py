"""GitHub Actions beyond the fixtures: what is really tested, refusals with reasons, hard input."""

import time

import pytest

from pylife import calendar, declarations
from pylife.declarations import CannotEditError
from pylife.declarations.base import File, Runs
from pylife.declarations.ci.github_tested import effective
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    PythonVersion,
    SetPython,
    Target,
)
from pylife.syntax.text import Source

PATH = ".github/workflows/ci.yml"
NEW = PythonVersion(3, 14)


def read(content: str, path: str = PATH) -> list[Declaration]:
    return declarations.read_source(Source(path, content.encode()))


def runs(content: str) -> list[Runs]:
    return effective(File(Source(PATH, content.encode()), calendar.known()))


def job(matrix: str, rest: str = "") -> str:
    """A workflow of one job `a` whose matrix is the flow mapping `matrix`."""
    return f"on: push\njobs:\n  a:\n    strategy: {{matrix: {matrix}}}\n{rest}"


def pythons(text: str) -> frozenset[PythonVersion]:
    return frozenset(map(PythonVersion.parse, text.split()))


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ("{py: ['3.9', '3.10']}", "3.9 3.10"),
        ("{py: ['3.9', '3.10'], exclude: [{py: '3.9'}]}", "3.10"),
        ("{py: ['3.9', '3.10'], os: [a, b], exclude: [{py: '3.9', os: a}]}", "3.9 3.10"),
        ("{py: ['3.9'], os: [a], exclude: [{os: a}]}", ""),
        ("{py: ['3.9'], exclude: [{py: '3.9'}], include: [{py: '3.9', x: y}]}", "3.9"),
        ("{py: ['3.9'], include: [{py: '3.10'}]}", "3.9 3.10"),
        ("{py: ['3.9'], include: [{py: '3.9', x: y}]}", "3.9"),
        ("{os: [a, b], include: [{py: '3.9'}, {py: '3.10'}]}", "3.10"),
        ("{os: [a, b], include: [{py: '3.9', os: a}, {py: '3.10', os: b}]}", "3.9 3.10"),
        ("{os: [a, b], include: [{py: '3.9'}, {py: '3.10', os: b}]}", "3.9 3.10"),
        ("{os: [a], include: [{py: '3.9'}, {py: '3.10', os: c}]}", "3.9 3.10"),
        ("{include: [{py: '3.9'}, {py: '3.10'}]}", "3.9 3.10"),
        ("{py: [3.10], exclude: [{py: 3.1}]}", ""),
        ("{py: ['3.9'], os: ['${{ env.A }}'], exclude: [{py: '3.9', os: a}]}", "3.9"),
    ],
)
def test_what_a_matrix_really_tests(matrix: str, expected: str) -> None:
    assert runs(job(matrix)) == [Runs("a", pythons(expected))]


def test_what_other_jobs_really_test() -> None:
    content = (
        "jobs:\n  off: {if: false, container: 'python:3.9'}\n  none: {steps: [{run: ls}]}\n"
        "  call: {uses: ./.github/workflows/x.yml}\n"
        "  given: {uses: x/y/z.yml@v1, with: {python-version: '3.12'}}\n"
        "  unknown: {strategy: {matrix: {py: '${{ fromJSON(vars.X) }}'}}}\n"
        "  one: {steps: [{run: uv run -p 3.13 x}, {if: false, run: uv run -p 3.9 x}]}\n"
        "  or: {steps: [{uses: x, with: {python-version: \"${{ a && '3.9' || '3.10' }}\"}}]}\n"
    )
    assert runs(content) == [
        Runs("off", frozenset(), "jobs.off.if is false"),
        Runs("call", None, "./.github/workflows/x.yml says it"),
        Runs("given", pythons("3.12")),
        Runs("unknown", None, "a variable kept outside the repository"),
        Runs("one", pythons("3.13")),
        Runs("or", pythons("3.9 3.10"), "an expression chooses among them"),
    ]


def test_what_has_effect_anywhere_has_it() -> None:
    content = (
        "env: {PY: '3.12'}\njobs:\n"
        "  a: {if: false, steps: [{uses: x, with: {python-version: '${{ env.PY }}'}}]}\n"
        "  b: {steps: [{uses: x, with: {python-version: '${{ env.PY }}'}}]}\n"
    )
    (item,) = read(content)
    assert (item.group, item.effective) == ("env.PY", (PythonVersion(3, 12),))


def test_the_float_trap_of_variables_and_json() -> None:
    env, element = read(
        "env: {PYTHON_VERSION: 3.10}\n"
        "jobs: {a: {strategy: {matrix: {py: \"${{ fromJSON('[3.10]') }}\"}}}}\n"
    )
    assert env.note == "YAML reads an unquoted 3.10 as 3.1: quote it"
    assert element.note == "JSON reads an unquoted 3.10 as 3.1: quote it"


def refusal(content: str, make: type[AddPython | DropPython | SetPython], python: str) -> str:
    """Why the only target of `content` cannot be changed."""
    (at,) = {Target(item.file, item.site, item.group) for item in read(content)}
    change: Change = make(at, PythonVersion.parse(python))
    with pytest.raises(CannotEditError) as raised:
        declarations.edit(Source(PATH, content.encode()), change)
    return str(raised.value)


def test_refusals_say_why() -> None:
    step = "jobs: {a: {steps: [{uses: x, with: {python-version: '3.9'}}]}}\n"
    assert "generated (line 2)" in refusal(f"\n# Auto-generated: do not\n{step}", SetPython, "3.14")
    assert refusal(
        "on: {workflow_dispatch: {inputs: {python: {default: '3.9', options: ['3.9']}}}}\n",
        SetPython,
        "3.14",
    ) == ("3.14 is none of the input's options")
    image = "jobs: {a: {container: 'python:3.9@sha256:00'}}"
    assert "pinned by digest" in refusal(image, SetPython, "3.14")
    assert refusal(
        job("{include: [{py: '3.9'}, {py: '3.9', os: a}]}"), DropPython, "3.9"
    ).startswith("no entry names another Python")
    anchored = job("{include: [&x {py: '3.9', os: a}, {py: '3.8'}]}")
    assert "anchors" in refusal(anchored, AddPython, "3.14")
    added = job("{os: [a], include: [{py: '3.9'}]}")
    assert "of its own" in refusal(added, AddPython, "3.14")


def edited(content: str, change: Change) -> str:
    return declarations.apply({PATH: content.encode()}, [change])[PATH].decode()


def test_a_list_does_not_swallow_an_entry_of_its_own() -> None:
    at = Target(PATH, "github-matrix", "jobs.a.strategy.matrix.py")
    merged = job("{py: ['3.9'], include: [{py: '3.14', x: y}]}")
    with pytest.raises(CannotEditError, match=r"an include entry tests 3\.14"):
        edited(merged, AddPython(at, NEW))
    apart = job("{py: ['3.9'], os: [a], include: [{py: '3.14', os: b}]}")
    assert "['3.9', '3.14']" in edited(apart, AddPython(at, NEW))


def test_dropping_takes_the_entries_along_that_would_become_jobs() -> None:
    at = Target(PATH, "github-matrix", "jobs.a.strategy.matrix.py")
    content = job("{py: ['3.9', '3.10'], include: [{py: '3.9', x: y}, {py: '3.11'}]}")
    after = edited(content, DropPython(at, PythonVersion(3, 9)))
    assert "{py: ['3.10'], include: [{py: '3.11'}]}" in after
    assert runs(after) == [Runs("a", pythons("3.10 3.11"))]


@pytest.mark.parametrize(
    "content",
    [
        job("{py: '" + "${{" * 20_000 + "'}"),
        job("{py: '${{ " + "(" * 5_000 + " }}'}"),
        job("{py: \"${{ fromJSON('" + "[" * 5_000 + "') }}\"}"),
        job("{py: \"${{ fromJSON('[&a [*a, *a]]') }}\"}"),
        job("{py: &a [*a], include: &b [*b]}"),
        job("{" + ", ".join(f"k{n}: [1, 2, 3, 4]" for n in range(40)) + ", exclude: [{"
            + ", ".join(f"k{n}: 1" for n in range(40)) + "}]}"),
        "env:\n" + "".join(
            f"  A{n}: ${{{{ env.A{n + 1} || env.A{n + 1} || env.A{n + 1} }}}}\n" for n in range(30)
        ) + job("{py: '${{ fromJSON(env.A0) }}'}"),
        job("{py: '${{ fromJSON(needs.a.outputs.x) }}'}", "    outputs: {x: '${{ needs.a.outputs.x }}'}\n"),
        job("{py: [1]}", "    steps:\n      - run: |\n          " + "uv '" * 50_000 + "\n"),
        job("{py: [1]}", "    steps:\n      - run: |\n          tox " + '"$(' * 50_000 + "\n"),
        job("{py: [1]}", "    steps:\n      - run: 'x" + " " * 200_000 + "'\n"),
    ],
    ids=range(11),
)  # fmt: skip
def test_hard_input_takes_no_time(content: str) -> None:
    started = time.perf_counter()
    for item in read(content):
        assert item.unreadable is None or item.unreadable
    runs(content)
    assert time.perf_counter() - started < 2

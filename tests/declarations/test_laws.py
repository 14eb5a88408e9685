"""Laws that hold for every file: places are exact, edits are small, bad input is no crash."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.declarations.registry import claims
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Declaration,
    DropPython,
    PythonVersion,
    RemoveCap,
    SetFloor,
    Target,
)
from pylife.syntax.text import Source
from tests.declarations import cases, fuzz
from tests.declarations.fuzz import BOM, changes

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "platform"
SAMPLES = Path(__file__).resolve().parents[1] / "samples"

MADE = {
    "pyproject.toml": (
        '[project]\nrequires-python = ">=3.9,<4"\nclassifiers = [\n'
        '  "Programming Language :: Python :: 3.9", # x\n'
        '  "Programming Language :: Python :: 3.10",\n]\n'
        '[tool.poetry.dependencies]\npython = {version = "^3.9"}\n'
        '[tool.flit.metadata]\nrequires-python = ">=3.9"\n'
        '[tool.ruff]\ntarget-version = "py39"\n[tool.black]\ntarget-version = ["py39", "py310"]\n'
        "[tool.mypy]\npython_version = 3.10\n"
    ),
    "setup.cfg": (
        "[metadata]\nclassifiers =\n    Programming Language :: Python :: 3.9\n"
        "    Programming Language :: Python :: 3.10\n[options]\npython_requires = >=3.9\n"
        "[tox:tox]\nenvlist = py{39,310}\n[mypy]\npython_version = 3.9\n"
    ),
    "setup.py": (
        "from setuptools import setup\nREQ = '>=3.9'\nKW = dict(python_requires=REQ)\n"
        "C = ['Programming Language :: Python :: 3.9',\n"
        "     'Programming Language :: Python :: 3.10',\n]\nsetup(classifiers=C + [], **KW)\n"
    ),
    "tox.ini": (
        "[tox]\nenvlist = py3{9,10}-{a,b}, py{39-311},\n    pypy3, 3.9, django-py310 # c\n"
        "[testenv:a]\nbasepython = python3.9\n"
    ),
    "noxfile.py": (
        "import nox\nP = ['3.9', '3.10']\n@nox.session(python=P)\ndef a(s): ...\n"
        "@nox.session(python='3.9')\ndef b(s): ...\n"
        "@nox.session\n@nox.parametrize('python', ['3.9', '3.10'])\ndef c(s): ...\n"
    ),
    ".github/workflows/ci.yml": (
        "env: {NEW: '3.10'}\njobs:\n  a:\n    strategy:\n      matrix:\n"
        "        python-version: [3.9, '3.10', 3.1, pypy-3.11]\n        os: [a, b]\n"
        "        exclude:\n          - {python-version: 3.9, os: a}\n"
        "        include:\n          - python-version: '3.13'\n    steps:\n"
        "      - uses: actions/setup-python@v5\n        with:\n          python-version: |\n"
        "            3.9\n            3.10\n"
        "      - uses: actions/setup-python@v5\n        with: {python-version: '${{ env.NEW }}'}\n"
    ),
    "Dockerfile": (
        "ARG V=3.9.18\nFROM python:${V}-slim AS a\nRUN <<EOF\nx\nEOF\n"
        "FROM python:3.9-slim\nFROM a\n"
    ),
    "tox.toml": 'env_list = ["py39", "py310", "lint"]\n',
    ".python-version": "3.9.18\n3.10\n",
    "runtime.txt": "python-3.9.18\n",
    "ruff.toml": 'target-version = "py39"\n',
    "MLmodel": "flavors:\n  python_function:\n    python_version: 3.9.18\n",
    "python_env.yaml": "python: 3.9.18\n",
    "conda.yaml": "dependencies:\n- python=3.9.18\n",
    "pipeline.py": "@c(base_image='python:3.9-slim')\ndef a(): ...\n",
}


def gathered() -> list[tuple[str, bytes]]:
    """The files above, those of the example fleet and the samples, by the path that is claimed."""
    found = [(path, text.encode()) for path, text in MADE.items()]
    for folder in (EXAMPLES, SAMPLES):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                inside = path.relative_to(folder).as_posix()
                at = inside.find(".github/")
                inside = inside[at:] if at > 0 else inside
                if claims(inside) and "nw-old-sdk" not in inside:  # that one is Python 2
                    found.append((inside, path.read_bytes()))
    for case in cases.all_cases():
        found += [(path, (case / path).read_bytes()) for path in cases.files(case) if claims(path)]
    return [(path, data) for path, data in found if outcome(path, data)[0] is None]


def outcome(path: str, data: bytes) -> tuple[UnreadableError | None, list[Declaration]]:
    """What reading gives: the problem, or the declarations."""
    try:
        return None, declarations.read_source(Source(path, data))
    except UnreadableError as error:
        return error, []


FILES = gathered()
IDS = [f"{number}-{path}" for number, (path, _) in enumerate(FILES)]
every_file = pytest.mark.parametrize(("path", "data"), FILES, ids=IDS)


def check_places(path: str, data: bytes) -> list[Declaration]:
    """Each span slices to its raw text, where line and column say."""
    found = declarations.read_source(Source(path, data))
    lines = data.removeprefix(BOM).decode().splitlines()
    for item in found:
        assert data[item.span.start : item.span.end].decode() == item.raw
        first = item.raw.splitlines()[0]
        assert lines[item.line - 1][item.column - 1 :].startswith(first)
        kinds = [item.unreadable is not None, item.versions is not None]
        assert kinds.count(True) == 1
    assert [item.span for item in found] == sorted(item.span for item in found)
    return found


def meaning(found: list[Declaration]) -> list[tuple[object, ...]]:
    return [
        (item.site, item.group, item.versions, item.partial, item.unreadable, item.note)
        for item in found
    ]


@every_file
def test_places_are_exact_whatever_the_line_endings_and_marks(path: str, data: bytes) -> None:
    plain = check_places(path, data)
    unix = data.replace(b"\r\n", b"\n")
    windows = check_places(path, unix.replace(b"\n", b"\r\n"))
    assert meaning(windows) == meaning(plain)
    assert meaning(check_places(path, BOM + data)) == meaning(plain)


@pytest.mark.parametrize(
    ("path", "data"),
    [file for file in FILES if file[0].endswith((".toml", ".cfg", ".ini", ".py", ".yml", ".yaml"))],
)
def test_text_that_is_not_ascii_before_the_place_moves_it_only(path: str, data: bytes) -> None:
    plain = declarations.read_source(Source(path, data))
    moved = check_places(path, "# é 日本\n".encode() + data)
    assert meaning(moved) == meaning(plain)
    assert [item.line for item in moved] == [item.line + 1 for item in plain]


WHOLE_ENTRIES = {"appveyor-matrix", "azure-matrix", "gitlab-matrix-entry", "travis-include"}
"""Sites of matrices whose entries come and go with the line beside them; see test_ci_entries."""


@every_file
def test_edits_hold_once_and_touch_only_lines_of_their_declarations(path: str, data: bytes) -> None:
    found = declarations.read_source(Source(path, data))
    for change in changes(found):
        try:
            after = declarations.apply({path: data}, [change]).get(path, data)
        except CannotEditError:
            continue
        assert declarations.apply({path: after}, [change]) == {}
        target = [
            item for item in found if (item.site, item.group) == (change.at.site, change.at.group)
        ]
        beside = 1 if change.at.site in WHOLE_ENTRIES else 0
        touched = {
            line
            for item in target
            for line in range(item.line - beside, item.line + item.raw.count("\n") + 1 + beside)
        }
        before_lines, after_lines = data.split(b"\n"), after.split(b"\n")
        kept = [line for number, line in enumerate(before_lines, 1) if number not in touched]
        rest = iter(after_lines)
        assert all(line in rest for line in kept), "a line of nobody's declaration has changed"
        again = declarations.read_source(Source(path, after))
        others = [item for item in found if item not in target]
        here = [
            item for item in again if (item.site, item.group) != (change.at.site, change.at.group)
        ]
        assert [item.raw for item in here] == [item.raw for item in others]


BAD = [
    b"",
    b"\n",
    b"\0",
    b"\xff\xfe\x00",
    BOM,
    b"a: [b",
    b"&a [*a]",
    b"{" * 20_000,
    b"[" * 20_000,
    b"(" * 20_000,
    b"- " * 5_000,
    b"[" * 200_000 + b"]" * 200_000,
    b"x = " + b"-" * 200_000 + b"1",
    b"a" + b".b" * 50_000 + b".setup()",
    b"x = " + b"[" * 5_000 + b"]" * 5_000,
    b"x=" + b"1+" * 20_000 + b"1",
    b"setup(python_requires=" + b"'a'+" * 3_000 + b"'b')",
    b"[metadata\nclassifiers",
    b"[tox]\nenvlist = py{39,{310}}, }{, py{}, {,}, -, py{-}, py{9-9999999999}",
    b"[tox]\nenvlist = " + b"{a,b}" * 2_000,
    b"FROM\nFROM python:\nFROM :3.9\nFROM @\nFROM ${python\nARG A=$A\nFROM python:$A",
    b"RUN <<python\nFROM x",
    b"3\n" * 1000,
    b"jobs: {a: {strategy: {matrix: {python: {a: b}, include: 3, exclude: [3]}}, steps: {a: b}}}",
    b"[project]\nrequires-python = 3.9\nclassifiers = 'x'\ndynamic = 'requires-python'\n",
    b"[tool]\npoetry = 3\nflit = []\nruff = 'x'\nblack = {target-version = {}}\nmypy = [[1]]\n",
    b"[[project]]\nrequires-python = '3'\n[[tool.poetry]]\ndependencies = 3\n",
    b"project = 3\ntool = []\n",
]


@pytest.mark.parametrize("path", [*MADE, "mypy.ini"])
def test_bad_input_is_a_problem_or_nothing(path: str) -> None:
    for data in BAD:
        problem, found = outcome(path, data)
        assert problem is None or (problem.message.strip(" :") and problem.path == path)
        assert all(item.unreadable is None or item.unreadable.strip() for item in found)


def test_unreadable_files_of_a_project_are_problems(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    (tmp_path / "tox.ini").symlink_to("nowhere")
    (tmp_path / "setup.cfg").mkdir()
    (tmp_path / ".python-version").write_text("3.13\n")
    reading = declarations.read(
        tmp_path, ["pyproject.toml", "tox.ini", "setup.cfg", ".python-version", "gone/setup.py"]
    )
    assert [item.raw for item in reading.declarations] == ["3.13"]
    assert [item.file for item in reading.problems] == [
        "gone/setup.py",
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
    ]
    assert all(item.message for item in reading.problems)


@pytest.mark.parametrize("seed", range(12))
def test_mutated_files_never_crash_a_reader_or_an_editor(seed: int) -> None:
    chance = random.Random(seed)
    files = [*FILES, *fuzz.seeds([])]
    for _ in range(80):
        path, original = chance.choice(files)
        fuzz.check(path, fuzz.mutated(original, chance), chance)


MINORS = st.integers(6, 20)


@given(
    minors=st.lists(MINORS, min_size=1, max_size=6, unique=True).map(sorted),
    new=MINORS,
    shape=st.sampled_from(
        [
            "flow",
            "block",
            "tox",
            "lines",
            "toml",
            "nox",
            "travis",
            "gitlab",
            "circle",
            "hatch",
            "jenkins",
            "cibuildwheel",
            "sam",
            "conda",
        ]
    ),
)
def test_adding_and_dropping_give_the_wanted_set(minors: list[int], new: int, shape: str) -> None:
    names = [f"3.{minor}" for minor in minors]
    head = "jobs:\n  a:\n    strategy:\n      matrix:\n        py:"
    shapes = {
        "flow": (".github/workflows/a.yml", f"{head} {names!r}\n"),
        "block": (
            ".github/workflows/a.yml",
            head + "".join(f"\n          - '{name}'  # {name}" for name in names) + "\n",
        ),
        "tox": ("tox.ini", f"[tox]\nenvlist = py3{{{','.join(map(str, minors))}}}-x\n"),
        "lines": ("tox.ini", "[tox]\nenvlist =\n" + "".join(f"  py3{m}\n" for m in minors)),
        "toml": (
            "pyproject.toml",
            "[tool.black]\ntarget-version = [\n" + "".join(f"  'py3{m}',\n" for m in minors) + "]",
        ),
        "travis": (".travis.yml", "python:\n" + "".join(f"  - '{name}'\n" for name in names)),
        "gitlab": (
            ".gitlab-ci.yml",
            f"a:\n  parallel:\n    matrix:\n      - PYTHON_VERSION: {names!r}\n  script: [x]\n",
        ),
        "circle": (
            ".circleci/config.yml",
            (
                "workflows:\n  w:\n    jobs:\n      - t:\n          matrix:\n            parameters:\n"
                f"              python-version: {names!r}\n"
            ),
        ),
        "hatch": (
            "hatch.toml",
            "[[envs.test.matrix]]\npython = [\n" + "".join(f'  "{n}",\n' for n in names) + "]\n",
        ),
        "jenkins": (
            "Jenkinsfile",
            "matrix { axes { axis { name 'PYTHON'\n values "
            + ", ".join(f"'{name}'" for name in names)
            + "\n } } }\n",
        ),
        "cibuildwheel": (
            "pyproject.toml",
            '[tool.cibuildwheel]\nbuild = "' + " ".join(f"cp3{m}-*" for m in minors) + '"\n',
        ),
        "sam": (
            "template.yaml",
            "Resources:\n  L:\n    Type: AWS::Serverless::LayerVersion\n    Properties:\n"
            "      CompatibleRuntimes:\n" + "".join(f"        - python{name}\n" for name in names),
        ),
        "conda": (
            "conda_build_config.yaml",
            "python:\n" + "".join(f"  - {name}\n" for name in names),
        ),
        "nox": ("noxfile.py", f"@nox.session(python={tuple(names)!r})\ndef a(s): ...\n"),
    }
    path, text = shapes[shape]
    found = declarations.read_source(Source(path, text.encode()))
    assert versions(found) == minors
    at = Target(file=path, site=found[0].site, group=found[0].group)
    version = PythonVersion(3, new)
    added = declarations.apply({path: text.encode()}, [AddPython(at, version)])
    data = added.get(path, text.encode())
    assert versions(declarations.read_source(Source(path, data))) == sorted({*minors, new})
    if new not in minors:
        dropped = declarations.apply({path: data}, [DropPython(at, version)])
        assert dropped[path].decode() == text


def test_python_2_is_a_problem_with_its_line() -> None:
    with pytest.raises(UnreadableError) as raised:
        declarations.read_source(Source("setup.py", b"from x import y\nprint 'x'\n"))
    assert raised.value.line == 2


def versions(found: list[Declaration]) -> list[int]:
    """The minors in file order."""
    return [version.minor for item in found for version in item.versions or ()]


RANGES = {
    "pyproject": ("pyproject.toml", '[project]\nrequires-python = "{}" # why\n'),
    "poetry": ("pyproject.toml", "[tool.poetry.dependencies]\npython = '{}'\n"),
    "flit": ("pyproject.toml", '[tool.flit.metadata]\nrequires-python = "{}"\n'),
    "setup.cfg": ("setup.cfg", "[options]\npython_requires  =  {}\nzip_safe = no\n"),
    "setup.py": ("setup.py", "setup(\n  python_requires='{}',  # why\n)\n"),
    "script": ("tool.py", '# /// script\n# requires-python = "{}"\n# ///\n'),
    "pixi": ("pixi.toml", '[dependencies]\npython = "{}"\nnumpy = "*"\n'),
    "conda": ("environment.yml", "dependencies:\n  - python {}  # why\n  - numpy\n"),
}


@given(
    floor=st.integers(8, 13),
    new=st.integers(8, 14),
    cap=st.sampled_from(["", ",<4", ", <3.15", ",<4.0"]),
    shape=st.sampled_from(sorted(RANGES)),
    gap=st.sampled_from(["", " "]),
)
def test_a_floor_moves_up_and_back_to_the_same_bytes(
    floor: int, new: int, cap: str, shape: str, gap: str
) -> None:
    path, template = RANGES[shape]
    if shape == "conda":
        cap, gap = cap.replace(" ", ""), ""
    data = template.format(f">={gap}3.{floor}{cap}").encode()
    found = declarations.read_source(Source(path, data))
    at = Target(file=path, site=found[0].site, group=found[0].group)
    raised = declarations.apply({path: data}, [SetFloor(at, PythonVersion(3, new))])
    after = raised.get(path, data)
    (item,) = declarations.read_source(Source(path, after))
    assert min((*(item.versions or ()), *item.partial)) == PythonVersion(3, new)
    before, kept = (set(one.versions or ()) for one in (found[0], item))
    newer = {version for version in before | kept if version >= PythonVersion(3, max(floor, new))}
    assert newer & before == newer & kept
    assert declarations.apply({path: after}, [SetFloor(at, PythonVersion(3, new))]) == {}
    back = declarations.apply({path: after}, [SetFloor(at, PythonVersion(3, floor))])
    assert back.get(path, after) == data


@given(floor=st.integers(8, 13), cap=st.sampled_from(["<4", "<3.15", "<=3.14", "<4.0"]),
       shape=st.sampled_from(sorted(set(RANGES) - {"poetry"})))  # fmt: skip
def test_a_cap_goes_and_nothing_else(floor: int, cap: str, shape: str) -> None:
    path, template = RANGES[shape]
    data = template.format(f">=3.{floor},{cap}").encode()
    found = declarations.read_source(Source(path, data))
    change = RemoveCap(Target(file=path, site=found[0].site, group=found[0].group))
    after = declarations.apply({path: data}, [change])[path]
    assert after == template.format(f">=3.{floor}").encode()
    assert declarations.apply({path: after}, [change]) == {}

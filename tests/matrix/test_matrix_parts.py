"""What runs nothing: presets, trees, keys, the environment, overrides, documents, baselines."""

import datetime as dt
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pylife.errors import ConfigError, StateError
from pylife.matrix import (
    baseline,
    builds,
    environment,
    extras,
    generated,
    keys,
    needs,
    presets,
    tree,
    wheels,
)
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject, Origin
from pylife.matrix.document import from_document, to_document
from pylife.matrix.run_cell import log_name
from pylife.model import Cell, CellStatus
from tests.matrix.matrix_help import HERE, make, package, python

INTERPRETER = Interpreter(version=HERE, path=Path("python"), release="3.13.0", build="b1")


# Presets


def test_the_shipped_preset_says_what_a_preset_without_keys_says() -> None:
    shipped = presets.load("default", Path())
    assert shipped == presets.MatrixPreset(name="default", title=shipped.title)
    assert shipped.title


def test_a_preset_from_a_path(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[matrix]\nname = "m"\nsessions = ["unit"]\ntimeout = 5\npythons = ["3.13", "3.9"]\n'
        'environment = ["DB"]\nretries = 0\n'
    )
    preset = presets.load("m.toml", tmp_path)
    assert preset.pythons == (python("3.9"), python("3.13"))
    assert (preset.sessions, preset.timeout, preset.environment) == (("unit",), 5.0, ("DB",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[matrix]\nname = "m"\ntimout = 5\n', r"m\.toml:3:\d+: unknown key 'timout'.*'timeout'"),
        ('[matrix]\nname = "m"\ntimeout = 0\n', r"m\.toml:3:\d+: .*more than 0"),
        ('[matrix]\nname = "m"\nenvironment = ["A=B"]\n', r"m\.toml:3:\d+: .*environment variable"),
        ('[matrix]\nname = "m"\npythons = ["3"]\n', r"m\.toml:3:\d+: .*"),
        ('[matrix]\nname = "m"\npythons = "all"\n', r"m\.toml:3:\d+: .*window"),
        ("[matrix]\n", r"m\.toml:\d+(:\d+)?: .*lacks name"),
        ("[matrix\n", r"m\.toml:1.*not valid TOML"),
    ],
)
def test_a_wrong_preset_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        presets.load("m.toml", tmp_path)


def test_an_unknown_preset_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="shipped presets: default"):
        presets.load("defualt", tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        presets.load("none.toml", tmp_path)


# Trees


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def test_a_tree_leaves_out_what_tools_make(tmp_path: Path) -> None:
    write(
        tmp_path,
        *("a.py", "src/build/x.py", "src/x.egg-info/PKG-INFO", ".git/HEAD", ".nox/t/x"),
        *("build/lib/a.py", "dist/a.whl", "__pycache__/a.pyc", "env/pyvenv.cfg", "env/lib/x.py"),
        *("state/logs/x.log", "node_modules/x.js", ".github/workflows/ci.yml"),
    )
    names = [name for name, _ in tree.files(tmp_path, [tmp_path / "state"])]
    assert names == [".github/workflows/ci.yml", "a.py", "src/build/x.py"]


def test_a_package_called_build_is_source(tmp_path: Path) -> None:
    write(tmp_path, "build/__init__.py", "dist/__init__.py")
    assert len(list(tree.files(tmp_path))) == 2


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.py").write_text("other"),
        lambda folder: (folder / "a.py").chmod(0o755),
        lambda folder: (folder / "a.py").rename(folder / "b.py"),
        lambda folder: (folder / "new").write_text(""),
        lambda folder: [(folder / "link").unlink(), (folder / "link").symlink_to("other")],
    ],
)
def test_each_change_of_a_tree_changes_its_digest(tmp_path: Path, change: Change) -> None:
    write(tmp_path, "a.py", "sub/b.py")
    (tmp_path / "link").symlink_to("a.py")
    before = tree.digest(tmp_path)
    (tmp_path / "a.py").touch()
    write(tmp_path, "__pycache__/a.pyc")
    assert tree.digest(tmp_path) == before
    change(tmp_path)
    assert tree.digest(tmp_path) != before


def test_a_copy_is_the_same_tree(tmp_path: Path) -> None:
    write(tmp_path / "p", "a.py", "sub/b.sh", ".git/HEAD")
    (tmp_path / "p" / "sub" / "b.sh").chmod(0o755)
    (tmp_path / "p" / "link").symlink_to("sub")
    os.mkfifo(tmp_path / "p" / "pipe")
    tree.copy(tmp_path / "p", tmp_path / "copy")
    assert tree.digest(tmp_path / "copy") == tree.digest(tmp_path / "p")
    assert not (tmp_path / "copy" / ".git").exists()
    assert (tmp_path / "copy" / "link").readlink() == Path("sub")


def linked(tmp_path: Path, target: str, *, repository: bool = True) -> Path:
    """A project in a repository, with a link from `p/sub/link` to `target`."""
    root = tmp_path / "root"
    write(root, "p/a.py", "p/sub/b.py", "shared/data.txt", "shared/deep/c.txt", "shared/.venv/x")
    write(tmp_path, "beside/secret.txt")
    if repository:
        write(root, ".git/config")
    (root / "p" / "sub" / "link").symlink_to(target)
    return root / "p"


def test_what_a_link_leads_to_in_the_repository_comes_along(tmp_path: Path) -> None:
    project = linked(tmp_path, "../../shared/data.txt")
    (project / "all").symlink_to("../shared")
    (project / ".venv").symlink_to("../shared/.venv")
    (project.parent / "shared" / "back").symlink_to("../p")
    (project.parent / "shared" / "round").symlink_to("deep/..")
    assert tree.leads_out(project) is None
    before = tree.digest(project)
    tree.copy(project, tmp_path / "copy")
    assert not (tmp_path / "copy" / "sub" / "link").is_symlink()
    assert (tmp_path / "copy" / "sub" / "link").read_text() == "shared/data.txt"
    assert (tmp_path / "copy" / "all" / "deep" / "c.txt").is_file()
    assert not (tmp_path / "copy" / "all" / ".venv").exists()
    assert not (tmp_path / "copy" / ".venv").exists()
    assert tree.digest(tmp_path / "copy") == before
    (project.parent / "shared" / "deep" / "c.txt").write_text("other")
    assert tree.digest(project) != before


@pytest.mark.parametrize(
    ("target", "repository"),
    [
        ("../../../beside/secret.txt", True),
        ("../../.git/config", True),
        ("../..", True),
        ("../../shared/data.txt", False),
    ],
)
def test_what_lies_elsewhere_is_not_copied_and_the_link_is_named(
    tmp_path: Path, target: str, repository: bool
) -> None:
    project = linked(tmp_path, target, repository=repository)
    assert tree.leads_out(project) == f"sub/link -> {target}"
    tree.copy(project, tmp_path / "copy")
    assert (tmp_path / "copy" / "sub" / "link").readlink() == Path(target)


@pytest.mark.parametrize("target", ["../a.py", "../../p/a.py", "nowhere", "/etc/hosts", "link"])
def test_links_that_lead_to_the_same_from_a_copy_are_left(tmp_path: Path, target: str) -> None:
    project = linked(tmp_path, target)
    assert tree.leads_out(project) is None
    tree.copy(project, tmp_path / "copy")
    assert (tmp_path / "copy" / "sub" / "link").readlink() == Path(target)


def test_git_history_comes_along_where_the_version_is_made_of_it(tmp_path: Path) -> None:
    write(tmp_path / "p", ".git/HEAD")
    (tmp_path / "p" / "pyproject.toml").write_text("[tool.setuptools_scm]\n")
    tree.copy(tmp_path / "p", tmp_path / "copy")
    assert (tmp_path / "copy" / ".git" / "HEAD").exists()


# Keys


def key_of(
    project: MatrixProject, others: tuple[MatrixProject, ...] = (), **changes: object
) -> str:
    plan = CellPlan(
        project=project,
        python=HERE,
        session="tests",
        origin=Origin.GENERATED,
        interpreter=INTERPRETER,
    )
    everything = {one.name: one for one in (project, *others)}
    digests = {name: tree.digest(one.folder) for name, one in everything.items()}
    return keys.key(
        replace(plan, **changes),  # type: ignore[arg-type]
        digests,
        needs.needed(everything)[project.name],
        {"DB": "1"},
    )


def test_a_key_changes_with_what_could_change_the_outcome(tmp_path: Path) -> None:
    core = make(tmp_path, "core", {"a.py": ""})
    middle = make(tmp_path, "middle", {"a.py": ""}, requires=("core",))
    top = make(tmp_path, "top", {"a.py": ""}, requires=("middle",))
    first = key_of(top, (middle, core))
    assert key_of(top, (middle, core)) == first
    variants = [
        key_of(top, (middle, core), session="other"),
        key_of(top, (middle, core), interpreter=replace(INTERPRETER, build="b2")),
        key_of(top, (middle, core), interpreter=replace(INTERPRETER, release="3.13.1")),
        key_of(top, (middle, core), origin=Origin.OWN),
        key_of(replace(top, preset=replace(top.preset, extras=("x",))), (middle, core)),
        key_of(replace(top, preset=replace(top.preset, environment=("DB",))), (middle, core)),
    ]
    (core.folder / "a.py").write_text("changed, two levels below")
    variants.append(key_of(top, (middle, core)))
    assert len({first, *variants}) == len(variants) + 1
    # A longer deadline or another try changes no outcome that is kept.
    longer = replace(top, preset=replace(top.preset, timeout=9, retries=3))
    assert key_of(longer, (middle, core)) == variants[-1]


def test_projects_that_need_each_other_have_keys(tmp_path: Path) -> None:
    one = make(tmp_path, "one", {"a.py": ""}, requires=("two",))
    two = make(tmp_path, "two", {"a.py": ""}, requires=("one", "elsewhere"))
    assert needs.required(one, {"one": one, "two": two}) == ("two",)
    assert key_of(one, (two,)) != key_of(two, (one,))


def test_a_library_that_only_a_test_extra_names_is_needed(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[project.optional-dependencies]\ntest = ["Test_Helpers>=1"]\n'}
    fleet = [
        make(tmp_path, "app", files),
        make(tmp_path, "test-helpers", {"a.py": ""}, requires=("core",)),
        make(tmp_path, "core", {"a.py": ""}),
        make(tmp_path, "helpers", {"a.py": ""}),
    ]
    assert needs.needed({one.name: one for one in fleet}) == {
        "app": ("core", "test-helpers"),
        "test-helpers": ("core",),
        "core": (),
        "helpers": (),
    }


# Environment


def test_only_a_short_list_is_passed(tmp_path: Path) -> None:
    source = {
        "PATH": "/usr/bin",
        "HOME": "/home/me",
        "GITHUB_TOKEN": "canary",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "PYTHONPATH": "/canary",
        "VIRTUAL_ENV": "/canary",
        "PYTEST_ADDOPTS": "--canary",
        "LC_ALL": "C.UTF-8",
        "HTTPS_PROXY": "http://me:canary@proxy:3128",
        "UV_DEFAULT_INDEX": "https://canary@index.example/simple",
        "UV_INDEX": "https://index.example/simple",
        "DB": "yes",
        "DB_URL": "postgres://me:canary@host/db",
    }
    cleaned = environment.cleaned(
        source, home=tmp_path, cache=tmp_path / "uv", also=("DB", "DB_URL")
    )
    assert "canary" not in json.dumps(cleaned)
    assert cleaned["HOME"] == str(tmp_path)
    assert cleaned["UV_INDEX"] == "https://index.example/simple"
    assert (cleaned["LC_ALL"], cleaned["DB"]) == ("C.UTF-8", "yes")
    assert cleaned["UV_PYTHON_DOWNLOADS"] == cleaned["NOX_DOWNLOAD_PYTHON"] == "never"


@pytest.mark.parametrize(
    ("content", "copied"),
    [
        ('[[index]]\nurl = "https://index.example/simple"\n', True),
        ('[[index]]\nurl = "https://me:secret@index.example/simple"\n', False),
    ],
)
def test_uv_settings_come_along_without_credentials(
    tmp_path: Path, content: str, copied: bool
) -> None:
    settings = tmp_path / "me" / ".config" / "uv" / "uv.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(content)
    environment.copy_uv_settings({"HOME": str(tmp_path / "me")}, tmp_path / "cell")
    assert (tmp_path / "cell" / ".config" / "uv" / "uv.toml").exists() is copied


# Overrides, extras, generated noxfiles


def test_an_override_names_every_project_of_the_fleet(tmp_path: Path) -> None:
    wheel = tmp_path / "nw_core-1.0-py3-none-any.whl"
    built = {
        "nw-core": builds.Built(wheel=wheel),
        "nw-broken": builds.Built(reason="it does not build"),
    }
    files = wheels.write(
        ["nw-core", "nw-broken", "nw-else"], built, ['"nw_core[fast]>=1"'], tmp_path
    )
    lines = files.uv.read_text().splitlines()
    assert lines[1] == f"nw-core[fast] @ {wheel.as_uri()}"
    assert lines[0].startswith("nw-broken @ file:///")
    assert lines[0].endswith("/not-built/nw_broken-0-py3-none-any.whl")
    assert lines[2].startswith("nw-else @ file:///")
    assert files.pip.read_text().splitlines()[1] == f"nw-core @ {wheel.as_uri()}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"nw-core[fast, slow]>=1"', "[fast,slow]"),
        ("Requires-Dist: NW.Core [Fast]", "[Fast]"),
        ('nw-core = { version = "^1", extras = ["a"] }', "[a]"),
        ("nw-core>=1", ""),
        ("nw-core-more[x] my-nw-core[y]", ""),
    ],
)
def test_extras_of_a_requirement(text: str, expected: str) -> None:
    assert extras.wanted("nw-core", text) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[project.optional-dependencies]\ndev = []\ntest = []\n"}, ".[test]"),
        ({"pyproject.toml": "[tool.poetry.extras]\nTests = []\n"}, ".[Tests]"),
        ({"setup.cfg": "[metadata]\nname = a\n[options.extras_require]\ntesting =\n x\n"},
         ".[testing]"),
        ({"setup.py": "E = {'test': ['x']}\nsetup(extras_require=E)\n"}, ".[test]"),
        ({"setup.py": "setup(extras_require={**x, 'dev': []})\n"}, ".[dev]"),
        ({"pyproject.toml": "[project]\n[dependency-groups]\ntest = []\n"}, "'--group', 'test'"),
        ({"pyproject.toml": "[project]\n"}, "'-e', '.', 'pytest'"),
        ({"setup.py": "setup(("}, "'-e', '.', 'pytest'"),
    ],
)  # fmt: skip
def test_a_generated_noxfile_takes_the_test_extra(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    text = generated.noxfile(tmp_path, "3.13", ("test", "tests", "testing", "dev"))
    compile(text, "noxfile.py", "exec")
    assert expected in text


def test_what_is_installable(tmp_path: Path) -> None:
    assert not generated.is_installable(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    (tmp_path / "setup.cfg").write_text("[flake8]\n")
    assert not generated.is_installable(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.poetry]\n")
    assert generated.is_installable(tmp_path)


def test_sessions_that_differ_in_punctuation_have_their_own_logs(tmp_path: Path) -> None:
    project = make(tmp_path, "a", package("a"))
    plan = CellPlan(project=project, python=HERE, session="tests", origin=Origin.OWN)
    assert log_name(plan) == f"logs/a/{HERE}-tests.log"
    names = {log_name(replace(plan, session=name)) for name in ("t(d='1')", "t(d=1)", "t-d-1")}
    assert len(names) == 3
    assert not any("(" in name or "'" in name for name in names)


# Documents and baselines

CELL = Cell(
    project="b",
    python=python("3.13"),
    session="tests",
    status=CellStatus.PASSED,
    seconds=1.239,
    key="k",
    counts={"skipped": 1, "passed": 2},
)


def test_a_document_tells_when_each_cell_was_run() -> None:
    today, earlier = dt.date(2026, 11, 21), dt.date(2026, 11, 9)
    cells = {
        "run": CELL,
        "stored": CELL._replace(cached=True, key="old"),
        "lost": CELL._replace(cached=True, key="gone"),
        "left": CELL._replace(status=CellStatus.NOT_RUN, key=""),
    }
    said = {
        name: to_document([cell], {}, today, {"old": earlier})["cells"][0]["as_of"]
        for name, cell in cells.items()
    }
    assert said == {"run": "2026-11-21", "stored": "2026-11-09", "lost": None, "left": None}
    assert "as_of" not in to_document([CELL], {}, today)["cells"][0]


def test_a_document_is_sorted_and_comes_back() -> None:
    cells = [CELL, CELL._replace(python=python("3.9")), CELL._replace(project="a", seconds=None)]
    interpreters = {HERE: INTERPRETER}
    document = to_document(cells, interpreters, dt.date(2026, 11, 21))
    text = json.dumps(document)
    assert text == json.dumps(to_document(reversed(cells), interpreters, dt.date(2026, 11, 21)))
    assert document["interpreters"] == {str(HERE): "3.13.0"}
    assert [row["python"] for row in document["cells"]] == ["3.13", "3.9", "3.13"]
    back = from_document(json.loads(text))
    assert back == sorted(
        (cell._replace(seconds=cell.seconds and 1.24) for cell in cells),
        key=lambda cell: (cell.project, cell.python),
    )


@pytest.mark.parametrize(
    "document", [{}, {"schema": "pylife/matrix-run/2"}, {"schema": "pylife/matrix-run/1"},
                 {"schema": "pylife/matrix-run/1", "cells": [{"project": "a"}]}]
)  # fmt: skip
def test_another_document_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(StateError, match="run the matrix again"):
        from_document(document)


def test_a_failure_that_the_baseline_has_too_is_not_the_candidates(tmp_path: Path) -> None:
    project = make(tmp_path, "b", {}, baseline=python("3.12"))
    failed = CELL._replace(status=CellStatus.FAILED, reason="boom")
    cells = [
        failed._replace(python=python("3.12")),
        failed._replace(python=python("3.13")),
        failed._replace(python=python("3.14"), session="other"),
        failed._replace(python=python("3.14"), status=CellStatus.TIMEOUT),
    ]
    first, second, third, fourth = baseline.compare(cells, [project])
    assert first.status is third.status is CellStatus.FAILED
    assert second.status is CellStatus.FAILS_ON_BASELINE
    assert second.reason == "it fails on 3.12 too; here: boom"
    assert fourth.status is CellStatus.TIMEOUT
    well = cells[0]._replace(status=CellStatus.PASSED)
    assert baseline.compare([well, cells[1]], [project])[1].status is CellStatus.FAILED

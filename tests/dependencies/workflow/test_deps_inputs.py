"""What a project requires, read of every kind of file, executing nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import Requirement

from pylife.declarations import versions
from pylife.workflow.dependencies.inputs import Inputs, Sort, read
from pylife.workflow.dependencies.inputs.poetry import marker, specifier
from tests.conftest import MakeTree


def inputs(tree: MakeTree, files: Mapping[str, str | bytes], **given: object) -> Inputs:
    root = tree(files)
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return read(root, names, **given)  # type: ignore[arg-type] # as the test gives it


def texts(found: Inputs, key: str = "run") -> list[str]:
    group = next(group for group in found.groups if group.key == key)
    return [line.text for line in group.lines]


def unknown(found: Inputs, key: str = "run") -> tuple[str, ...]:
    return next(group for group in found.groups if group.key == key).unknown


PROJECT = """
[project]
name = "My.Lib"
version = "1.2"
requires-python = ">=3.10"
dependencies = [
    "numpy >=1.2,<2 ; python_version < '3.13'",
    "requests[socks]>=2",
]
[project.optional-dependencies]
gpu = ["torch>=2"]
all = ["my-lib[gpu]", "rich"]
[dependency-groups]
test = ["pytest>=8"]
dev = [{include-group = "test"}, "ruff", "my-lib[gpu]"]
"""


def test_a_standard_project(tree: MakeTree) -> None:
    found = inputs(tree, {"pyproject.toml": PROJECT})
    assert (found.name, found.version, found.requires_python) == ("my-lib", "1.2", ">=3.10")
    run = ['numpy<2,>=1.2; python_version < "3.13"', "requests[socks]>=2"]
    assert texts(found) == run
    assert texts(found, "extra:gpu") == [*run, "torch>=2"]
    assert texts(found, "extra:all") == [*run, "torch>=2", "rich"]
    assert texts(found, "group:test") == ["pytest>=8"]
    assert texts(found, "group:dev") == ["pytest>=8", "ruff", *run, "torch>=2"]
    line = found.groups[0].lines[1]
    assert (line.raw, line.file, line.line) == ("requests[socks]>=2", "pyproject.toml", 8)
    assert not any(group.unknown for group in found.groups)


def test_groups_that_include_each_other_end(tree: MakeTree) -> None:
    text = "[dependency-groups]\na = [{include-group = 'b'}]\nb = [{include-group = 'a'}, 'x']\n"
    found = inputs(tree, {"pyproject.toml": text})
    assert texts(found, "group:b") == ["x"]
    assert "includes itself" in unknown(found, "group:a")[0]


@pytest.mark.parametrize(
    ("dynamic", "files", "wanted", "known"),
    [
        ("[tool.setuptools.dynamic]\ndependencies = {file = ['req.in']}", {"req.in": "six\n"}, ["six"], True),
        (
            "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['r.txt']",
            {"r.txt": "six>=1 # why\n"},
            ["six>=1"],
            True,
        ),
        ("", {"setup.py": "from setuptools import setup\nsetup(install_requires=['six'])"}, ["six"], True),
        ("[tool.poetry.dependencies]\npython='^3.10'\nsix='^1.2'", {}, ["six<2,>=1.2"], True),
        ("", {}, [], False),
        ("[tool.setuptools.dynamic]\ndependencies = {file = 'gone.txt'}", {}, [], False),
    ],
)  # fmt: skip
def test_what_is_dynamic_is_followed_or_not_known(
    tree: MakeTree, dynamic: str, files: dict[str, str], wanted: list[str], known: bool
) -> None:
    text = f"[project]\nname = 'a'\ndynamic = ['dependencies']\n{dynamic}\n"
    found = inputs(tree, {"pyproject.toml": text, **files})
    assert texts(found) == wanted
    assert bool(unknown(found)) is not known


POETRY = """
[tool.poetry]
name = "a"
version = "1.0"
[tool.poetry.dependencies]
python = "^3.10"
caret = "^1.2.3"
tilde = "~1.2"
star = "*"
exact = "1.4"
zero = "^0.3"
table = { version = "^2", extras = ["x"], python = ">=3.11,<3.13", allow-prereleases = true }
marked = { version = ">=1", markers = "sys_platform == 'linux'", platform = "linux" }
several = [{version = "<2", python = "<3.12"}, {version = ">=2", python = ">=3.12"}]
either = "^1.2 || ^2.0"
gap = "<1 || >=3"
maybe = { version = ">=1", optional = true }
code = { git = "https://git.example/code.git", tag = "v1" }
here = { path = "../here" }
there = { version = "1", source = "own" }
[tool.poetry.extras]
more = ["maybe"]
wrong = ["nothing"]
[tool.poetry.group.dev.dependencies]
pytest = "^8"
"""


def test_poetry(tree: MakeTree) -> None:
    found = inputs(tree, {"pyproject.toml": POETRY})
    run = texts(found)
    assert run == [
        "caret<2,>=1.2.3",
        "tilde<1.3,>=1.2",
        "star",
        "exact==1.4",
        "zero<0.4,>=0.3",
        'table[x]<3,>=2; python_version < "3.13" and python_version >= "3.11"',
        'marked>=1; sys_platform == "linux" and sys_platform == "linux"',
        'several<2; python_version < "3.12"',
        'several>=2; python_version >= "3.12"',
        "either<3,>=1.2",
        "code @ git+https://git.example/code.git",
        "here @ file:../here",
        "there==1",
    ]
    assert found.requires_python == "<4,>=3.10"
    assert texts(found, "extra:more") == [*run, "maybe>=1"]
    assert texts(found, "group:dev") == ["pytest<9,>=8"]
    assert found.prereleases == ("table",)
    assert found.pinned == (("there", "own"),)
    assert unknown(found) == (
        "pyproject.toml:16: gap = \"<1 || >=3\": '<1 || >=3' is no single range of PEP 440",
    )
    assert "is no dependency" in unknown(found, "extra:wrong")[-1]


@given(
    st.sampled_from(
        ["^3.9", "~3.10", ">=3.9,<3.13", "3.11.*", ">=3.9.2", "<3.10 || >=3.12", "^3.8.1"]
    )
)
def test_a_range_of_pythons_means_the_same_as_its_marker(text: str) -> None:
    """Checked on every patch release that may matter, with packaging as the judge of both."""
    made = Marker(marker({"python": text}))
    wanted = [versions.poetry(part.strip()) for part in text.split("||")]
    for minor in range(7, 16):
        for patch in (0, 1, 2, 9):
            full = f"3.{minor}.{patch}"
            environment = {"python_version": f"3.{minor}", "python_full_version": full}
            assert made.evaluate(environment) is any(one.contains(full) for one in wanted), full


def test_a_package_with_a_union_that_is_one_range() -> None:
    assert (
        Requirement("a" + specifier("^1 || ^2 || >=3")).specifier == Requirement("a>=1").specifier
    )


SETUP_PY = """
from pathlib import Path
from setuptools import setup
HERE = Path(__file__).parent
BASE = ["six>=1"]
with open("extra.txt") as file:
    EXTRA = file.read().splitlines()
setup(
    name="a",
    version="2.0",
    python_requires=">=3.8",
    install_requires=BASE + ["attrs"],
    extras_require={
        "more": EXTRA,
        "old:python_version < '3.9'": ["backport"],
        ":sys_platform == 'win32'": ["colorama"],
        "lost": compute(),
    },
)
"""


def test_setup_py_is_read_and_not_run(tree: MakeTree) -> None:
    found = inputs(tree, {"setup.py": SETUP_PY, "extra.txt": "rich\n# no\nclick>=8\n"})
    run = ["six>=1", "attrs", 'colorama; sys_platform == "win32"']
    assert texts(found) == run
    assert texts(found, "extra:more") == [*run, "rich", "click>=8"]
    assert texts(found, "extra:old") == [*run, 'backport; python_version < "3.9"']
    assert "computed" in unknown(found, "extra:lost")[0]
    assert (found.name, found.version, found.requires_python) == ("a", "2.0", ">=3.8")


@pytest.mark.parametrize(
    ("how", "known"),
    [
        ("open('requirements.txt').read().splitlines()", True),
        ("(HERE / 'requirements.txt').read_text().split('\\n')", True),
        ("[line.strip() for line in open('requirements.txt')]", True),
        ("load('requirements.txt')", False),
        ("['six'] if WINDOWS else []", False),
    ],
)
def test_setup_py_that_reads_a_requirements_file(tree: MakeTree, how: str, known: bool) -> None:
    text = f"from setuptools import setup\nsetup(name='a', install_requires={how})\n"
    found = inputs(tree, {"setup.py": text, "requirements.txt": "six\nattrs>=1\n"})
    assert texts(found) == (["six", "attrs>=1"] if known else [])
    assert bool(unknown(found)) is not known


def test_setup_cfg_with_files_and_pbr(tree: MakeTree) -> None:
    cfg = "[metadata]\nname = a-b\nversion = attr: a.__version__\n[options]\ninstall_requires =\n  six>=1\n  # no\n  attrs; python_version<'3.12'\n[options.extras_require]\nx = file: x.txt\n"
    found = inputs(
        tree, {"setup.cfg": cfg, "x.txt": "rich\n", "a/__init__.py": "__version__ = '3.1'\n"}
    )
    assert texts(found, "extra:x") == ["six>=1", 'attrs; python_version < "3.12"', "rich"]
    assert (found.name, found.version) == ("a-b", "3.1")
    pbr = inputs(
        tree,
        {
            "setup.cfg": "[metadata]\nname = o\n",
            "setup.py": "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n",
            "requirements.txt": "oslo.config>=5\n",
        },
    )
    assert texts(pbr) == ["oslo.config>=5"]


REQUIREMENTS = """\
--index-url https://index.example/simple
--extra-index-url=https://more.example/simple
-f wheels
--pre
-r base/one.txt
-c constraints.txt
numpy==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
pandas >= 2 # a comment
${NAME}>=1
-e .[gpu]
-e ../other
./local/thing
git+https://git.example/x.git@v1#egg=fromgit[a]
https://files.example/y-1.0-py3-none-any.whl
z @ https://files.example/z-1.0-py3-none-any.whl
this is nothing
"""


def test_a_requirements_file(tree: MakeTree) -> None:
    found = inputs(
        tree,
        {
            "requirements.txt": REQUIREMENTS,
            "base/one.txt": "six\n-r two.txt\n-r ../requirements.txt\n",
            "base/two.txt": "attrs\n-r gone.txt\n",
            "constraints.txt": "six<2\n",
            "wheels/.keep": "",
        },
        environment={"NAME": "rich"},
    )
    assert texts(found) == [
        "six",
        "attrs",
        "numpy==1.0",
        "pandas>=2",
        "rich>=1",
        "fromgit[a] @ git+https://git.example/x.git@v1#egg=fromgit[a]",
        "z @ https://files.example/z-1.0-py3-none-any.whl",
    ]
    run = found.groups[0]
    assert run.constraints == ("six<2",)
    assert run.options.default is not None
    assert run.options.default.url == "https://index.example/simple"
    assert [index.url for index in run.options.indexes] == ["https://more.example/simple"]
    assert run.options.pre
    assert Path(run.options.find_links[0]).name == "wheels"
    assert [item.path for item in run.local] == ["../other", "local/thing"]
    assert [reason.partition(": ")[0] for reason in run.unknown] == [
        "base/two.txt:2",
        "requirements.txt:16",
        "requirements.txt:18",
        "requirements.txt",
    ]
    assert run.unknown[-1] == "requirements.txt: the project has no extra gpu"
    numbers = {line.text: (line.file, line.line) for line in run.lines}
    assert numbers["numpy==1.0"] == ("requirements.txt", 7)
    assert numbers["pandas>=2"] == ("requirements.txt", 10)


def test_nothing_outside_of_the_repository_is_read(tree: MakeTree, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("token\n")
    found = inputs(tree, {"requirements.txt": "-r ../secret.txt\nsix\n"})
    assert texts(found) == ["six"]
    assert "outside of the repository" in unknown(found)[0]


def test_which_file_is_the_plain_set(tree: MakeTree) -> None:
    made = "# This file is autogenerated by pip-compile\nsix==1.16\n"
    found = inputs(
        tree, {"requirements.in": "six\n", "requirements.txt": made, "requirements/test.txt": "t\n"}
    )
    assert texts(found) == ["six"]
    assert texts(found, "file:requirements.txt") == ["six==1.16"]
    assert [group.compiled for group in found.groups] == [False, True, False]
    nothing = inputs(tree, {"README.md": "x"})
    assert nothing.run is not None  # the tree is the same folder: requirements.in stays


def test_conda_and_pipfile(tree: MakeTree) -> None:
    conda = (
        "dependencies:\n- python=3.10\n- pip\n- numpy=1.2\n- pip:\n  - mlflow==2\n  - -r more.txt\n"
    )
    found = inputs(tree, {"conda.yaml": conda, "more.txt": "rich\n"})
    assert texts(found) == ["mlflow==2", "rich"]
    assert unknown(found) == ("conda.yaml: conda installs numpy",)


def test_pipfile(tree: MakeTree) -> None:
    pipfile = """
[[source]]
url = "https://index.example/simple/"
name = "own"
[packages]
six = "*"
attrs = ">=1"
rich = {version = "==13", extras = ["x"], sys_platform = "== 'linux'", index = "own"}
code = {git = "https://git.example/c.git"}
[dev-packages]
pytest = "*"
"""
    found = inputs(tree, {"Pipfile": pipfile})
    assert texts(found) == [
        "six",
        "attrs>=1",
        'rich[x]==13; sys_platform == "linux"',
        "code @ git+https://git.example/c.git",
    ]
    assert texts(found, "group:dev") == ["pytest"]
    assert found.pinned == (("rich", "own"),)
    default = found.groups[0].options.default
    assert default is not None
    assert default.url == "https://index.example/simple"


def test_what_uv_is_told(tree: MakeTree) -> None:
    text = """
[project]
name = "a"
dependencies = ["own", "torch", "code"]
[tool.uv]
constraint-dependencies = ["six<2"]
override-dependencies = ["attrs>=1"]
prerelease = "allow"
[tool.uv.sources]
own = { workspace = true }
torch = { index = "pytorch" }
code = { git = "https://git.example/c.git" }
"""
    found = inputs(tree, {"pyproject.toml": text})
    assert (found.constraints, found.overrides) == (("six<2",), ("attrs>=1",))
    assert found.options.pre
    assert found.pinned == (("torch", "pytorch"),)
    assert texts(found) == ["own @ file:.", "torch", "code @ git+https://git.example/c.git"]


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_a_broken_metadata_file_is_not_nothing(tree: MakeTree, name: str) -> None:
    found = inputs(tree, {name: "[[[ not = this\n"})
    assert found.run is not None
    assert found.run.unknown
    assert name in found.problems[0]


def test_absent_and_empty_differ(tree: MakeTree) -> None:
    assert inputs(tree, {"README.md": ""}).run is None
    empty = inputs(tree, {"pyproject.toml": "[project]\nname = 'a'\ndependencies = []\n"}).run
    assert empty is not None
    assert (empty.lines, empty.unknown, empty.sort) == ((), (), Sort.RUN)


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"pyproject.toml": "[project]\nname='a'\ndynamic=['version']\n[tool.hatch.version]\npath='a.py'", "a.py": "__version__ = '1.5'\n"}, "1.5"),
        ({"pyproject.toml": "[project]\nname='a'\ndynamic=['version']\n[tool.setuptools.dynamic]\nversion={attr='a.V'}", "src/a/__init__.py": "V = '1.6'\n"}, "1.6"),
        ({"pyproject.toml": "[project]\nname='a'\ndynamic=['version']\n[tool.setuptools.dynamic]\nversion={file='VERSION'}", "VERSION": "1.7\n"}, "1.7"),
        ({"pyproject.toml": "[build-system]\nbuild-backend='flit_core.buildapi'\n[project]\nname='a'\ndynamic=['version']", "a.py": "'''A.'''\n__version__ = '1.8'\n"}, "1.8"),
        ({"pyproject.toml": "[project]\nname='a'\ndynamic=['version']\n[tool.hatch.version]\nsource='vcs'"}, None),
        ({"setup.py": "from setuptools import setup\nimport os\nsetup(name='a', version=os.environ['V'])"}, None),
    ],
)  # fmt: skip
def test_versions(tree: MakeTree, files: dict[str, str], version: str | None) -> None:
    assert inputs(tree, files).version == version


@pytest.mark.parametrize("name", ["/elsewhere/x", "../../x", "a/b", "a b", "-a", "ä"])
def test_what_is_no_name_of_a_distribution_names_nothing(tree: MakeTree, name: str) -> None:
    found = inputs(tree, {"pyproject.toml": f"[project]\nname = '{name}'\nversion = '1'\n"})
    assert found.name is None
    assert not found.is_package

"""The house's floors: imports go downward only, and effects stay where they belong."""

import ast
from pathlib import Path

import pytest

import pylife

PACKAGE = Path(pylife.__file__).parent

# From the ground up; modules on one floor do not import each other, but for a
# floor that is one package.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"model"}),
    frozenset({"resources"}),
    frozenset({"syntax"}),
    frozenset({"calendar"}),
    frozenset({"platforms", "releases"}),
    frozenset({"policy", "fleet", "declarations", "source", "dependencies", "evidence", "formats"}),
    frozenset({"rules", "matrix", "upgrade", "forges", "site"}),
    frozenset({"workflow"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
LEVEL = {name: level for level, floor in enumerate(FLOORS) for name in floor}
HTTP = {
    "http.client",
    "urllib.request",
    "requests",
    "httpx",
    "urllib3",
    "socket",
    "github3",
    "pypi_simple",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downward(path: Path) -> None:
    own = room(path)
    if own == "__init__":
        assert not {name for name in imports(ast.parse(path.read_text())) if "pylife" in name}
        return
    for name in imports(ast.parse(path.read_text())):
        parts = name.split(".")
        if parts[0] != "pylife" or len(parts) < 2 or parts[1] == "__version__":
            continue
        other = parts[1]
        assert other in LEVEL, f"{name}: on which floor is {other}?"
        assert other == own or LEVEL[other] < LEVEL[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_command_line_prints_exits_and_reads_the_clock(path: Path) -> None:
    if room(path) in {"cli", "__main__"}:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "exit", "sys.exit", "os._exit", "click.echo"}
            assert not called.endswith((".today", ".utcnow", "datetime.now", "dt.now"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_forges_and_dependencies_speak_http(path: Path) -> None:
    if room(path) not in {"forges", "dependencies"}:
        assert not imports(ast.parse(path.read_text())) & HTTP


@pytest.mark.parametrize("room_name", ["rules", "formats"])
def test_rules_and_formats_touch_neither_disk_nor_processes(room_name: str) -> None:
    forbidden = {"os", "subprocess", "pathlib", "shutil", "tempfile", "io", "time"}
    for path in (PACKAGE / room_name).rglob("*.py"):
        assert not imports(ast.parse(path.read_text())) & forbidden, path.name

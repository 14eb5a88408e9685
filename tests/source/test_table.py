"""The table of the standard library, against what interpreters have."""

import builtins
import importlib
import json
import lzma
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pylife.source.scanner import table, versions

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "tools" / "refresh_stdlib.py"
SOURCES = ROOT / "tools" / "sources" / "stdlib"
TABLE = table.load()
# Modules that an interpreter has whatever it was built with.
ALWAYS = ("ast", "asyncio", "builtins", "collections", "datetime", "email.utils", "inspect",
    "io", "json", "math", "os", "pathlib", "re", "string", "subprocess", "typing", "unittest")  # fmt: skip


@pytest.fixture(scope="module")
def real() -> dict[int, dict[str, Any]]:
    """What the stored interpreters showed, by minor version."""
    stored = json.loads(lzma.decompress((SOURCES / "interpreters.json.xz").read_bytes()))
    return {int(fact["python"].split(".")[1]): fact for fact in stored}


def tool(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    return importlib.import_module(name)


def test_it_is_as_exact_as_it_claims(
    real: dict[int, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreters = tool("stdlib_interpreters", monkeypatch).Interpreters(
        [real[minor] for _, minor in versions.VERSIONS],
        tomllib.loads((SOURCES / "stdlib.toml").read_text())["left_out"],
    )
    counts = tool("stdlib_report", monkeypatch).compare(versions.DATA.read_bytes(), interpreters)
    assert counts["modules"].share == 1, counts["modules"].wrong
    for kind, least in (("names", 90_000), ("top-level names", 15_000)):
        assert counts[kind].all > least
        assert counts[kind].share >= 0.995, counts[kind].wrong
        assert counts[f"{kind} that change"].share >= 0.985, counts[f"{kind} that change"].wrong


def test_the_report_finds_what_is_wrong(
    real: dict[int, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = [json.loads(json.dumps(real[minor])) for _, minor in versions.VERSIONS]
    del facts[-1]["modules"]["math"]["lcm"]
    del facts[-1]["modules"]["tomllib"]
    facts[-1]["listed"].remove("tomllib")
    interpreters = tool("stdlib_interpreters", monkeypatch).Interpreters(facts, [])
    counts = tool("stdlib_report", monkeypatch).compare(versions.DATA.read_bytes(), interpreters)
    assert any(wrong.startswith("math.lcm:") for wrong in counts["names"].wrong)
    assert any(wrong.startswith("tomllib:") for wrong in counts["modules"].wrong)


@pytest.mark.slow
def test_its_sources_give_it() -> None:
    checked = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "modules: " in checked.stdout


def test_the_running_interpreter_agrees() -> None:
    here = versions.mask([versions.running()])
    if not here:
        pytest.skip("the table does not know this Python")
    missing, extra = [], []
    for module in ALWAYS:
        loaded = builtins if module == "builtins" else importlib.import_module(module)
        for name in vars(loaded):
            if not name.startswith("_"):
                entry = TABLE.attribute(module, name)
                if entry is None or not entry.present & here:
                    missing.append(f"{module}.{name}")
        for name in getattr(loaded, "__all__", ()):
            entry = TABLE.attribute(module, name)
            if entry is not None and not entry.present & here and hasattr(loaded, name):
                extra.append(f"{module}.{name}")
    # Submodules that someone imported are attributes now, and patch releases add a name or two.
    missing = [name for name in missing if TABLE.module(name) is None]
    assert len(missing) <= 5, missing
    assert not extra


# name, first Python, first Python without it (or nothing)
SPANS = [
    ("tomllib:", "3.11", ""),
    ("zoneinfo:", "3.9", ""),
    ("annotationlib:", "3.14", ""),
    ("distutils:", "", "3.12"),
    ("distutils.core:", "", "3.12"),
    ("imp:", "", "3.12"),
    ("asyncore:", "", "3.12"),
    ("cgi:", "", "3.13"),
    ("lib2to3:", "", "3.13"),
    ("binhex:", "", "3.11"),
    ("formatter:", "", "3.10"),
    ("asyncio:TaskGroup", "3.11", ""),
    ("asyncio:TaskGroup.create_task", "3.11", ""),
    ("asyncio:coroutine", "", "3.11"),
    ("asyncio:to_thread", "3.9", ""),
    ("ast:Num", "", "3.14"),
    ("ast:unparse", "3.9", ""),
    ("builtins:ExceptionGroup", "3.11", ""),
    ("builtins:aiter", "3.10", ""),
    ("builtins:bytes.removesuffix", "3.9", ""),
    ("builtins:dict.__or__", "3.9", ""),
    ("builtins:int.bit_count", "3.10", ""),
    ("builtins:int.is_integer", "3.12", ""),
    ("builtins:str.removeprefix", "3.9", ""),
    ("collections:Mapping", "", "3.10"),
    ("collections:OrderedDict.__or__", "3.9", ""),
    ("configparser:SafeConfigParser", "", "3.12"),
    ("datetime:UTC", "3.11", ""),
    ("datetime:datetime.strptime", "", ""),
    ("email.utils:parsedate_to_datetime", "", ""),
    ("functools:cache", "3.9", ""),
    ("hashlib:file_digest", "3.11", ""),
    ("inspect:getargspec", "", "3.11"),
    ("itertools:batched", "3.12", ""),
    ("itertools:pairwise", "3.10", ""),
    ("locale:resetlocale", "", "3.13"),
    ("math:lcm", "3.9", ""),
    ("os.path:join", "", ""),
    ("os.path:splitroot", "3.12", ""),
    ("pathlib:Path.walk", "3.12", ""),
    ("pathlib:PosixPath.walk", "3.12", ""),
    ("pathlib:Path.link_to", "", "3.12"),
    ("pathlib:PurePath.is_relative_to", "3.9", ""),
    ("sys:exception", "3.11", ""),
    ("tempfile:SpooledTemporaryFile.readable", "3.11", ""),
    ("threading:Thread.isAlive", "", "3.9"),
    ("typing:Self", "3.11", ""),
    ("typing:override", "3.12", ""),
    ("typing:TypedDict", "", ""),
    ("unittest:makeSuite", "", "3.13"),
    ("unittest:TestCase.assertEquals", "", "3.12"),
    ("unittest:main", "", ""),
    ("winreg:OpenKey", "", ""),
    ("xml.etree.ElementTree:indent", "3.9", ""),
    ("zipimport:zipimporter.find_module", "", "3.12"),
]


@pytest.mark.parametrize(("name", "first", "gone"), SPANS)
def test_known_spans(name: str, first: str, gone: str) -> None:
    module, _, qualname = name.partition(":")
    entry = TABLE.attribute(module, qualname) if qualname else TABLE.module(module)
    expected = versions.at_least(versions.parse(first)) if first else versions.ALL
    if gone:
        expected &= versions.below(versions.parse(gone))
    assert entry is not None
    assert versions.names(entry.present) == versions.names(expected)
    assert entry.removal == versions.parse(gone) if gone else entry.removal is None


@pytest.mark.parametrize(
    ("name", "parameter", "first"),
    [
        ("builtins:zip", "strict", "3.10"),
        ("builtins:sum", "start", ""),
        ("dataclasses:dataclass", "slots", "3.10"),
        ("dataclasses:dataclass", "frozen", ""),
        ("itertools:batched", "strict", "3.13"),
        ("logging:basicConfig", "encoding", "3.9"),
        ("math:nextafter", "steps", "3.12"),
        ("shutil:rmtree", "onexc", "3.12"),
        ("subprocess:run", "capture_output", ""),
        ("subprocess:run", "process_group", "3.11"),
        ("asyncio:TaskGroup.create_task", "name", "3.11"),
        ("argparse:ArgumentParser", "exit_on_error", "3.9"),
        ("concurrent.futures:ThreadPoolExecutor.shutdown", "cancel_futures", "3.9"),
    ],
)
def test_known_parameters(name: str, parameter: str, first: str) -> None:
    module, _, qualname = name.partition(":")
    found = TABLE.parameters(module, qualname)
    expected = versions.at_least(versions.parse(first)) if first else versions.ALL
    assert found is not None
    assert versions.names(found[parameter]) == versions.names(expected)
    assert "no_such_parameter" not in found


def test_what_takes_any_keyword_says_so() -> None:
    assert TABLE.parameters("builtins", "dict") is None
    assert TABLE.parameters("json", "dumps") is None
    assert TABLE.parameters("json", "no_such_function") is None


@pytest.mark.parametrize(
    ("name", "since", "goes", "instead"),
    [
        ("asyncio:iscoroutinefunction", (3, 14), (3, 16), "inspect.iscoroutinefunction()"),
        ("cgi:", (3, 11), (3, 13), "urllib.parse and email.message"),
        ("datetime:datetime.utcnow", (3, 12), None, "datetime.now(datetime.UTC)"),
        ("distutils.command.build:", (3, 10), (3, 12), "setuptools or sysconfig"),
        ("os:popen", None, None, ""),
        ("profile:", (3, 15), (3, 17), "profiling.tracing"),
        ("threading:Thread.getName", (3, 10), None, "Thread.name"),
        ("time:clock", (3, 3), (3, 8), "time.perf_counter() or time.process_time()"),
        ("typing:ByteString", (3, 9), (3, 17), "collections.abc.Buffer"),
        ("unittest:TestCase.assertEquals", (3, 2), (3, 12), "assertEqual()"),
    ],
)
def test_known_deprecations(
    name: str, since: versions.Version | None, goes: versions.Version | None, instead: str
) -> None:
    module, _, qualname = name.partition(":")
    entry = TABLE.attribute(module, qualname) if qualname else TABLE.module(module)
    assert entry is not None
    assert (entry.deprecated, entry.removal, entry.instead) == (since, goes, instead)


def test_patch_releases_are_told() -> None:
    late = TABLE.attribute("tarfile", "data_filter")
    assert late is not None
    assert late.present == versions.ALL
    assert late.note == "since 3.8.17, 3.9.17, 3.10.12, 3.11.4"
    assert TABLE.note("tarfile", "TarFile.extractall", "filter") == late.note
    assert TABLE.note("tarfile", "TarFile.extractall", "path") == ""
    strict = TABLE.parameters("email.utils", "parseaddr")
    assert strict is not None
    assert strict["strict"] == versions.ALL


def test_unknown_names_are_not_called_missing() -> None:
    assert TABLE.module("numpy") is None
    assert TABLE.module("os.no_such_module") is None
    assert TABLE.attribute("os", "no_such_name") is None
    assert TABLE.attribute("pathlib", "Path.no_such_name") is None
    assert TABLE.attribute("numpy", "array") is None
    tests = TABLE.module("test.test_os")
    assert tests is not None
    assert tests.present == versions.ALL


def test_classes_results_and_values() -> None:
    assert TABLE.is_class("pathlib", "Path")
    assert TABLE.is_class("asyncio", "TaskGroup")
    assert not TABLE.is_class("os", "listdir")
    assert TABLE.result("pathlib", "Path") == ("pathlib", "Path")
    assert TABLE.result("pathlib", "PosixPath.cwd") == ("pathlib", "PosixPath")
    assert TABLE.result("subprocess", "run") == ("subprocess", "CompletedProcess")
    assert TABLE.result("os", "getcwd") == ("builtins", "str")
    assert TABLE.result("json", "loads") is None
    assert TABLE.instance("datetime", "UTC") == ("datetime", "timezone")
    assert TABLE.instance("pathlib", "Path.parent") == ("pathlib", "Path")
    assert TABLE.instance("string", "ascii_letters") == ("builtins", "str")


def test_every_fact_is_well_formed() -> None:
    for module in TABLE.modules():
        assert TABLE.module(module) is not None
        for name in TABLE.names(module):
            entry = TABLE.attribute(module, name)
            assert entry is not None
            assert 0 <= entry.present <= versions.ALL
            parameters = TABLE.parameters(module, name) or {}
            assert all(mask & ~versions.ALL == 0 for mask in parameters.values())
            for place in (TABLE.result(module, name), TABLE.instance(module, name)):
                assert place is None or TABLE.is_class(*place), (module, name, place)


def test_it_names_its_sources() -> None:
    assert len(TABLE.header["stubs"]) >= 2
    assert len(TABLE.header["interpreters"]) == len(versions.VERSIONS)
    assert all("names" in row for row in TABLE.header["stubs"])


def test_loading_is_lazy_and_quick() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from time import perf_counter\n"
        "from pylife.source.scanner import table, versions\n"
        "def once():\n"
        "    start = perf_counter(); found = table.Table(versions.DATA.read_bytes())\n"
        "    assert not found._read; return perf_counter() - start\n"
        "print(min(once() for _ in range(9)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert float(ran.stdout) < 0.015


def test_sets_of_pythons() -> None:
    assert versions.names(versions.at_least((3, 14))) == ["3.14", "3.15"]
    assert versions.names(versions.below((3, 10))) == ["3.8", "3.9"]
    assert versions.at_least((3, 10)) ^ versions.below((3, 10)) == versions.ALL
    assert versions.at_least((3,)) == versions.ALL
    assert versions.below((3,)) == versions.at_least((4, 0)) == 0
    both = versions.at_least((3, 12, 4)) & versions.below((3, 12, 4))
    assert versions.names(both) == ["3.12"]
    assert versions.versions(versions.mask([(3, 9), (2, 7)])) == [(3, 9)]

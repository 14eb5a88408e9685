"""The support map: what loads where, as pip itself sees it under real interpreters."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import packaging
import pytest
from packaging.version import Version

from pylife.dependencies.index import tags, targets
from pylife.dependencies.index.client import Client
from pylife.dependencies.index.pool import Pool
from pylife.dependencies.index.support import Support, covers
from pylife.dependencies.records import (
    Absent,
    Index,
    Indexes,
    Listed,
    Loads,
    Release,
    Strategy,
    Target,
    Unavailable,
)
from pylife.errors import UsageError
from pylife.model import PythonVersion
from tests.dependencies.served import Dist, Status, serve, write, write_flat

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LINUX = "manylinux_2_17_x86_64.manylinux2014_x86_64"


def on(python: str, platform: str = "linux-x86_64") -> Target:
    return Target(PythonVersion.parse(python), platform)


def support(folder: Path, dists: Sequence[Dist], **more: Sequence[Dist]) -> Support:
    """The support map of an index on disk that has `one`."""
    simple = write(folder, {"one": dists, **more})
    return Support(Client(Indexes((Index(str(simple)),)), lambda: NOON))


def listed(found: Listed | Absent | Unavailable) -> Listed:
    assert isinstance(found, Listed)
    return found


def release(folder: Path, dists: Sequence[Dist], target: Target) -> Release:
    (found,) = listed(support(folder, dists)("one", target)).releases
    return found


SDIST = Dist("1.0", "sdist")


@pytest.mark.parametrize(
    ("python", "dists", "wanted"),
    [
        ("3.13", [Dist("1.0", f"cp313-cp313-{LINUX}"), Dist("1.0"), SDIST], Loads.EXACT),
        ("3.13", [Dist("1.0", f"cp313-none-{LINUX}")], Loads.EXACT),
        ("3.13", [Dist("1.0", f"cp39-abi3-{LINUX}"), Dist("1.0"), SDIST], Loads.ABI3),
        ("3.13", [Dist("1.0", "py2.py3-none-any")], Loads.ANY),
        ("3.13", [Dist("1.0", f"py3-none-{LINUX}")], Loads.ANY),
        ("3.13", [Dist("1.0", f"cp312-cp312-{LINUX}"), SDIST], Loads.SDIST_ONLY),
        ("3.13", [Dist("1.0", f"cp314-abi3-{LINUX}")], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", "cp313-cp313-win_amd64")], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", "cp313-cp313-manylinux_2_34_x86_64")], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", "cp313-cp313t-" + LINUX)], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", "py2-none-any")], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", requires_python="<3.13")], Loads.EXCLUDED),
        ("3.13", [Dist("1.0", requires_python=">=3.14"), SDIST._replace(requires_python=">=3.14")], Loads.EXCLUDED),
        ("3.13", [Dist("1.0", requires_python="<3.13"), SDIST], Loads.SDIST_ONLY),
        ("3.13", [Dist("1.0", requires_python="<3.13"), Dist("1.0", "cp313-cp313-win32")], Loads.NO_WHEEL),
        # Free-threaded builds: PEP 703 and PEP 803.
        ("3.13t", [Dist("1.0", f"cp313-cp313t-{LINUX}")], Loads.EXACT),
        ("3.13t", [Dist("1.0", f"cp39-abi3-{LINUX}"), SDIST], Loads.SDIST_ONLY),
        ("3.13t", [Dist("1.0", f"cp313-cp313-{LINUX}")], Loads.NO_WHEEL),
        ("3.13t", [Dist("1.0")], Loads.ANY),
        ("3.15t", [Dist("1.0", f"cp315-abi3t-{LINUX}")], Loads.ABI3T),
        ("3.15t", [Dist("1.0", f"cp315-abi3.abi3t-{LINUX}")], Loads.ABI3T),
        ("3.15", [Dist("1.0", f"cp315-abi3.abi3t-{LINUX}")], Loads.ABI3),
        ("3.15", [Dist("1.0", f"cp315-abi3t-{LINUX}")], Loads.NO_WHEEL),
        ("3.14t", [Dist("1.0", f"cp315-abi3t-{LINUX}")], Loads.NO_WHEEL),
        # Tags that are none.
        ("3.13", [Dist("1.0", "x+y-none-any")], Loads.NO_WHEEL),
        ("3.13", [Dist("1.0", "py3..py2-none-any")], Loads.NO_WHEEL),
    ],
)  # fmt: skip
def test_how_a_release_loads(tmp_path: Path, python: str, dists: list[Dist], wanted: Loads) -> None:
    found = release(tmp_path, dists, on(python))
    assert found.loads is wanted
    assert found.usable is wanted.by_wheel


@pytest.mark.parametrize(
    ("platform", "tag", "wanted"),
    [
        ("linux-x86_64", "manylinux_2_28_x86_64", True),
        ("linux-x86_64", "manylinux1_x86_64", True),
        ("linux-x86_64", "linux_x86_64", True),
        ("linux-x86_64", "manylinux_2_28_aarch64", False),
        ("linux-x86_64", "musllinux_1_2_x86_64", False),
        ("linux-x86_64-glibc-2.17", "manylinux_2_28_x86_64", False),
        ("linux-x86_64-glibc-2.36", "manylinux_2_36_x86_64", True),
        ("x86_64-manylinux_2_36", "manylinux_2_36_x86_64", True),
        ("x86_64-manylinux2014", "manylinux_2_17_x86_64", True),
        ("x86_64-unknown-linux-gnu", "manylinux_2_28_x86_64", True),
        ("linux-aarch64", "manylinux2014_aarch64", True),
        ("linux-aarch64", "manylinux2010_x86_64", False),
        ("linux-aarch64-musl", "musllinux_1_2_aarch64", True),
        ("linux-x86_64-musl-1.1", "musllinux_1_2_x86_64", False),
        ("macos-arm64", "macosx_11_0_arm64", True),
        ("macos-arm64", "macosx_10_9_universal2", True),
        ("macos-arm64", "macosx_10_9_x86_64", False),
        ("macos-arm64", "macosx_14_0_arm64", False),
        ("macos-arm64-14.0", "macosx_14_0_arm64", True),
        ("macos-x86_64", "macosx_10_9_x86_64", True),
        ("windows-x86_64", "win_amd64", True),
        ("windows-x86_64", "win32", False),
        ("windows-arm64", "win_arm64", True),
    ],
)
def test_what_loads_on_a_platform(platform: str, tag: str, wanted: bool) -> None:
    found = tags.wheels(on("3.13", platform)).fit(f"cp313-cp313-{tag}")
    assert (found is not None) is wanted


@pytest.mark.parametrize("name", ["", "linux", "linux-sparc", "linux-x86_64-glibc", "linux-x86_64-2.28", "windows-x86_64-10.0", "macos-arm64-glibc-2.28", "x86_64-manylinux1999", "linux-x86_64-glibc-x.y"])  # fmt: skip
def test_a_platform_that_is_not_known_is_an_error_that_names_those(name: str) -> None:
    if name == "linux":
        # uv's own word for its default one.
        assert targets.find(name).name == "linux-x86_64"
        return
    with pytest.raises(UsageError, match="linux-aarch64"):
        targets.find(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*targets.known(), "linux-x86_64-glibc-2.36", "linux-aarch64-glibc-2.30", "linux-x86_64-glibc-2.12", "macos-arm64-15.0"])  # fmt: skip
def test_uv_knows_what_a_platform_is_called(name: str, tmp_path: Path) -> None:
    uv = pytest.importorskip("uv").find_uv_bin()
    platform = targets.find(name)
    folder = write_flat(
        tmp_path / "files", {"one": [Dist("1.0", f"cp313-cp313-{platform.tags[0]}")]}
    )
    if name.endswith(("2.30", "2.12")):
        # Of what uv has no name for, it is told the nearest one that it has.
        assert platform.uv in {"aarch64-manylinux_2_28", "x86_64-manylinux_2_17"}
    (tmp_path / "in.txt").write_text("one")
    ran = subprocess.run(
        [uv, "pip", "compile", "--no-config", "--no-index", "--find-links", folder, "--python-version", "3.13",
         "--no-build", "--python-platform", platform.uv, "--no-header", "--cache-dir", tmp_path / "cache", "in.txt"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "UV_PYTHON_DOWNLOADS": "never", **dict(platform.variables)},
    )  # fmt: skip
    assert "invalid value" not in ran.stderr
    if not name.endswith(("2.30", "2.12")):
        assert "one==1.0" in ran.stdout, ran.stderr


def _interpreters() -> list[str]:
    return [f"3.{minor}" for minor in range(9, 16) if shutil.which(f"python3.{minor}")]


@pytest.mark.slow
@pytest.mark.parametrize("python", _interpreters())
def test_the_tags_are_those_of_the_real_interpreter(python: str) -> None:
    path = str(Path(packaging.__file__).parent.parent)
    code = (
        f"import os, sys; sys.path.insert(0, {path!r}); from packaging.tags import sys_tags; "
        "print(os.confstr('CS_GNU_LIBC_VERSION').split()[1], *sys_tags())"
    )
    told = subprocess.run(
        [f"python{python}", "-c", code], capture_output=True, text=True, check=False
    )
    host = targets.host()
    if told.returncode or host is None or "glibc" not in host:
        pytest.skip(f"python{python} is none that runs on a known platform")
    # An interpreter may bring a C library of its own.
    libc, *theirs = told.stdout.split()
    wheels = tags.Wheels(on(python, f"{host.rpartition('-')[0]}-{libc}"))
    assert [tag for tag in theirs if wheels.fit(tag) is None] == []
    assert {str(tag) for tag in wheels._tags} == set(theirs)


# Dates, evidence, yanks


def test_the_days_are_those_of_the_files_that_load(tmp_path: Path) -> None:
    dists = [
        Dist("1.0", "sdist", uploaded="2024-09-01"),
        Dist("1.0", f"cp312-cp312-{LINUX}", uploaded="2024-09-02"),
        Dist("1.0", f"cp313-cp313-{LINUX}", uploaded="2024-11-05"),
    ]
    there = support(tmp_path, dists)
    (new,) = listed(there("one", on("3.13"))).releases
    assert (new.loads, new.uploaded, new.first, new.evidenced) == (Loads.EXACT, "2024-11-05", "2024-09-01", True)  # fmt: skip
    (old,) = listed(there("one", on("3.14"))).releases
    assert (old.loads, old.uploaded, old.evidenced) == (Loads.SDIST_ONLY, "2024-09-01", False)
    # By the end of the day before, there was no wheel for 3.13.
    (before,) = listed(there.before(dt.date(2024, 11, 4))("one", on("3.13"))).releases
    assert (before.loads, before.uploaded) == (Loads.SDIST_ONLY, "2024-09-01")
    (then,) = listed(there.before(dt.date(2024, 11, 5))("one", on("3.13"))).releases
    assert then == new
    assert listed(there.before(dt.date(2024, 8, 31))("one", on("3.13"))).releases == ()
    assert there.before(dt.date(2024, 8, 31)) is there.before(dt.date(2024, 8, 31))


@pytest.mark.parametrize(
    ("tag", "uploaded", "wanted"),
    [
        # The first beta of 3.13 was on 2024-05-08.
        ("py3-none-any", "2024-05-07", False),
        ("py3-none-any", "2024-05-08", True),
        ("py3-none-any", None, False),
        (f"cp39-abi3-{LINUX}", "2020-01-01", False),
        (f"cp313-abi3-{LINUX}", "2020-01-01", True),
        (f"cp313-cp313-{LINUX}", None, True),
        ("py313-none-any", None, True),
        ("sdist", "2024-06-01", True),
        (f"cp312-cp312-{LINUX}", "2024-06-01", False),
    ],
)
def test_evidence(tmp_path: Path, tag: str, uploaded: str | None, wanted: bool) -> None:
    assert release(tmp_path, [Dist("1.0", tag, uploaded=uploaded)], on("3.13")).evidenced is wanted


def test_a_release_is_yanked_where_all_its_files_are(tmp_path: Path) -> None:
    whole = [Dist("1.0", yanked="broken"), SDIST._replace(yanked="")]
    found = release(tmp_path / "a", whole, on("3.13"))
    assert (found.loads, found.yanked, found.usable) == (Loads.ANY, "broken", False)
    assert release(tmp_path / "b", [Dist("1.0", yanked="")], on("3.13")).yanked == ""
    part = [Dist("1.0", yanked="broken"), SDIST]
    found = release(tmp_path / "c", part, on("3.13"))
    assert (found.loads, found.yanked) == (Loads.SDIST_ONLY, None)


def test_versions_are_in_order_and_prereleases_are_told(tmp_path: Path) -> None:
    dists = [Dist(version) for version in ("1.9", "1.10", "2.0rc1", "1.0.post1", "2.0.dev1", "1.0")]
    found = listed(support(tmp_path, dists)("One", on("3.13")))
    assert [one.version for one in found.releases] == ["2.0rc1", "2.0.dev1", "1.10", "1.9", "1.0.post1", "1.0"]  # fmt: skip
    assert [one.version for one in found.releases if one.prerelease] == ["2.0rc1", "2.0.dev1"]
    assert (found.name, found.fetched) == ("one", "2026-11-21T12:00:00+00:00")


@pytest.mark.parametrize(
    ("specifier", "full", "wanted"),
    [
        (">=3.9", "3.13.9", True), (">=3.13.2", "3.13.9", True), (">=3.13.10", "3.13.9", False),
        ("<3.13", "3.13.9", False), ("<=3.13", "3.13.9", False), ("!=3.13.0", "3.13.9", True),
        ("!=3.13.*", "3.13.9", False), ("~=3.9", "3.13.9", True), ("~=3.9.2", "3.13.9", False),
        ("==3.13", "3.13.9", False), (">3.13", "3.13.9", True), ("", "3.13.9", True),
        ("nonsense", "3.13.9", True), (">=3.6.*", "3.13.9", True), (">=3.9", "3.15.0rc1", True),
    ],
)  # fmt: skip
def test_what_a_requires_python_covers(specifier: str, full: str, wanted: bool) -> None:
    assert covers(specifier, full) is wanted


# Several indexes


def test_files_of_several_indexes_are_taken_together(tmp_path: Path) -> None:
    first = write(tmp_path / "a", {"one": [Dist("1.0", "sdist", uploaded="2025-01-01")]})
    second = write(
        tmp_path / "b", {"one": [Dist("1.0", uploaded=None), Dist("2.0", uploaded=None)]}
    )
    flat = write_flat(tmp_path / "c", {"one": [Dist("1.0", "sdist")]})
    indexes = Indexes(
        (Index(str(first)), Index(str(second))), (str(flat),), Strategy.UNSAFE_BEST_MATCH
    )
    there = Support(Client(indexes, lambda: NOON))
    found = listed(there("one", on("3.13")))
    assert [(one.version, one.loads, one.first) for one in found.releases] == [
        ("2.0", Loads.ANY, None), ("1.0", Loads.ANY, "2025-01-01"),
    ]  # fmt: skip
    assert found.origin == f"{first}, {second}, {flat}"
    assert not found.dated
    # What does not say when it was uploaded is not known to have been there.
    (then,) = listed(there.before(dt.date(2026, 1, 1))("one", on("3.13"))).releases
    assert (then.version, then.loads) == ("1.0", Loads.SDIST_ONLY)


def test_a_file_that_is_in_two_places_is_known_by_the_one_that_says_when(tmp_path: Path) -> None:
    lagging = write(tmp_path / "a", {"one": [Dist("1.0", uploaded=None)]})
    dated = write(tmp_path / "b", {"one": [Dist("1.0", uploaded="2025-01-01")]})
    indexes = Indexes((Index(str(lagging)), Index(str(dated))), strategy=Strategy.UNSAFE_BEST_MATCH)
    (found,) = listed(Support(Client(indexes, lambda: NOON))("one", on("3.13"))).releases
    assert found.uploaded == "2025-01-01"


def test_a_wheel_of_several_tags_loads_by_the_best_and_is_named_by_any() -> None:
    assert tags.wheels(on("3.13")).fit("py3.py313-none-any") == tags.Fit(Loads.ANY, named=True)
    assert tags.wheels(on("3.13")).fit("py3.cp313-none-any") == tags.Fit(Loads.EXACT, named=True)
    assert tags.wheels(on("3.13")).fit("py2.py3-none-any") == tags.Fit(Loads.ANY, named=False)


def test_a_version_is_one_however_it_is_spelled(tmp_path: Path) -> None:
    first = write(tmp_path / "a", {"one": [Dist("1.0"), Dist("1.0.0", "sdist")]})
    second = write(tmp_path / "b", {"one": [Dist("1", f"cp313-cp313-{LINUX}")]})
    indexes = Indexes((Index(str(first)), Index(str(second))), strategy=Strategy.UNSAFE_BEST_MATCH)
    found = listed(Support(Client(indexes, lambda: NOON))("one", on("3.13")))
    assert [(one.version, one.loads) for one in found.releases] == [("1.0.0", Loads.EXACT)]


def test_a_name_that_is_not_there_is_absent(tmp_path: Path) -> None:
    assert support(tmp_path, [SDIST])("two", on("3.13")) == Absent("two")


# Deltas


def test_what_changed_since_is_told(tmp_path: Path) -> None:
    projects = {"one": [Dist("1.0")], "two": [Dist("1.0")], "three": [Dist("1.0")]}
    with serve(projects) as served:
        indexes = Indexes((Index(served.url),))

        def fresh() -> Support:
            return Support(Client(indexes, lambda: NOON))

        since = fresh().digests(["one", "two", "three", "four"])
        assert sorted(since) == ["four", "one", "three", "two"]
        assert fresh().changed(since) == ()
        projects["one"].append(Dist("1.0", f"cp315-cp315-{LINUX}"))
        projects["four"] = [Dist("0.1")]
        served.faults["two"] = Status(404)
        served.faults["three"] = Status(401)
        assert fresh().changed(since) == ("four", "one", "three", "two")
        assert "three" not in fresh().digests(["three"])


def test_a_pool_has_one_support_map_for_the_same_indexes(tmp_path: Path) -> None:
    with serve({"one": [Dist("1.0")]}) as served:
        given = {"HOME": str(tmp_path), "UV_DEFAULT_INDEX": served.url}
        pool = Pool(given, lambda: NOON, folder=tmp_path / "pages")
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "uv.toml").write_text('index-strategy = "unsafe-best-match"')
        first, other = pool.configured(tmp_path), pool.configured(tmp_path / "b")
        assert pool.support(*first) is pool.support(*pool.configured(tmp_path))
        assert pool.support(*first) is not pool.support(*other)
        for one in (first, other):
            found = pool.support(*one)
            assert listed(found("one", on("3.13"))).origin == served.url
            assert found.fetched(["one", "two"]) == {"one": "2026-11-21T12:00:00+00:00"}
        # The second one found the page in the folder.
        assert served.asked.count("/simple/one/") == 1
        later = Pool(given, lambda: NOON, folder=tmp_path / "pages", age=dt.timedelta(0))
        later.support(*first).prefetch(("one",))
        assert served.asked.count("/simple/one/") == 2


@pytest.mark.parametrize(
    "change",
    [
        {"yanked": "broken"}, {"requires_python": ">=3.10"}, {"uploaded": "2025-02-02"},
        {"tag": "py2.py3-none-any"}, {"version": "1.1"},
    ],
)  # fmt: skip
def test_a_digest_holds_all_that_matters_and_nothing_else(
    tmp_path: Path, change: dict[str, str]
) -> None:
    one = Dist("1.0", f"cp313-cp313-{LINUX}")
    before = support(tmp_path, [one, SDIST]).digests(["one"])
    assert support(tmp_path, [SDIST, one]).digests(["one"]) == before
    assert support(tmp_path, [one._replace(requires=("x",)), SDIST]).digests(["one"]) == before
    assert support(tmp_path, [one._replace(**change), SDIST]).digests(["one"]) != before  # type: ignore[arg-type]


# Against pip


TRAPS = {
    "plain": [Dist("1.0"), Dist("2.0")],
    "capped": [Dist("1.0"), Dist("2.0", requires_python="<3.11")],
    "floored": [Dist("1.0"), Dist("2.0", requires_python=">=3.99")],
    "patched": [Dist("1.0"), Dist("2.0", requires_python="!=3.11.0,>=3.9")],
    "foreign": [Dist("1.0"), Dist("2.0", "cp311-cp311-win_amd64")],
    "pulled": [Dist("1.0"), Dist("2.0", yanked="broken")],
    "half-pulled": [Dist("1.0"), Dist("2.0", yanked="broken"), Dist("2.0", f"py3-none-{LINUX}")],
    "sources": [Dist("1.0"), Dist("2.0", "sdist")],
    "future": [Dist("1.0"), Dist("2.0rc1")],
    "stable": [Dist("1.0", f"cp38-abi3-{LINUX}"), Dist("2.0", f"cp399-abi3-{LINUX}")],
    "odd": [Dist("1.0"), Dist("2.0", requires_python="nonsense")],
    "spelled": [Dist("1.9"), Dist("1.10"), Dist("1.010")],
    "local": [Dist("1.0"), Dist("1.0+cpu")],
    "old": [Dist("1.0", "cp27-cp27mu-manylinux1_x86_64"), Dist("0.9")],
}


@pytest.mark.slow
def test_the_newest_usable_release_is_what_pip_takes(tmp_path: Path) -> None:
    host = targets.host()
    python = PythonVersion(*sys.version_info[:2])
    if host is None:
        pytest.skip("not a platform that is known")
    simple = write(tmp_path, TRAPS)
    there = Support(Client(Indexes((Index(str(simple)),)), lambda: NOON))
    there.prefetch(tuple(TRAPS))
    picks = {}
    for name in TRAPS:
        releases = listed(there(name, Target(python, host))).releases
        picks[name] = next(one.version for one in releases if one.usable and not one.prerelease)
    uvx = pytest.importorskip("uv").find_uv_bin()
    subprocess.run(
        [uvx, "venv", "-q", "--seed", "--python", sys.executable, tmp_path / "venv"], check=False
    )
    pip = tmp_path / "venv" / "bin" / "pip"
    if not pip.exists():
        pytest.skip("no pip can be had")
    ran = subprocess.run(
        [pip, "--isolated", "install", "-q", "--dry-run", "--report", "-", "--only-binary", ":all:",
         "--index-url", simple.as_uri(), *TRAPS],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    installs = [one["metadata"] for one in report["install"]]
    theirs = {one["name"]: str(Version(one["version"])) for one in installs}
    assert {name: theirs[name] for name in TRAPS} == picks

"""Laws: planning on the outcome of a plan changes nothing more; real fleets and made-up ones."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pylife import calendar, declarations, policy
from pylife.fleet import load
from pylife.model import Kind, Stage
from pylife.upgrade import plan
from tests.upgrade.upgrade_help import carry_out, example, plan_member, plan_of, v, window, write

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]

lists = st.lists(st.sampled_from(PYTHONS), min_size=1, max_size=6, unique=True)
ranges = st.one_of(
    st.none(),
    st.builds(
        lambda low, high, more: low + high + more,
        st.sampled_from(["", ">=3.8", ">=3.9.2", ">=3.10", ">=3.12", "~=3.9", ">3.8", "==3.9.*"]),
        st.sampled_from(["", ",<3.14", ",<4", ",<=3.14", ",<3.11"]),
        st.sampled_from(["", ",!=3.12.*", ",!=3.13.1"]),
    ).map(lambda text: text.strip(",") or ">=3.9"),
)


def tree_of(
    requires: str | None, named: list[str], tested: list[str], tool: str, runtime: str | None
) -> dict[str, str]:
    lines = ["[project]", 'name = "demo"', 'version = "1"']
    lines += [f'requires-python = "{requires}"'] if requires else []
    quoted = ", ".join(f'"Programming Language :: Python :: {python}"' for python in named)
    lines += [f"classifiers = [{quoted}]", "[tool.ruff]"]
    lines += [f'target-version = "py{tool.replace(".", "")}"', ""]
    matrix = ", ".join(f'"{python}"' for python in tested)
    files = {
        "pyproject.toml": "\n".join(lines),
        ".github/workflows/ci.yml": "jobs:\n  t:\n    strategy:\n      matrix:\n"
        f"        python-version: [{matrix}]\n",
        "tox.ini": f"[tox]\nenvlist = py{{{','.join(p.replace('.', '') for p in tested)}}}\n",
    }
    return files | ({"Dockerfile": f"FROM python:{runtime}\n"} if runtime else {})


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    requires=ranges,
    named=lists,
    tested=lists,
    tool=st.sampled_from(PYTHONS),
    runtime=st.none() | st.sampled_from(PYTHONS),
    kind=st.sampled_from([Kind.LIBRARY, Kind.SERVICE]),
    day=st.sampled_from([dt.date(2026, 11, 21), dt.date(2027, 5, 1), dt.date(2029, 1, 1)]),
)
def test_planning_again_changes_nothing(
    tmp_path: Path,
    requires: str | None,
    named: list[str],
    tested: list[str],
    tool: str,
    runtime: str | None,
    kind: Kind,
    day: dt.date,
) -> None:
    folder = tmp_path / "tree"
    shutil.rmtree(folder, ignore_errors=True)
    write(folder, tree_of(requires, named, tested, tool, runtime))
    made = plan_of(folder, kind=kind, day=day)
    carry_out(made, folder)
    again = plan_of(folder, kind=kind, day=day)
    assert again.empty, again.diff
    if not made.needs_person and not made.empty:
        assert_inside(folder, kind, day)


def assert_inside(folder: Path, kind: Kind, day: dt.date) -> None:
    """Nothing that can be read names a dropped Python any more, but for harmless tool targets."""
    gone = set(window(day).at(Stage.DROPPED))
    for item in declarations.read(folder, ["pyproject.toml", "Dockerfile", "tox.ini"]).declarations:
        if item.site != "ruff-target":
            assert not gone & {*(item.versions or ()), *item.partial}, (item.site, item.raw)


def test_the_example_fleet_twice(tmp_path: Path) -> None:
    members = example(tmp_path / "fleet")
    changed = []
    for member in members:
        assert member.folder is not None
        made = plan_member(member)
        carry_out(made, member.folder)
        changed += [member.project.name] if made.contents else []
        assert plan_member(member).empty, member.project.name
    workflow = (tmp_path / "fleet/nw-config/.github/workflows/ci.yml").read_text()
    named = [line.split('"')[1] for line in workflow.splitlines() if line.strip().startswith('- "')]
    assert named == ["3.10", "3.11", "3.12", "3.14", "3.15"]  # 3.13 is in `include:`
    assert sorted(changed) == [
        "nw-client",
        "nw-config",
        "nw-core",
        "nw-legacy-metrics",
        "nw-notebooks",
        "nw-serving",
        "nw-training-pipeline",
    ]


@pytest.mark.parametrize("fleet", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
def test_real_fleets_twice(tmp_path: Path, fleet: str) -> None:
    root = tmp_path / "fleet"
    shutil.copytree(SAMPLES / fleet, root)
    day = dt.date(2027, 12, 1)
    held = policy.window(policy.find("upstream", root), calendar.load(), day)
    for member in load(root, cache=tmp_path / "cache", fetch=False).members:
        assert member.folder is not None
        reading = declarations.read(member.folder, member.files)
        made = plan(member.project, member.folder, member.files, reading, held)
        carry_out(made, member.folder)
        reading = declarations.read(member.folder, member.files)
        again = plan(member.project, member.folder, member.files, reading, held)
        assert again.empty, (member.project.name, again.diff)


def test_dropping_follows_the_days(tmp_path: Path) -> None:
    write(tmp_path, tree_of(">=3.9", ["3.9", "3.10"], ["3.9", "3.10", "3.11"], "3.9", None))
    floors = [plan_of(tmp_path, day=dt.date(year, 2, 1)).floor for year in (2025, 2026, 2027, 2028)]
    assert floors == [None, v("3.10"), v("3.11"), v("3.12")]

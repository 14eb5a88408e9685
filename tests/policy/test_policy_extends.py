"""Policies that build upon others: presets, files, and what is installed."""

import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import uv

from pylife import calendar, policy
from pylife.errors import ConfigError
from pylife.model import PythonVersion, Severity, Stage
from tests.conftest import MakeTree

V = PythonVersion.parse


def stage(found: policy.Policy, python: str, day: str) -> Stage:
    return policy.window(found, calendar.load(), dt.date.fromisoformat(day)).stage(V(python))


def test_stages_are_taken_over_one_by_one(tree: MakeTree) -> None:
    root = tree(
        {
            "p/base.toml": 'name = "base"\nwarn = "P30D"\nstale-after = "P2Y"\nkeep-newest = 1\n'
            '[stages]\nadopt = { anchor = "python.release", offset = "P1Y" }\ndrop = { anchor = "python.eol" }\n',
            "p/own.toml": 'name = "own"\nextends = "base.toml"\n[stages]\ndrop = { anchor = "python.eol", offset = "P6M" }\n',
        }
    )
    found = policy.find("p/own.toml", root)
    assert (found.name, found.title, found.keep_newest) == ("own", "own", 1)
    assert (found.warn.text, found.stale_after.text) == ("P30D", "P2Y")
    assert [layer.shown for layer in found.layers] == ["p/base.toml", "p/own.toml"]
    assert stage(found, "3.9", "2026-04-29") is Stage.SUPPORTED
    assert stage(found, "3.9", "2026-04-30") is Stage.DROPPED
    assert stage(found, "3.14", "2026-10-06") is Stage.ADOPTING


def test_the_later_of_several_wins_and_shared_ones_count_once(tree: MakeTree) -> None:
    head = 'name = "x"\nextends = "upstream"\n'
    waiver = '[[waiver]]\nrule = "RNG"\nowner = "o"\nreason = "r"\nuntil = 2027-01-01\n'
    root = tree(
        {
            "a.toml": f'{head}[stages]\ndrop = "2027-01-01"\n{waiver}',
            "b.toml": 'name = "b"\nextends = "a.toml"\nwarn = [{ before = "P1Y", severity = "error" }]\n',
            "c.toml": 'name = "c"\nextends = ["b.toml", "a.toml", "upstream"]\n',
        }
    )
    found = policy.find("c.toml", root)
    shown = [layer.shown for layer in found.layers]
    assert shown == ["policies/upstream.toml", "a.toml", "b.toml", "c.toml"]
    assert [waiver.line for waiver in found.waivers] == [5]
    assert found.warnings[0].severity is Severity.ERROR
    # upstream came first, as what a.toml builds upon: its drop does not come back.
    assert stage(found, "3.14", "2027-01-01") is Stage.DROPPED


def test_a_window_takes_the_place_of_a_drop_and_a_drop_that_of_a_window(tree: MakeTree) -> None:
    root = tree(
        {
            "window.toml": 'name = "w"\nextends = "nep29"\nwindow = 1\n',
            "back.toml": 'name = "b"\nextends = "window.toml"\n[stages]\ndrop = { anchor = "python.eol" }\n',
        }
    )
    one, back = policy.find("window.toml", root), policy.find("back.toml", root)
    assert (one.drop, one.keep_newest, one.window) == (None, 0, 1)
    assert (back.window, back.keep_newest) == (None, 0)
    assert stage(one, "3.13", "2026-01-01") is Stage.DROPPED
    assert stage(back, "3.13", "2026-01-01") is Stage.SUPPORTED


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.toml": 'name = "a"\nextends = "a.toml"\n'},
            "a.toml:2:1: it extends itself: a.toml → a.toml",
        ),
        (
            {
                "a.toml": 'name = "a"\nextends = ["upstream", "x/b.toml"]\n',
                "x/b.toml": 'name = "b"\nextends = "../a.toml"\n',
            },
            "x/b.toml:2:1: it extends itself: a.toml → x/b.toml → a.toml",
        ),
        (
            {"a.toml": 'name = "a"\nextends = "b.toml"\n', "b.toml": 'name = "b"\nwran = 1\nwindow = 1\n'},
            "b.toml:2:1: unknown key 'wran'",
        ),
        (
            {"a.toml": 'name = "a"\nextends = "b.toml"\n', "b.toml": "name = 'b\n"},
            "b.toml:1:",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_extended(tree: MakeTree, files: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        policy.find("a.toml", tree(files))
    assert str(caught.value).startswith(message)


def test_a_base_may_lack_what_its_heirs_give(tree: MakeTree) -> None:
    root = tree(
        {
            "base.toml": 'name = "base"\n[stages]\nadopt = { anchor = "python.release" }\n',
            "own.toml": 'name = "own"\nextends = "base.toml"\n[stages]\ndrop = { anchor = "python.eol", at = "own.next" }\n'
            "[[release]]\nversion = '2.0'\ndate = 2026-03-01\n",
        }
    )
    assert stage(policy.find("own.toml", root), "3.9", "2026-03-01") is Stage.DROPPED
    with pytest.raises(ConfigError, match="neither drops nor deprecates"):
        policy.find("base.toml", root)


def wheel(folder: Path, name: str, points: str, files: dict[str, str]) -> Path:
    """A wheel as installers take it (source: PyPA, binary distribution format)."""
    info = f"{name}-1.0.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[pylife.policies]\n{points}\n",
    }
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in contents) + f"{info}/RECORD,,\n"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in contents.items():
            archive.writestr(file, text)
    return path


EXPLODES = "raise SystemExit('a policy is data: nothing of its package is run')\n"


def install(folder: Path, *wheels: Path) -> Path:
    target = folder / "site"
    command = [uv.find_uv_bin(), "pip", "install", "-q", "--offline", "--no-deps", "--no-index"]
    subprocess.run(
        [*command, "--python", sys.executable, "--target", target, *wheels],
        check=True,
        env={**os.environ, "UV_CACHE_DIR": str(folder / "cache")},
    )
    return target


def run(target: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pylife", *arguments, "--as-of", "2026-11-21"],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(target)},
    )


def show(target: Path, name: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(target, cwd, "policy", "show", name)


def test_an_organisation_ships_its_policy_as_a_wheel(tmp_path: Path, tree: MakeTree) -> None:
    base = 'name = "acme-base"\n[stages]\ndrop = { anchor = "python.eol" }\n'
    acme = 'name = "acme"\nextends = "parts/base.toml"\nwarn = "P1Y"\n'
    files = {
        "acme_policies/__init__.py": EXPLODES,
        "acme_policies/rules/__init__.py": EXPLODES,
        "acme_policies/rules/acme.toml": acme,
        "acme_policies/rules/parts/base.toml": base,
        "acme_policies/rules/wrong.toml": 'name = "wrong"\nextends = "upstream"\nwran = 1\n',
    }
    points = "\n".join(f"{name} = acme_policies.rules" for name in ("acme", "wrong", "gone"))
    target = install(tmp_path, wheel(tmp_path, "acme", points, files))
    root = tree({"own.toml": 'name = "own"\nextends = "acme"\nkeep-newest = 1\n'})
    for name, title in (("acme", "acme (acme)"), ("own.toml", "own (own)")):
        ran = show(target, name, root)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
        assert ran.stdout.startswith(title)
    wrong = show(target, "wrong", root)
    assert wrong.returncode == 2
    assert "acme_policies/rules/wrong.toml:3:1: unknown key 'wran'" in wrong.stderr
    assert (
        "has no file gone.toml in the package acme_policies.rules"
        in show(target, "gone", root).stderr
    )
    listed = [
        subprocess.run(
            [sys.executable, "-m", "pylife", "policy", "list", "--format", form],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(target)},
        ).stdout
        for form in ("text", "json")
    ]  # fmt: skip
    assert "acme            acme (installed)\n" in listed[0]
    assert "\nwrong           broken: acme_policies/rules/wrong.toml:3:1: unknown key" in listed[0]
    assert "\nuv " in listed[0]
    broken = {item["name"]: item for item in json.loads(listed[1])["policies"] if item["broken"]}
    assert set(broken) == {"gone", "wrong"}
    assert broken["gone"]["title"] is None
    assert "has no file gone.toml" in broken["gone"]["broken"]
    unknown = run(target, root, "check", "--policy", "acne")
    assert "did you mean 'acme'?" in unknown.stderr
    assert "installed: acme, gone, wrong" in unknown.stderr


def test_two_packages_that_offer_the_same_policy_are_named(tmp_path: Path) -> None:
    text = 'name = "acme"\nextends = "upstream"\n'
    wheels = [
        wheel(tmp_path, name, f"acme = {name}", {f"{name}/acme.toml": text})
        for name in ("one", "two")
    ]
    ran = show(install(tmp_path, *wheels), "acme", tmp_path)
    assert ran.returncode == 2
    assert "several installed packages offer a policy 'acme': one, two" in ran.stderr

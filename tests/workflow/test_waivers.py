"""Waivers: they hold until their last day, and only for what the policy lets anybody waive."""

import json
from pathlib import Path

from tests.conftest import MakeTree, Pylife, Ran

OLD = '[project]\nname = "old"\nversion = "1"\nrequires-python = ">=3.9"\n'
POLICY = """name = "own"
[stages]
drop = { anchor = "python.eol" }
block = { anchor = "python.eol", offset = "P1Y6M" }
"""
CONFIG = """[fleet]
policy = "own.toml"

[[project]]
path = "old"

[[waiver]]
rule = "RNG002"
project = "ol*"
owner = "platform"
reason = "the customer moves in spring"
until = "2027-01-31"
"""


def fleet(tree: MakeTree, config: str = CONFIG) -> Path:
    return tree({"pylife.toml": config, "own.toml": POLICY, "old/pyproject.toml": OLD})


def found(ran: Ran) -> dict[str, dict[str, str] | None]:
    return {item["code"]: item["suppressed"] for item in json.loads(ran.out)["findings"]}


def test_a_waiver_holds_up_to_its_last_day(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    ran = pylife("check", root, "--as-of", "2027-01-31", "--format", "json")
    assert ran.code == 0
    waived = found(ran)["RNG002"]
    assert waived == {
        "kind": "waiver", "reason": "the customer moves in spring", "owner": "platform",
        "until": "2027-01-31",
    }  # fmt: skip
    after = pylife("check", root, "--as-of", "2027-02-01", "--format", "json")
    assert after.code == 1
    assert found(after)["RNG002"] is None
    assert found(after)["POL601"] is None


def test_what_runs_out_is_seen_ahead(tree: MakeTree, pylife: Pylife) -> None:
    ran = pylife(
        "check", fleet(tree), "--as-of", "2027-01-01", "--horizon", "P3M", "--format", "json"
    )
    assert ran.code == 0
    coming = {
        (item["code"], item["effective"])
        for item in json.loads(ran.out)["findings"]
        if item["upcoming"]
    }
    assert ("RNG002", "2027-02-01") in coming


def test_a_drop_that_is_blocked_cannot_be_waived(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree, CONFIG.replace("2027-01-31", "2028-01-31"))
    assert pylife("check", root, "--as-of", "2027-04-29", "--format", "json").code == 0
    ran = pylife("check", root, "--as-of", "2027-04-30", "--format", "json")
    assert ran.code == 1
    assert found(ran)["RNG002"] is None
    assert "POL604" in found(ran)


def test_an_unused_waiver_is_a_finding_at_its_line(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree, CONFIG.replace('"RNG002"', '"RUN201"'))
    ran = pylife("check", root, "--as-of", "2026-11-21", "--format", "json")
    unused = next(f for f in json.loads(ran.out)["findings"] if f["code"] == "POL602")
    assert (unused["file"], unused["line"]) == ("pylife.toml", 7)


def test_a_waiver_in_the_policy(tree: MakeTree, pylife: Pylife) -> None:
    waiver = CONFIG[CONFIG.index("[[waiver]]") :]
    root = tree(
        {
            "pylife.toml": CONFIG[: CONFIG.index("[[waiver]]")],
            "own.toml": f"{POLICY}\n{waiver}",
            "old/pyproject.toml": OLD,
        }
    )
    assert pylife("check", root, "--as-of", "2026-11-21").code == 0
    assert pylife("check", root, "--as-of", "2027-02-01").code == 1


def test_a_wrong_end_names_its_line(tree: MakeTree, pylife: Pylife) -> None:
    ran = pylife("check", fleet(tree, CONFIG.replace("2027-01-31", "2027-02-31")))
    assert ran.code == 2
    assert "pylife.toml:" in ran.err
    assert "2027-02-31" in ran.err


def test_a_project_that_is_known_to_be_broken(tree: MakeTree, pylife: Pylife) -> None:
    config = CONFIG.replace('path = "old"', 'path = "gone"').replace('"RNG002"', '"*"')
    broken = pylife("check", fleet(tree, config), "--as-of", "2026-11-21")
    assert broken.code == 4
    config = config.replace("ol*", "gone")
    held = pylife("check", fleet(tree, config), "--as-of", "2026-11-21")
    # Nothing else was looked at, which is no pass.
    assert held.code == 4
    config += '\n[[project]]\npath = "fine"\n'
    (fleet(tree, config) / "fine").mkdir()
    fine = OLD.replace("3.9", "3.11").replace("old", "fine")
    root = tree({"fine/pyproject.toml": fine})
    assert pylife("check", root, "--as-of", "2026-11-21").code == 0
    assert pylife("check", root, "--as-of", "2027-02-01").code == 4

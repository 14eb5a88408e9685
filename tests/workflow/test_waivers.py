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
    assert broken.code == 3  # it is all there is
    config = config.replace("ol*", "gone")
    held = pylife("check", fleet(tree, config), "--as-of", "2026-11-21")
    # Nothing else was looked at, which is no pass.
    assert held.code == 3
    config += '\n[[project]]\npath = "fine"\n'
    (fleet(tree, config) / "fine").mkdir()
    fine = OLD.replace("3.9", "3.11").replace("old", "fine")
    root = tree({"fine/pyproject.toml": fine})
    assert pylife("check", root, "--as-of", "2026-11-21").code == 0
    assert pylife("check", root, "--as-of", "2027-02-01").code == 4


def test_what_is_waived_is_neither_fixed_nor_proposed(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    day = ("--as-of", "2026-11-21")
    assert pylife("check", root, *day, "--diff", "--unsafe-fixes").out == ""
    assert "Drop" not in pylife("upgrade", "plan", root, *day).out
    later = ("--as-of", "2027-02-01")
    assert '+requires-python = ">=3.11"' in pylife("check", root, *later, "--diff").out
    assert "Drop Python 3.9 and 3.10" in pylife("upgrade", "plan", root, *later).out


def test_a_waiver_of_one_fleet_excuses_no_other(tree: MakeTree, pylife: Pylife) -> None:
    config = CONFIG.replace('"RNG002"', '"*"').replace("ol*", "*").replace('"old"', '"gone"')
    root = tree(
        {
            "a/pylife.toml": config, "a/own.toml": POLICY, "a/fine/pyproject.toml": OLD,
            "b/pylife.toml": '[[project]]\npath = "gone"\n\n[[project]]\npath = "b"\n',
            "b/b/pyproject.toml": OLD.replace("3.9", "3.11"),
        }
    )  # fmt: skip
    (root / "a/pylife.toml").write_text(config + '\n[[project]]\npath = "fine"\n')
    assert pylife("check", root / "a", "--as-of", "2026-11-21").code == 0
    assert pylife("check", root / "a", root / "b", "--as-of", "2026-11-21").code == 4


def test_a_subject_is_told_from_another(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree, CONFIG.replace('project = "ol*"', 'subject = "ceiling"'))
    ran = pylife("check", root, "--as-of", "2026-11-21", "--format", "json")
    assert found(ran)["RNG002"] is None
    assert "POL602" in found(ran)
    root = fleet(tree, CONFIG.replace('project = "ol*"', 'subject = "floor"'))
    ran = pylife("check", root, "--as-of", "2026-11-21", "--format", "json")
    assert found(ran)["RNG002"] is not None


def test_what_was_not_asked_for_makes_no_waiver_unused(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    for option in ("--ignore", "--select"):
        codes = "RNG" if option == "--ignore" else "DRF,POL"
        ran = pylife("check", root, "--as-of", "2026-11-21", option, codes, "--format", "json")
        assert "POL602" not in found(ran)


def test_a_rule_that_does_not_exist_is_an_error_at_its_place(
    tree: MakeTree, pylife: Pylife
) -> None:
    for table, place in (
        ('[check]\nselect = ["RGN"]\n', "pylife.toml:2:11: no rule begins with 'RGN'"),
        ('[check.severity]\nRNG9 = "info"\n', "pylife.toml:2:1: no rule begins with 'RNG9'"),
        ('[check.per-file-ignores]\n"a" = ["ZZZ"]\n', "pylife.toml:2:8: no rule begins with"),
        ('[[check.scope]]\ntier = 1\nignore = ["ALL"]\n', "pylife.toml:3:11: no rule begins"),
    ):
        ran = pylife("check", tree({"pylife.toml": table, "pyproject.toml": OLD}))
        assert ran.code == 2
        assert place in ran.err
    ran = pylife("check", fleet(tree, CONFIG.replace("RNG002", "RNG999")))
    assert ran.code == 2
    assert "pylife.toml:7: no rule begins with 'RNG999'" in ran.err

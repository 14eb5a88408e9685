"""Sample documents for the site's tests, made by small builders: a fleet of nine projects."""

import copy
from typing import Any

from pylife import calendar

Doc = dict[str, Any]
AS_OF = "2026-11-21"


def declaration(role: str, **fields: Any) -> Doc:
    """One declaration as the read document has it."""
    made: Doc = {
        "file": "pyproject.toml",
        "line": 5,
        "column": 20,
        "site": "requires-python",
        "role": role,
        "raw": "",
        "specifier": None,
        "versions": None,
        "partial": [],
        "unreadable": None,
        "note": "",
    }
    return made | fields


def project(name: str, versions: list[str] | None = None, **fields: Any) -> Doc:
    """A library that declares `versions` by `requires-python` (None: says nothing)."""
    supports = None
    declarations = []
    if versions is not None:
        supports = {"raw": f">={versions[0]}" if versions else "", "versions": versions}
        supports["partial"] = []
        declarations.append(
            declaration(
                "supports", raw=supports["raw"], specifier=supports["raw"], versions=versions
            )
        )
    made: Doc = {
        "name": name,
        "path": name,
        "kind": "library",
        "tier": 1,
        "owner": "platform-core",
        "policy": "platform",
        "excluded": None,
        "error": None,
        "requires": [],
        "wave": 0,
        "supports": supports,
        "supports_unreadable": None,
        "declarations": declarations,
        "problems": [],
        "findings": [],
    }
    return made | fields


def finding(code: str, name: str, severity: str, message: str, **fields: Any) -> Doc:
    """A finding of `project` name, with the title of its rule."""
    made: Doc = {
        "code": code,
        "title": RULES[code]["title"] if code in RULES else code,
        "severity": severity,
        "project": name,
        "file": "pyproject.toml",
        "line": 5,
        "message": message,
        "help": "",
        "fixable": False,
        "unsafe_fix": False,
        "fingerprint": f"{code}-{name}",
        "effective": None,
        "suppressed": None,
    }
    return made | fields


def cell(name: str, python: str, status: str, **fields: Any) -> Doc:
    """A matrix cell of the session `tests`."""
    made: Doc = {
        "project": name,
        "python": python,
        "session": "tests",
        "status": status,
        "reason": "",
        "seconds": 3.2,
        "cached": False,
        "as_of": AS_OF,
        "log": f"cells/{name}-{python}.log",
        "key": "0" * 12,
        "counts": {"passed": 14} if status == "passed" else {},
    }
    return made | fields


def proposal(name: str, state: str, outcome: str, **fields: Any) -> Doc:
    """An upgrade proposal without changes."""
    made: Doc = {
        "project": name,
        "wave": 0,
        "state": state,
        "outcome": outcome,
        "branch": "",
        "base": None,
        "commit": None,
        "where": "",
        "title": "",
        "body": "",
        "diff": "",
        "files": [],
        "needs_person": [],
        "reason": "",
    }
    return made | fields


RULES: dict[str, Doc] = {
    rule["code"]: rule
    for rule in (
        {
            "code": "PL101",
            "title": "floor below the window",
            "why": "Whoever reads the metadata believes that a Python is supported that nobody"
            " tests or fixes any more.",
            "fix": "Raise the floor of requires-python to the oldest Python of the policy.",
            "severity": "warning",
        },
        {
            "code": "PL104",
            "title": "deployed on a dropped Python",
            "why": "A Python past its end gets no security fixes, and the internal libraries no"
            " longer install on it.",
            "fix": "Move the image, the runtime file and the locks to a supported Python together.",
            "severity": "error",
        },
        {
            "code": "PL110",
            "title": "upper cap without a reason",
            "why": "A cap in a library makes every resolver above it fail on a new Python, though"
            " the code may work.",
            "fix": "Remove the cap, or say in a comment what breaks.",
            "severity": "warning",
        },
        {
            "code": "PL201",
            "title": "classifiers and requires-python disagree",
            "why": "People read the classifiers, installers read requires-python.",
            "fix": "Name the Pythons that requires-python covers and that tests run on.",
            "severity": "info",
        },
        {
            "code": "PL301",
            "title": "uses what a declared Python lacks",
            "why": "The code imports or calls what was removed, so it fails when that line runs.",
            "fix": "Stop using the name, or stop declaring the Python.",
            "severity": "error",
        },
    )
}

WINDOW = ["3.10", "3.11", "3.12", "3.13", "3.14"]


def policy(title: str = "Northwind ML platform") -> Doc:
    """3.9 dropped, 3.10 deprecated, 3.11-3.14 supported, 3.15 adopting, 3.16 unknown."""

    def entry(stage: str, since: str | None, following: tuple[str, str] | None, rule: str) -> Doc:
        return {
            "stage": stage,
            "since": since,
            "next": {"stage": following[0], "date": following[1]} if following else None,
            "rule": rule,
            "uncertain": "",
        }

    drop = "drop: end of life + P3M"
    pythons = {
        "3.8": entry("dropped", "2025-01-07", None, drop),
        "3.9": entry("dropped", "2026-01-31", None, drop),
        "3.10": entry("deprecated", "2026-10-31", ("dropped", "2027-01-31"), drop),
        "3.11": entry("supported", "2023-04-24", ("deprecated", "2027-10-31"), "deprecate: eol"),
        "3.12": entry("supported", "2024-04-02", ("deprecated", "2028-10-31"), "deprecate: eol"),
        "3.13": entry("supported", "2025-04-07", ("deprecated", "2029-10-31"), "deprecate: eol"),
        "3.14": entry("supported", "2026-04-07", ("deprecated", "2030-10-31"), "deprecate: eol"),
        "3.15": entry("adopting", "2026-10-01", ("supported", "2027-04-01"), "adopt: release"),
        "3.16": entry("unknown", None, None, "not yet in prerelease"),
    }
    pythons["3.10"]["uncertain"] = "end of life is known to the month only: some day of 2026-10"
    return {
        "title": title,
        "description": "Every Python from its release until three months after its end of life."
        "\nLibraries of tier 1 have six months to adopt a new one.",
        "source": "policies/platform.toml",
        "pythons": pythons,
    }


def waiver(until: str, **fields: Any) -> Doc:
    """A waiver of all projects, in the policy's file."""
    made: Doc = {
        "rule": "PL104",
        "project": "*",
        "subject": "*",
        "owner": "ml-serving",
        "reason": "one customer until the end of March",
        "until": until,
        "file": "policies/platform.toml",
        "line": 40,
        "used": 1,
        "refused": [],
    }
    return made | fields


def ending(kind: str, name: str, date: str, **fields: Any) -> Doc:
    """One end of what a project stands on, bound in its Dockerfile."""
    made: Doc = {
        "kind": kind,
        "name": name,
        "date": date,
        "month": False,
        "source": f"the makers of {name}",
        "file": "Dockerfile",
        "line": 1,
    }
    return made | fields


def end_of_life(*endings: Doc, unknown: tuple[str, ...] = ()) -> Doc:
    """The effective end of life; the first of `endings` binds."""
    first = endings[0] if endings else None
    return {
        "date": first["date"] if first else None,
        "month": bool(first and first["month"]),
        "binding": first,
        "endings": list(endings),
        "unknown": list(unknown),
    }


def governed() -> Doc:
    """Two policies, one with a scope; waivers, findings of the fleet, and ends of life."""
    lenient = policy()
    lenient["pythons"]["3.9"] = lenient["pythons"]["3.10"] | {
        "next": {"stage": "dropped", "date": "2026-12-31"}
    }
    models = "platform (kind model)"
    projects = [
        project("lib", ["3.9", *WINDOW]),
        project("new", WINDOW),
        project("app", kind="service", declarations=[declaration("runs-on", versions=["3.9"])]),
        project("model", ["3.9", "3.10"], kind="model", policy=models),
        project("lost", ["3.9"], policy=None),
    ]
    projects[2]["end_of_life"] = end_of_life(
        ending("image", "debian:11", "2026-08-31"),
        ending("python", "Python 3.14", "2030-10-31", month=True),
        unknown=("Dockerfile:3 names an image that nothing is known of",),
    )
    projects[3]["end_of_life"] = end_of_life(unknown=("nothing names its Python",))
    projects[0]["end_of_life"] = None
    projects[0]["findings"] = [finding("PL101", "lib", "warning", "covers 3.9")]
    wide: Doc = {"file": "policies/platform.toml", "line": 40}
    return read(
        projects,
        policies={"platform": policy(), models: lenient},
        findings=[
            finding("PL104", "Northwind ML platform", "error", "a waiver ended", **wide),
            finding("PL201", "Northwind ML platform", "info", "a waiver ends soon", **wide),
            finding(
                "PL201",
                "Northwind ML platform",
                "info",
                "a waiver without use",
                suppressed={"kind": "waiver", "reason": "r", "owner": "o", "until": "2027-01-31"},
                **wide,
            ),
        ],
        waivers=[
            waiver("2027-01-31", project="lib", subject="floor"),
            waiver("2026-11-18", rule="PL2", used=0),
            waiver("2026-11-21", rule="PL3", refused=["3.9 since 2026-06-30"]),
        ],
    )


def releases() -> Doc:
    """The shipped calendar as the read document carries it, on `AS_OF`."""
    made: Doc = {}
    for version, release in calendar.load().releases.items():
        dated = {e: release.date(e) for e in ("beta1", "release", "bugfix_end", "eol")}
        made[str(version)] = {
            **{event: str(date) if date else None for event, date in dated.items()},
            "phase": release.phase(calendar.parse_day(AS_OF)).value,
            "expected": [event for event, date in dated.items() if date and date.expected],
            "sources": {event: date.source for event, date in dated.items() if date},
        }
    return made


def read(projects: list[Doc] | None = None, **fields: Any) -> Doc:
    """A read document; by default of the sample fleet."""
    some = fleet() if projects is None else projects
    found = [f["severity"] for p in some for f in p["findings"]]
    made: Doc = {
        "schema": "pylife/read/1",
        "as_of": AS_OF,
        "tool": "pylife 0.1.0",
        "fleet": {"name": "Northwind ML platform", "projects": len(some)},
        "calendar": {"snapshot": "2026-08-22", "releases": releases()},
        "policies": {"platform": policy()},
        "projects": some,
        "rules": list(copy.deepcopy(RULES).values()),
        "summary": {
            "projects": len(some),
            "excluded": sum(bool(p["excluded"]) for p in some),
            "errors": sum(bool(p["error"]) for p in some),
            "unreadable": 2,
            "findings": {level: found.count(level) for level in ("error", "warning", "info")},
        },
    }
    return made | fields


def fleet() -> list[Doc]:
    """The sample fleet."""
    upward = [*WINDOW, "3.15", "3.16"]
    core = project("nw-core", upward)
    core["declarations"] += [
        *(
            declaration(
                "advertises",
                site="classifiers",
                line=11 + number,
                raw=f"Programming Language :: Python :: {version}",
                versions=[version],
            )
            for number, version in enumerate(WINDOW)
        ),
        declaration(
            "tests",
            file="noxfile.py",
            site="nox-session",
            line=6,
            raw='["3.10", ...]',
            versions=WINDOW,
        ),
        declaration(
            "tests",
            file=".github/workflows/ci.yml",
            site="github-matrix",
            line=14,
            raw='["3.10", "3.11", "3.12", "3.13", "3.14"]',
            versions=WINDOW,
        ),
        declaration("targets", site="ruff-target-version", line=41, raw="py310", versions=["3.10"]),
    ]
    config = project("nw-config", ["3.9", *upward], wave=1, requires=["nw-core"])
    config["findings"] = [
        finding(
            "PL101",
            "nw-config",
            "warning",
            "requires-python admits 3.9, which the policy dropped on 2026-01-31",
            file="setup.cfg",
            line=18,
            fixable=True,
            help="write python_requires = >=3.10",
            effective="2026-01-31",
        ),
        finding(
            "PL201",
            "nw-config",
            "info",
            "3.15 is covered by requires-python and not claimed",
            file="setup.cfg",
            line=9,
            suppressed={
                "kind": "waiver",
                "reason": "tests first",
                "owner": "platform-core",
                "until": "2027-01-31",
            },
        ),
    ]
    config["declarations"][0] |= {"file": "setup.cfg", "line": 18, "site": "python_requires"}
    config["declarations"] += [
        declaration(
            "advertises",
            file="setup.cfg",
            site="classifiers",
            line=9,
            raw="Programming Language :: Python :: 3.14",
            versions=["3.10", "3.11", "3.14"],
        ),
        declaration(
            "tests",
            file="tox.ini",
            site="tox-envlist",
            line=2,
            raw="py{310,311,312,313}",
            versions=WINDOW[:-1],
        ),
        declaration(
            "tests",
            file=".github/workflows/ci.yml",
            site="github-matrix",
            line=20,
            raw="${{ fromJSON(needs.setup.outputs.pythons) }}",
            unreadable="computed while the workflow runs",
        ),
    ]
    features = project(
        "nw-features", upward, wave=2, owner="ml-features", requires=["nw-config", "nw-core"]
    )
    features["findings"] = [
        finding(
            "PL301",
            "nw-features",
            "error",
            "ast.Num is gone since 3.14, and 3.14 is declared",
            file="src/nw_features/formulas.py",
            line=22,
            help="use ast.Constant, or declare ^3.10,<3.14",
        )
    ]
    client = project("nw-client", WINDOW[:-1], tier=2, owner="ml-serving")
    client["findings"] = [
        finding(
            "PL110",
            "nw-client",
            "warning",
            "requires-python ends with <3.14, and tests pass there",
            fixable=True,
            help='write requires-python = ">=3.10"',
        )
    ]
    metrics = project("nw-legacy-metrics", ["3.9", *upward], tier=2)
    metrics["findings"] = [
        finding(
            "PL301",
            "nw-legacy-metrics",
            "error",
            "imports imp, which ended with 3.11; 3.12 to 3.16 are declared",
            file="src/nw_legacy_metrics/registry.py",
            line=3,
            help="use importlib",
        )
    ]
    serving = project(
        "nw-serving",
        ["3.9", *upward],
        kind="service",
        owner="ml-serving",
        wave=3,
        requires=["nw-config", "nw-core", "nw-features"],
    )
    serving["declarations"].append(
        declaration(
            "runs-on",
            file="Dockerfile",
            site="docker-from",
            line=1,
            raw="python:3.9-slim",
            versions=["3.9"],
        )
    )
    serving["findings"] = [
        finding(
            "PL104",
            "nw-serving",
            "error",
            "deployed on 3.9, which the policy dropped on 2026-01-31",
            file="Dockerfile",
            line=1,
            help="python:3.13-slim, and compile requirements.txt again",
        ),
        finding(
            "PL101",
            "nw-serving",
            "warning",
            "requires-python admits 3.9",
            fixable=True,
            help='write requires-python = ">=3.10"',
        ),
    ]
    training = project(
        "nw-training-pipeline",
        upward,
        kind="pipeline",
        tier=2,
        owner="ds-churn",
        wave=3,
        requires=["nw-features"],
    )
    training["declarations"].append(
        declaration(
            "runs-on",
            file="components/train.py",
            site="kfp-base-image",
            line=9,
            raw="python:3.10",
            versions=["3.10"],
        )
    )
    notebooks = project("nw-notebooks", tier=3, owner="ds-churn")
    churn = project(
        "churn-model", kind="model", tier=2, owner="ds-churn", path="models/churn-model"
    )
    churn["declarations"] = [
        declaration(
            "runs-on",
            file="python_env.yaml",
            site="mlflow-python-env",
            line=1,
            raw="python: 3.9.18",
            versions=["3.9"],
        )
    ]
    churn["findings"] = [
        finding(
            "PL104",
            "churn-model",
            "error",
            "logged with 3.9, which the policy dropped on 2026-01-31",
            file="python_env.yaml",
            line=1,
            help="log the model again under a supported Python",
        )
    ]
    churn["problems"] = [
        {
            "file": "conda.yaml",
            "line": 7,
            "column": 3,
            "message": "a mapping key is given twice",
            "help": "keep one of them",
        }
    ]
    old = project("nw-old-sdk", path="archive/nw-old-sdk", tier=3, policy="platform")
    old["excluded"] = "archived 2024-03; no longer released"
    return [
        core,
        config,
        features,
        client,
        metrics,
        serving,
        training,
        notebooks,
        churn,
        old,
    ]


def run() -> Doc:
    """A matrix run over the sample fleet."""
    ahead = [*WINDOW, "3.15"]
    cells = [cell(name, p, "passed") for name in ("nw-core", "nw-client") for p in ahead]
    cells += [cell("nw-config", p, "passed", cached=True, as_of="2026-11-09") for p in WINDOW]
    cells.append(
        cell(
            "nw-config",
            "3.15",
            "blocked",
            reason="pydantic-core 2.41 has no wheel for 3.15, and building it needs Rust",
        )
    )
    cells += [cell("nw-features", p, "passed") for p in WINDOW[:-1]]
    cells += [
        cell(
            "nw-features",
            p,
            "failed",
            counts={"failed": 2, "passed": 9},
            reason="AttributeError: module 'ast' has no attribute 'Num'",
        )
        for p in ("3.14", "3.15")
    ]
    cells += [cell("nw-legacy-metrics", p, "passed") for p in WINDOW[:2]]
    cells += [
        cell("nw-legacy-metrics", p, "failed", reason="ModuleNotFoundError: No module named 'imp'")
        for p in ahead[2:]
    ]
    cells += [cell("nw-serving", "3.9", "blocked", reason="nw-core needs Python >=3.10")]
    cells += [cell("nw-serving", p, "passed") for p in WINDOW]
    cells += [
        cell(
            "nw-serving",
            "3.15",
            "missing-interpreter",
            as_of=None,
            log=None,
            seconds=None,
            reason="no Python 3.15 with the service's system libraries",
        )
    ]
    cells += [cell("nw-training-pipeline", p, "passed") for p in WINDOW[:-1]]
    cells += [
        cell(
            "nw-training-pipeline",
            "3.12",
            "needs",
            session="integration",
            log=None,
            reason="needs a Kubeflow server",
        )
    ]
    cells += [
        cell(
            "nw-training-pipeline",
            p,
            "fails-on-baseline",
            reason="fails inside nw-features, on 3.13 as well",
        )
        for p in ("3.14", "3.15")
    ]
    cells += [cell("nw-notebooks", p, "no-tests", reason="the session ran no test") for p in ahead]
    return {
        "schema": "pylife/matrix-run/1",
        "as_of": AS_OF,
        "interpreters": {p: f"{p}.{n}" for p, n in zip(ahead, (14, 9, 8, 3, 1, 0), strict=True)},
        "cells": cells,
    }


DIFF = """\
diff --git a/pyproject.toml b/pyproject.toml
--- a/pyproject.toml
+++ b/pyproject.toml
@@ -4,7 +4,7 @@
 name = "nw-client"
 version = "1.4.0"
-requires-python = ">=3.10,<3.14"
+requires-python = ">=3.10"
 dependencies = ["httpx>=0.27"]
 
 [tool.flit.module]
@@ -21,3 +21,4 @@
     "Programming Language :: Python :: 3.13",
+    "Programming Language :: Python :: 3.14",
 ]
"""


def upgrade() -> Doc:
    """Proposals for the sample fleet."""
    changed: Doc = {
        "branch": "pylife/python-3.15",
        "base": "main",
        "commit": "4f1c9b27d0a5e3868f02c1b7a9d4e6f83b5a7c10",
        "title": "Support Python 3.14 and 3.15",
        "body": "Python 3.15 is being adopted until 2027-04-01.\n\n"
        "- `requires-python`: the cap `<3.14` goes\n- classifiers: 3.14 is claimed\n\n"
        "| Python | tests |\n|---|---|\n| 3.14 | 14 passed |\n| 3.15 | 14 passed |\n",
        "diff": DIFF,
        "files": ["pyproject.toml"],
    }
    return {
        "schema": "pylife/upgrade/1",
        "as_of": AS_OF,
        "proposals": [
            proposal("nw-core", "verified", "nothing-to-do"),
            proposal("nw-client", "in-pr", "updated", **changed),
            proposal(
                "nw-legacy-metrics",
                "failing-tests",
                "failing-tests",
                reason="tests fail on 3.12 to 3.15: No module named 'imp'",
                needs_person=["registry.py:3 imports imp; use importlib"],
            ),
            proposal(
                "nw-config",
                "not-solvable",
                "not-solvable",
                wave=1,
                reason="pydantic-core has no release that installs on 3.15",
            ),
            proposal(
                "nw-features",
                "awaiting-parents",
                "awaiting-parents",
                wave=2,
                reason="waits for nw-config",
            ),
            proposal(
                "nw-serving",
                "needs-person",
                "nothing-to-do",
                wave=3,
                needs_person=[
                    "Dockerfile:1 names the base image by digest",
                    "requirements.txt is compiled for 3.9",
                ],
            ),
            proposal(
                "nw-training-pipeline",
                "awaiting-parents",
                "awaiting-parents",
                wave=3,
                reason="waits for nw-features",
            ),
        ],
    }

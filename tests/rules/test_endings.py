"""The effective end of life: real trees, read as `check` reads them, on one day and another."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pylife import calendar, declarations, platforms, policy
from pylife.fleet import load_all
from pylife.model import Declaration, Finding, Kind, Project, Severity
from pylife.rules import run203, run204, sys903
from pylife.rules.base import Facts, FleetFacts, Verdict, finding
from pylife.rules.endings import Lifetime, document
from pylife.workflow import endings
from pylife.workflow.images import Images
from tests.conftest import AS_OF, ROOT, MakeTree

MODEL = {
    "MLmodel": """\
artifact_path: model
flavors:
  python_function:
    env: conda.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    python_version: 3.9.18
mlflow_version: 2.9.2
""",
    "python_env.yaml": "python: 3.9.18\ndependencies:\n- -r requirements.txt\n",
    "requirements.txt": "mlflow==2.9.2\nscikit-learn==1.3.2\n",
    "serverless.yml": "service: score\nprovider:\n  name: aws\n  runtime: python3.9\n",
}


@dataclass
class Judged:
    """One project: the ends of what it stands on, and what the rules say of them."""

    lifetime: Lifetime
    found: tuple[Declaration, ...]
    project: Project

    def on(self, day: str, policy_name: str = "upstream") -> list[Finding]:
        window = policy.window(
            policy.find(policy_name, Path()), calendar.load(), dt.date.fromisoformat(day)
        )
        facts = Facts(
            project=self.project,
            declarations=self.found,
            problems=(),
            window=window,
            calendar=calendar.load(),
            endings=self.lifetime.endings,
        )
        return [
            finding(module.RULE, self.project.name, verdict)
            for module in (run203, run204)
            for verdict in module.check(facts)
            if isinstance(verdict, Verdict)
        ]

    @property
    def ends(self) -> list[str]:
        return [f"{end.last} {end.name} {end.file}:{end.line}" for end in self.lifetime.endings]


def read(root: Path, path: str = ".") -> Judged:
    fleet = load_all([root], cache=root / "cache", fetch=False)
    member = next(one for one in fleet.members if one.project.path == path)
    assert member.folder is not None
    around = Images(fleet).around(member)
    found = declarations.read(member.folder, member.files, around).declarations
    return Judged(endings.of(member, found, around, fleet), found, member.project)


def service(tree: MakeTree, files: Mapping[str, str], images: str = "") -> Judged:
    config = f'[[project]]\npath = "api"\nkind = "service"\n{images}'
    below = {f"api/{name}": content for name, content in files.items()}
    return read(tree({"pylife.toml": config, **below}), "api")


def brief(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(item.code, item.severity.value, item.subject) for item in found]


# What it stands on


def test_a_model_trained_under_39_and_served_on_lambda(tree: MakeTree) -> None:
    judged = read(tree(MODEL))
    assert judged.project.kind is Kind.MODEL
    assert judged.ends == [
        "2025-10-31 Python 3.9 MLmodel:7",
        "2025-12-15 AWS Lambda python3.9 (deprecated) serverless.yml:4",
        "2027-03-03 AWS Lambda python3.9 (updates blocked) serverless.yml:4",
    ]
    assert judged.lifetime.looked_up == (("AWS Lambda python3.9", platforms.load().snapshot),)
    assert judged.lifetime.unknown == ()


def test_a_library_stands_on_nothing(tree: MakeTree) -> None:
    root = tree(
        {
            "pyproject.toml": '[project]\nname = "nw-core"\n',
            "Dockerfile": "FROM python:3.9-slim-bullseye\n",
            "requirements.txt": "django==4.2\n",
        }
    )
    assert load_all([root], cache=root, fetch=False).members[0].project.kind is Kind.LIBRARY
    assert read(root).lifetime == Lifetime()


@pytest.mark.parametrize(
    ("files", "ends"),
    [
        (
            {"Dockerfile": "FROM python:3.12-slim-bullseye\n"},
            ["2026-08-31 Debian 11 Dockerfile:1", "2028-10-31 Python 3.12 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "ARG PY=3.12\nFROM mirror.example/python:${PY}-slim-bookworm\n"},
            ["2028-06-30 Debian 12 Dockerfile:1", "2028-10-31 Python 3.12 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "FROM ubuntu:20.04\nRUN apt-get install -y python3\n"},
            ["2024-10-07 Python 3.8 Dockerfile:1", "2025-05-31 Ubuntu 20.04 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "FROM ubuntu:20.04\nRUN apt-get install -y python3.11\n"},
            ["2025-05-31 Ubuntu 20.04 Dockerfile:2", "2027-10-31 Python 3.11 Dockerfile:2"],
        ),
        (
            {"Dockerfile": "FROM public.ecr.aws/lambda/python:3.9\n"},
            [
                "2025-10-31 Python 3.9 Dockerfile:1",
                "2025-12-15 AWS Lambda python3.9 (deprecated) Dockerfile:1",
                "2027-03-03 AWS Lambda python3.9 (updates blocked) Dockerfile:1",
            ],
        ),
        (
            {"Dockerfile": "FROM gcr.io/distroless/python3-debian12\n"},
            ["2027-10-31 Python 3.11 Dockerfile:1", "2028-06-30 Debian 12 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "FROM python:3.12-alpine3.20 AS a\nFROM python:3.12-alpine3.22\n"},
            [
                "2026-04-01 Alpine 3.20 Dockerfile:1",
                "2027-05-01 Alpine 3.22 Dockerfile:2",
                "2028-10-31 Python 3.12 Dockerfile:1",
            ],
        ),
        (
            {
                "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n"
                "  - {name: a, image: 'python:3.12-slim-bullseye'}\n"
                "  - {name: b, image: 'nginx:1.25-bookworm'}\n"
            },
            ["2026-08-31 Debian 11 pod.yaml:6", "2028-10-31 Python 3.12 pod.yaml:6"],
        ),
        (
            {"databricks.yml": "job:\n  new_cluster:\n    spark_version: 13.3.x-scala2.12\n"},
            [
                "2026-08-22 Databricks Runtime 13.3 (end of support) databricks.yml:3",
                "2026-10-31 Python 3.10 databricks.yml:3",
            ],
        ),
        (
            {"databricks.yml": "job:\n  new_cluster:\n    spark_version: 17.2.x-scala2.13\n"},
            ["2026-03-26 Databricks Runtime 17.2 (end of support) databricks.yml:3"],
        ),
        (
            {"firebase.json": '{"functions": {"runtime": "python311"}}'},
            [
                "2027-10-24 Google Cloud Functions python311 (deprecated) firebase.json:1",
                "2027-10-31 Python 3.11 firebase.json:1",
                "2028-04-24 Google Cloud Functions python311 (decommissioned) firebase.json:1",
            ],
        ),
        (
            {"serverless.yml": "provider:\n  name: google\n  runtime: python311\n"},
            [
                "2027-10-24 Google Cloud Functions python311 (deprecated) serverless.yml:3",
                "2027-10-31 Python 3.11 serverless.yml:3",
                "2028-04-24 Google Cloud Functions python311 (decommissioned) serverless.yml:3",
            ],
        ),
        (
            {"requirements.txt": "Django==4.2.11\nnumpy==2.3.1\npandas==2.0\n"},
            ["2026-04-07 Django 4.2 requirements.txt:1", "2027-06-08 NumPy 2.3 requirements.txt:2"],
        ),
    ],
)
def test_what_a_service_stands_on(files: dict[str, str], ends: list[str], tree: MakeTree) -> None:
    assert service(tree, files).ends == ends


def test_what_only_may_be_used_there_does_not_bind(tree: MakeTree) -> None:
    files = {
        "serverless.yml": "provider:\n  name: aws\n  runtime: python3.13\nlayers:\n  shared:\n"
        "    compatibleRuntimes: [python3.8, python3.13]\n",
        ".devcontainer/devcontainer.json": '{"image": "python:3.8-buster"}',
        ".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    runs-on: x\n"
        "    container: python:3.8-buster\n    steps: []\n",
    }
    names = [end.name for end in service(tree, files).lifetime.endings]
    assert names == [
        "AWS Lambda python3.13 (deprecated)",
        "AWS Lambda python3.13 (updates blocked)",
        "Python 3.13",
    ]


def test_the_organisation_knows_its_own_image(tree: MakeTree) -> None:
    images = """
[images."registry.example/base:*"]
python = "3.12"
end-of-life = "2027-01-31"
source = "the platform team's page"
date = 2026-10-01
"""
    judged = service(tree, {"Dockerfile": "FROM registry.example/base:4\n"}, images)
    assert judged.ends == [
        "2027-01-31 registry.example/base:4 Dockerfile:1",
        "2028-10-31 Python 3.12 Dockerfile:1",
    ]
    assert judged.lifetime.endings[0].source == (
        "pylife.toml [images], from the platform team's page of 2026-10-01"
    )
    assert judged.lifetime.looked_up == (), "what pylife.toml says is no data of pylife's"


@pytest.mark.parametrize(
    ("files", "unknown"),
    [
        (
            {"Dockerfile": "FROM python:3.12-slim\n"},
            "Dockerfile:1: python:3.12-slim names no release of an operating system; [images] of pylife.toml can give its end-of-life",
        ),
        (
            {"Dockerfile": "FROM alpine:3.24\nRUN apk add python3\n"},
            "Dockerfile:1: no end of support is known of Alpine 3.24",
        ),
        (
            {"app.yaml": "runtime: python312\n"},
            "app.yaml:1: no end of support is known of Google App Engine python312",
        ),
        (
            {"databricks.yml": "job:\n  new_cluster:\n    spark_version: 99.9.x-scala2.13\n"},
            "databricks.yml:3: no end of support is known of Databricks Runtime 99.9",
        ),
        (
            {"requirements.txt": "numpy==9.9.9\n"},
            "requirements.txt:1: no end of support is known of NumPy 9.9.9",
        ),
        (
            {"Dockerfile": "FROM python\n"},
            "Dockerfile:1: the tag names no minor version: whichever is newest when it is built or pulled",
        ),
        (
            {".python-version": "3.77\n"},
            ".python-version:1: 3.77: no Python 3.77 is known",
        ),
    ],
)
def test_what_is_not_known_is_said(files: dict[str, str], unknown: str, tree: MakeTree) -> None:
    assert unknown in service(tree, files).lifetime.unknown


def test_an_image_of_the_fleet_has_its_own_end(tree: MakeTree) -> None:
    root = tree(
        {
            "pylife.toml": '[[project]]\npath = "base"\nkind = "image"\n'
            'builds = ["registry.example/nw-base"]\n'
            '[[project]]\npath = "api"\nkind = "service"\n',
            "base/Dockerfile": "FROM python:3.12-slim-bullseye\n",
            "api/Dockerfile": "FROM registry.example/nw-base:1\n",
        }
    )
    judged = read(root, "api")
    assert judged.ends == ["2028-10-31 Python 3.12 Dockerfile:1"]
    assert judged.lifetime.unknown == (
        "Dockerfile:1: registry.example/nw-base:1 is built by base, which has its own",
    )
    assert "2026-08-31 Debian 11 Dockerfile:1" in read(root, "base").ends


def test_the_data_is_not_read_for_what_names_no_platform(tree: MakeTree) -> None:
    platforms.load.cache_clear()
    service(tree, {".python-version": "3.12\n"})
    assert platforms.load.cache_info().misses == 0
    service(tree, {"serverless.yml": "provider:\n  runtime: python3.12\n"})
    assert platforms.load.cache_info().misses == 1


# What the rules say


def test_the_python_binds_then_other_rules_speak(tree: MakeTree) -> None:
    found = read(tree(MODEL)).on(AS_OF)
    assert brief(found) == []


def test_the_platform_blocks_soon(tree: MakeTree) -> None:
    judged = read(tree(MODEL))
    assert brief(judged.on("2026-12-01")) == []
    (found,) = judged.on("2026-12-15")
    assert brief([found]) == [("RUN204", "warning", "AWS Lambda python3.9")]
    assert found.message == (
        "AWS Lambda python3.9: updates blocked from 2027-03-03, when not even a fix can be deployed"
    )
    assert (found.file, found.line) == ("serverless.yml", 4)
    assert found.effective == "2027-03-03"
    assert found.help == "move to a runtime after AWS Lambda python3.9 before then"
    assert found.span is not None
    assert brief(judged.on("2027-03-03")) == [("RUN204", "warning", "AWS Lambda python3.9")]
    (late,) = judged.on("2027-03-04")
    assert brief([late]) == [("RUN204", "error", "AWS Lambda python3.9")]
    assert "updates blocked since 2027-03-03" in late.message
    assert late.fingerprint == found.fingerprint


def test_the_image_binds(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM python:3.12-slim-bullseye\n"})
    assert brief(judged.on("2026-05-01")) == []
    (near,) = judged.on("2026-07-01")
    assert brief([near]) == [("RUN203", "warning", "image Debian 11")]
    assert near.message == (
        "its effective end of life is 2026-08-31:"
        " built on Debian 11 (Dockerfile:1), maintained until 2026-08-31"
    )
    assert near.help == "build on a release after Debian 11 that is maintained"
    assert brief(judged.on("2026-08-31")) == [("RUN203", "warning", "image Debian 11")]
    (late,) = judged.on("2026-09-01")
    assert brief([late]) == [("RUN203", "error", "image Debian 11")]
    assert late.message.startswith("its effective end of life was 2026-08-31: ")
    assert late.fingerprint == near.fingerprint


def test_a_pinned_package_binds_and_is_no_error_by_itself(tree: MakeTree) -> None:
    judged = read(tree({**MODEL, "requirements.txt": "mlflow==2.9.2\nnumpy==1.26.4\n"}))
    (found,) = judged.on(AS_OF)
    assert (found.file, found.line, found.span) == ("requirements.txt", 2, None)
    assert brief([found]) == [("RUN203", "error", "dependency NumPy 1.26")]
    assert found.message == (
        "its effective end of life was 2025-09-17:"
        " pins NumPy 1.26 (requirements.txt:2), maintained until 2025-09-17;"
        " trained under Python 3.9 (MLmodel:7), whose end of life was 2025-10-31;"
        " AWS Lambda python3.9 (serverless.yml:4): deprecated since 2025-12-15"
    )
    alone = service(tree, {"requirements.txt": "numpy==1.26.4\n", ".python-version": "3.13\n"})
    assert brief(alone.on(AS_OF)) == [("RUN203", "warning", "dependency NumPy 1.26")]


def test_a_month_is_past_with_its_last_day(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM ubuntu:22.04\nRUN apt-get install -y python3.13\n"})
    (near,) = judged.on("2027-04-30")
    assert near.severity is Severity.WARNING
    assert near.message.startswith("its effective end of life is 2027-04: built on Ubuntu 22.04")
    (late,) = judged.on("2027-05-01")
    assert late.severity is Severity.ERROR


def test_what_is_maintained_for_long_gives_nothing(tree: MakeTree) -> None:
    files = {
        "Dockerfile": "FROM python:3.13-slim-trixie\n",
        "requirements.txt": "django==5.2.1\n",
        "serverless.yml": "provider:\n  runtime: python3.13\n",
    }
    assert brief(service(tree, files).on(AS_OF)) == []


def test_stale_data_is_a_finding_only_where_it_was_used(tree: MakeTree) -> None:
    looked_up = read(tree(MODEL)).lifetime.looked_up
    window = policy.window(
        policy.find("upstream", Path()), calendar.load(), dt.date.fromisoformat(AS_OF)
    )
    snapshot = platforms.load().snapshot
    limit = window.policy.stale_after.after(snapshot)

    def said(day: dt.date, used: tuple[tuple[str, dt.date], ...]) -> list[Verdict]:
        facts = FleetFacts(name="nw", as_of=day, windows=(window,), snapshots=used)
        return list(sys903.check(facts))

    assert said(limit, looked_up) == []
    (found,) = said(limit + dt.timedelta(days=1), looked_up)
    assert found.subject == "platforms"
    assert found.message.startswith(
        f"the dates of AWS Lambda python3.9 were looked up on {snapshot}"
    )
    assert found.effective == limit.isoformat()
    assert said(limit + dt.timedelta(days=1), ()) == []


# As a document


def test_the_document(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM ubuntu:22.04\nRUN apt-get install -y python3.13\n"})
    made = document(judged.lifetime, lambda file: f"api/{file}")
    assert json.loads(json.dumps(made)) == made
    binding = {
        "kind": "image",
        "name": "Ubuntu 22.04",
        "date": "2027-04-30",
        "month": True,
        "source": "wiki.ubuntu.com/Releases; endoflife.date/ubuntu."
        " Ubuntu Pro's expanded maintenance is not counted",
        "file": "api/Dockerfile",
        "line": 2,
    }
    expected: dict[str, Any] = {"date": "2027-04-30", "month": True, "binding": binding}
    assert {key: made[key] for key in expected} == expected
    assert [ending["name"] for ending in made["endings"]] == ["Ubuntu 22.04", "Python 3.13"]
    assert document(Lifetime()) == {
        "date": None, "month": False, "binding": None, "endings": [], "unknown": [],
    }  # fmt: skip


def test_the_same_whatever_the_order_of_files(tree: MakeTree) -> None:
    root = tree(MODEL)
    fleet = load_all([root], cache=root, fetch=False)
    (member,) = fleet.members
    around = Images(fleet).around(member)
    found = declarations.read(root, member.files, around).declarations
    turned = member._replace(files=tuple(reversed(member.files)))
    assert endings.of(member, found, around, fleet) == endings.of(turned, found, around, fleet)


def test_the_example_fleet_has_ends() -> None:
    judged = read(ROOT / "examples" / "platform", "models/churn-model")
    assert judged.lifetime.binding is not None
    assert any(end.startswith("2025-10-31 Python 3.9 MLmodel") for end in judged.ends)

"""The effective end of life: real trees, read as `check` reads them, on one day and another."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pylife import calendar, declarations, platforms, policy
from pylife.fleet import load_all
from pylife.model import Declaration, Finding, Kind, Project, SetPython, Severity
from pylife.rules import run201, run202, run203, run204, sys903
from pylife.rules.base import Facts, FleetFacts, NotEvaluated, Rule, Verdict, finding
from pylife.rules.endings import Lifetime, document
from pylife.workflow import endings
from pylife.workflow.images import Images
from pylife.workflow.read import scan
from pylife.workflow.records import Read
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
MODEL_ALONE = {"MLmodel": MODEL["MLmodel"]}


@dataclass
class Judged:
    """One project: the ends of what it stands on, and what the rules say of them."""

    lifetime: Lifetime
    found: tuple[Declaration, ...]
    project: Project

    not_evaluated: list[str] = field(default_factory=list)
    """By RUN203, when it was last asked."""

    def on(
        self,
        day: str,
        policy_name: str = "upstream",
        rules: Sequence[Rule] = (run203.RULE, run204.RULE),
    ) -> list[Finding]:
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
            unknown_endings=self.lifetime.unknown,
            offered=self.lifetime.offered,
        )
        self.not_evaluated = [
            item.reason for item in run203.check(facts) if isinstance(item, NotEvaluated)
        ]
        return [
            finding(rule, self.project.name, verdict)
            for rule in rules
            for verdict in rule.check(facts)
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
            ["2028-06-30 Debian 12 Dockerfile:2", "2028-10-31 Python 3.12 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "FROM ubuntu:20.04\nRUN apt-get install -y python3\n"},
            ["2024-10-07 Python 3.8 Dockerfile:1", "2025-05-31 Ubuntu 20.04 Dockerfile:1"],
        ),
        (
            {"Dockerfile": "FROM ubuntu:20.04\nRUN apt-get install -y python3.11\n"},
            ["2025-05-31 Ubuntu 20.04 Dockerfile:1", "2027-10-31 Python 3.11 Dockerfile:2"],
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
            {"Dockerfile": "FROM python:3.12.1-slim\n"},
            (
                "Dockerfile:1: python:3.12.1-slim names no release of an operating system that is"
                " known; [images] of pylife.toml can give its end-of-life"
            ),
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
    assert judged.lifetime.unknown == (), "what base stands on is joined later"
    assert "2026-08-31 Debian 11 Dockerfile:1" in read(root, "base").ends


def test_the_data_is_not_read_for_what_names_no_platform(tree: MakeTree) -> None:
    platforms.load.cache_clear()
    service(
        tree,
        {
            ".python-version": "3.12\n",
            "pyproject.toml": '[project]\nname = "api"\ndependencies = ["numpy>=1.24"]\n',
        },
    )
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
    assert brief(judged.on("2027-03-02")) == [("RUN204", "warning", "AWS Lambda python3.9")]
    (late,) = judged.on("2027-03-03")
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
        facts = FleetFacts(
            name="nw",
            as_of=day,
            calendar_of=calendar.load().snapshot,
            windows=(window,),
            snapshots=used,
        )
        return list(sys903.check(facts))

    assert said(limit, looked_up) == []
    (found,) = said(limit + dt.timedelta(days=1), looked_up)
    assert found.subject == "platforms"
    assert found.message.startswith(f"AWS Lambda python3.9: looked up on {snapshot}")
    assert found.effective == (limit + dt.timedelta(days=1)).isoformat()
    assert said(limit + dt.timedelta(days=1), ()) == []


# An image whose Dockerfile declares no Python


@pytest.mark.parametrize(
    ("image", "end"),
    [
        ("debian:bullseye-slim", "2026-08-31 Debian 11 Dockerfile:2"),
        ("ubuntu:20.04", "2025-05-31 Ubuntu 20.04 Dockerfile:2"),
        ("rockylinux:8", "2029-05-31 RHEL 8 Dockerfile:2"),
        ("nginx:1.25-bookworm", "2028-06-30 Debian 12 Dockerfile:2"),
    ],
)
def test_what_declares_no_python_has_a_system(image: str, end: str, tree: MakeTree) -> None:
    files = {"Dockerfile": f"# serves\nFROM {image}\nRUN useradd x\nCMD ./server\n"}
    assert service(tree, files).ends == [end]


def test_a_dead_system_without_a_python_is_an_error(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM debian:bullseye-slim\nCMD ./server\n"})
    (found,) = judged.on(AS_OF)
    assert brief([found]) == [("RUN203", "error", "image Debian 11")]
    assert (found.file, found.line) == ("Dockerfile", 1)


@pytest.mark.parametrize(
    "image",
    [
        "nvcr.io/nvidia/tritonserver:24.01-py3",
        "pytorch/torchserve:latest",
        "seldonio/mlserver:1.5.0",
        "europe-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-3:latest",
    ],
)
def test_an_image_of_which_nothing_is_known_is_said(image: str, tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": f"FROM {image}\nCMD serve\n"})
    assert judged.on(AS_OF) == []
    assert judged.not_evaluated == [
        (
            f"Dockerfile:1: {image} names no release of an operating system that is known;"
            " [images] of pylife.toml can give its end-of-life"
        )
    ]


@pytest.mark.parametrize(
    "content",
    [
        "FROM python:3.14-slim\n",
        "FROM mirror.example/python:3.14-alpine\n",
        "FROM scratch\nCOPY server /\n",
        "FROM debian:11 AS build\nRUN make\nFROM scratch\nCOPY --from=build server /\n",
        "FROM python:3.14-slim-trixie AS base\nFROM debian:10 AS tools\nFROM base\n",
    ],
)
def test_what_moves_on_by_itself_is_no_unknown(content: str, tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": content})
    assert judged.on(AS_OF) == []
    assert judged.not_evaluated == []
    assert "Debian 11" not in str(judged.ends)
    assert "Debian 10" not in str(judged.ends)


@pytest.mark.parametrize(
    ("content", "unknown"),
    [
        ("FROM python:3.14-alpine3.13\n", "python:3.14-alpine3.13 names no release"),
        ("FROM python:3.14-slim@sha256:0123\n", "python:3.14-slim@sha256:0123 names no release"),
        (
            "ARG BASE\nFROM ${BASE}\n",
            "Dockerfile:2: which image it builds on is given to the build",
        ),
    ],
)
def test_what_does_not_move_on_is_unknown(content: str, unknown: str, tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": content})
    judged.on(AS_OF)
    (said,) = judged.not_evaluated
    assert unknown in said


def test_the_image_of_tests_is_not_shipped(tree: MakeTree) -> None:
    files = {"Dockerfile.test": "FROM debian:10\n", ".devcontainer/Dockerfile": "FROM debian:10\n"}
    assert service(tree, files).lifetime == Lifetime()


# What to move to


@pytest.mark.parametrize(
    ("files", "help_", "to"),
    [
        (
            {"serverless.yml": "provider:\n  name: aws\n  runtime: python3.9\n"},
            "move to 3.14", "3.14",
        ),
        (
            {"Dockerfile": "FROM public.ecr.aws/lambda/python:3.10\n"},
            "move to 3.14", "3.14",
        ),
        (
            {"Dockerfile": "ARG PY=3.10\nFROM public.ecr.aws/lambda/python:${PY}\n"},
            "move to 3.14", "3.14",
        ),
        (
            {"apprunner.yaml": "version: 1.0\nruntime: python3\nrun:\n  runtime-version: 3.8.16\n"},
            "move to another platform: none of the window's Pythons is known to be offered here",
            None,
        ),
        (
            {"Dockerfile": "FROM python:3.9-slim-buster\n"},
            "move to 3.15, on a release after Debian 10 that is maintained", None,
        ),
        (
            {"Dockerfile": "ARG PY=3.9\nFROM python:${PY}-slim-buster\n"},
            "move to 3.15, on a release after Debian 10 that is maintained", None,
        ),
        (
            {"Dockerfile": "FROM python:3.9-alpine3.13\n"},
            "move to 3.15, on a release of Alpine that is maintained (of 3.13 nothing is known)",
            None,
        ),
        ({"Dockerfile": "FROM python:3.9-slim-bookworm\n"}, "move to 3.15", "3.15"),
        ({"Dockerfile": "FROM python:3.9-slim\n"}, "move to 3.15", "3.15"),
        (MODEL_ALONE, "train it anew under 3.15, or validate it there", None),
        (
            {"MLmodel": "flavors: {}\n", "conda.yaml": "dependencies:\n- python=3.9.18\n"},
            "train it anew under 3.15, or validate it there", None,
        ),
    ],
)  # fmt: skip
def test_what_to_move_to(files: dict[str, str], help_: str, to: str | None, tree: MakeTree) -> None:
    found = service(tree, files).on(AS_OF, rules=[run201.RULE])
    assert {item.help for item in found} == {help_}
    versions = {str(change.version) for item in found for change in item.changes
                if isinstance(change, SetPython)}  # fmt: skip
    assert versions == ({to} if to else set())


def test_two_files_on_the_same_dead_system(tree: MakeTree) -> None:
    image = "FROM python:3.9-slim-buster\n"
    found = service(tree, {"Dockerfile": image, "b/Dockerfile": image}).on(
        AS_OF, rules=[run201.RULE]
    )
    assert [item.changes for item in found] == [(), ()]


def test_a_platform_that_is_named_twice_offers_the_same_twice(tree: MakeTree) -> None:
    image = "        - {name: a, image: 'public.ecr.aws/lambda/python:3.10'}\n"
    pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
    judged = service(tree, {"pod.yaml": pod + image + image.replace("a,", "b,")})
    assert {line for _, line in judged.lifetime.offered} == {5, 6}
    assert [item.help for item in judged.on(AS_OF, rules=[run201.RULE])] == ["move to 3.14"] * 2


def test_a_model_is_trained_under_its_python(tree: MakeTree) -> None:
    judged = service(tree, MODEL_ALONE)
    messages = [item.message for item in judged.on(AS_OF, rules=[run201.RULE])]
    assert messages == ["trained under 3.9: its end of life was 2025-10-31"]
    messages = [item.message for item in judged.on("2025-10-01", rules=[run202.RULE])]
    assert messages == [
        "trained under 3.9, which is dropped by the policy 'upstream' on 2025-10-31"
    ]


def test_an_end_that_is_known_to_the_month_is_said_so(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM python:3.10-slim\n"})
    (found,) = judged.on("2026-10-01", "azure-sdk", rules=[run202.RULE])
    assert found.message == "runs on 3.10, which reaches its end of life in 2026-10"
    (found,) = judged.on("2026-11-01", "azure-sdk", rules=[run201.RULE])
    assert found.message == (
        "runs on 3.10: its end of life was 2026-10; the policy allows it until 2027-04-30"
    )


# What the operating system maintains


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "FROM rockylinux:9\nRUN dnf install -y python3\n",
            (
                "runs on 3.9 (RHEL 9's python3): CPython's own end of life was 2025-10-31;"
                " RHEL 9 maintains it until 2032-05-31"
            ),
        ),
        (
            "FROM registry.access.redhat.com/ubi9/python-39\n",
            (
                "runs on 3.9: CPython's own end of life was 2025-10-31;"
                " RHEL 9 maintains it until 2032-05-31"
            ),
        ),
    ],
)
def test_the_system_maintains_its_python(content: str, message: str, tree: MakeTree) -> None:
    (found,) = service(tree, {"Dockerfile": content}).on(AS_OF, rules=[run201.RULE])
    assert (found.severity, found.message) == (Severity.WARNING, message)


def test_the_system_maintains_it_before_its_end_too(tree: MakeTree) -> None:
    judged = service(tree, {"Dockerfile": "FROM ubuntu:24.04\nRUN apt-get install -y python3\n"})
    (found,) = judged.on("2028-09-15", rules=[run202.RULE])
    assert found.severity is Severity.WARNING
    assert found.message.endswith("on 2028-10-31; Ubuntu 24.04 maintains it until 2029-05-31")


@pytest.mark.parametrize(
    "content",
    [
        "FROM python:3.9-slim-bookworm\n",  # compiled, not Debian's
        "FROM registry.access.redhat.com/ubi8/python-39\n",  # not RHEL 8's own
        "FROM rockylinux:9\nRUN pyenv install 3.9\n",
        "FROM debian:11\nRUN apt-get install -y python3\n",  # whose end was
    ],
)
def test_nobody_maintains_it(content: str, tree: MakeTree) -> None:
    (found,) = service(tree, {"Dockerfile": content}).on(AS_OF, rules=[run201.RULE])
    assert found.severity is Severity.ERROR
    assert "maintains it" not in found.message


# Through an image of the fleet


def reads(root: Path) -> dict[str, Read]:
    found = scan([root], as_of=dt.date.fromisoformat(AS_OF), policy_name=None, cache=root / "c")
    once = endings.inherited(found.reads)
    assert endings.inherited(once) == once
    return {read.member.project.name: read for read in once}


def ends_of(read: Read) -> list[str]:
    return [f"{end.last} {end.name}" for end in read.endings]


def fleet_of(tree: MakeTree, **dockerfiles: str) -> Path:
    config = "".join(
        f'[[project]]\npath = "{name}"\nname = "{name}"\nkind = "image"\n'
        f'builds = ["registry.example/{name}"]\n'
        for name in dockerfiles
    )
    files = {f"{name}/Dockerfile": content for name, content in dockerfiles.items()}
    return tree({"pylife.toml": config, **files})


def test_what_an_image_of_the_fleet_stands_on_binds(tree: MakeTree) -> None:
    root = fleet_of(
        tree,
        base="FROM python:3.12-slim-bullseye\n",
        middle="FROM registry.example/base:1\n",
        api="FROM registry.example/middle:2\n",
    )
    found = reads(root)
    assert ends_of(found["base"]) == ["2026-08-31 Debian 11", "2028-10-31 Python 3.12"]
    for name in ("middle", "api"):
        assert ends_of(found[name]) == [
            "2026-08-31 Debian 11, through base",
            "2028-10-31 Python 3.12",
        ]
        assert found[name].unknown_endings == ()
    assert (found["api"].endings[0].file, found["api"].endings[0].line) == (None, None)
    read = found["api"]
    judged = Judged(
        Lifetime(read.endings, read.unknown_endings), read.declarations, read.member.project
    )
    (late,) = judged.on(AS_OF)
    assert brief([late]) == [("RUN203", "error", "image Debian 11, through base")]
    assert late.help == (
        "move base to a release after Debian 11 that is maintained, and build on that"
    )


def test_an_image_without_a_python_binds_too(tree: MakeTree) -> None:
    root = fleet_of(
        tree,
        base="FROM debian:bullseye\n",
        api="FROM registry.example/base:1\nRUN pip install x\n",
    )
    assert ends_of(reads(root)["api"]) == ["2026-08-31 Debian 11, through base"]


def test_the_python_of_an_image_binds_where_no_other_rule_speaks_of_it(tree: MakeTree) -> None:
    root = fleet_of(
        tree,
        base="FROM python:3.9-slim-trixie\n",
        api="FROM registry.example/base:1\n",
    )
    api = reads(root)["api"]
    assert ends_of(api) == ["2025-10-31 Python 3.9", "2030-06-30 Debian 13, through base"]


def test_images_that_are_built_of_each_other(tree: MakeTree) -> None:
    root = fleet_of(
        tree,
        left="FROM registry.example/right:1 AS a\nFROM debian:11\n",
        right="FROM registry.example/left:1 AS a\nFROM debian:12\n",
    )
    found = reads(root)
    assert ends_of(found["left"]) == ["2026-08-31 Debian 11", "2028-06-30 Debian 12, through right"]
    assert ends_of(found["right"]) == ["2026-08-31 Debian 11, through left", "2028-06-30 Debian 12"]


def test_an_image_that_only_tests_run_in_does_not_bind(tree: MakeTree) -> None:
    config = (
        '[[project]]\npath = "base"\nname = "base"\nkind = "image"\n'
        'builds = ["registry.example/base"]\n'
        '[[project]]\npath = "api"\nname = "api"\nkind = "service"\n'
    )
    workflow = (
        "on: push\njobs:\n  t:\n    runs-on: x\n    container: registry.example/base:1\n"
        "    steps: []\n"
    )
    root = tree(
        {
            "pylife.toml": config,
            "base/Dockerfile": "FROM python:3.12-slim-bullseye\n",
            "api/.github/workflows/ci.yml": workflow,
            "api/.python-version": "3.14\n",
        }
    )
    api = reads(root)["api"]
    assert api.bases == ("base",)
    assert ends_of(api) == ["2030-10-31 Python 3.14"]


def test_what_is_unknown_of_an_image_of_the_fleet_is_said(tree: MakeTree) -> None:
    root = fleet_of(
        tree,
        base="FROM example/unknown:1\n",
        api="FROM registry.example/base:1\n",
    )
    assert "not all is known of what the image of base stands on" in (
        reads(root)["api"].unknown_endings
    )


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
        "line": 1,
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

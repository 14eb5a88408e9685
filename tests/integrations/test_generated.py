"""Each file that `pylife init` makes, against its own schema and linter, and pylife's options."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pylife import __version__, cli
from pylife.workflow.integrations.base import actions
from tests.conftest import ROOT
from tests.integrations.conftest import load, texts, unfolded

WORKFLOWS = (".github/workflows/pylife.yml", ".github/workflows/pylife-nightly.yml")
GITLAB = (
    ".gitlab-ci.yml",
    ".gitlab/templates/pylife.gitlab-ci.yml",
    ".gitlab/templates/pylife-nightly.gitlab-ci.yml",
)
MANIFEST = "k8s/pylife-nightly.yaml"
WORKERS = "k8s/pylife-workers.yaml"
HOOKS = ".pre-commit-config.yaml"
ALL = (*WORKFLOWS, *GITLAB, MANIFEST, WORKERS, HOOKS)


def tool(module: str, *arguments: str | Path, program: str = "") -> str:
    """Run an installed linter; skips where it is not installed."""
    if program:
        found = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(
            program
        )
        if found is None:
            pytest.skip(f"{program} is not installed")
        command = [found]
    else:
        pytest.importorskip(module)
        command = [sys.executable, "-m", module]
    done = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("gitlab-ci", GITLAB),
    ],
)
def test_files_are_valid_by_the_published_schemas(
    generated: Path, schema: str, paths: tuple[str, ...]
) -> None:
    files = [generated / path for path in paths]
    tool("check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_the_action_is_valid_by_the_published_schema() -> None:
    tool("check_jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")


def test_a_wrong_file_would_be_found(generated: Path, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    text = (generated / WORKFLOWS[0]).read_text().replace("runs-on:", "run-on:")
    (tmp_path / "wrong.yml").write_text(text)
    with pytest.raises(AssertionError, match="run-on"):
        tool(
            "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
            tmp_path / "wrong.yml",
        )  # fmt: skip


def test_pre_commit_finds_its_files_valid(generated: Path) -> None:
    tool("pre_commit", "validate-config", generated / HOOKS)
    tool("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


def test_zizmor_finds_nothing_unsafe(generated: Path) -> None:
    files = [*(generated / path for path in WORKFLOWS), ROOT / "action.yml"]
    tool("", "--offline", "--no-progress", "--quiet", *files, program="zizmor")


def test_actionlint_finds_nothing(generated: Path) -> None:
    tool("", *(generated / path for path in WORKFLOWS), program="actionlint")


def scripts(root: Path) -> list[tuple[str, str]]:
    """Every shell script of the files, named."""
    found = []
    for path in WORKFLOWS:
        (document,) = load(root / path)
        for job, body in document["jobs"].items():
            found += [
                (f"{Path(path).stem}-{job}-{number}", step["run"])
                for number, step in enumerate(body["steps"])
                if "run" in step
            ]
    (action,) = load(ROOT / "action.yml")
    found += [
        (f"action-{number}", step["run"])
        for number, step in enumerate(action["runs"]["steps"])
        if "run" in step
    ]
    pod = manifest(root)["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    found += [
        (f"kubernetes-{one['name']}", one["args"][0])
        for one in [*pod["initContainers"], *pod["containers"]]
    ]
    for name, one in [*machines(root)["scheduler"].items(), *machines(root)["worker"].items()]:
        if one["command"][0] == "bash":
            found.append((f"kubernetes-workers-{len(found)}-{name}", one["args"][0]))
    job = load(root / GITLAB[1])[0]["pylife"]
    found.append(("gitlab", "\n".join([*job["before_script"], *job["script"]])))
    jobs = load(root / GITLAB[2])[0]
    for name, body in jobs.items():
        if "script" in body:
            before = body.get("before_script", jobs[".pylife-nightly"]["before_script"])
            found.append((f"gitlab-{name}", "\n".join([*before, *body["script"]])))
    return found


def test_shellcheck_finds_nothing(generated: Path, tmp_path: Path) -> None:
    found = scripts(generated)
    assert len(found) > 18
    for name, script in found:
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\nset -eo pipefail\n{script}\n")
    tool("", "--severity=style", *sorted(tmp_path.iterdir()), program="shellcheck")


def manifest(root: Path) -> dict[str, Any]:
    """The resources by kind."""
    documents = list(yaml.safe_load_all((root / MANIFEST).read_text()))
    return {document["kind"]: document for document in documents}


def resources(root: Path) -> list[dict[str, Any]]:
    """What the workers' manifest has."""
    return list(yaml.safe_load_all((root / WORKERS).read_text()))


def machines(root: Path) -> dict[str, dict[str, Any]]:
    """The containers of the scheduler and of the workers, by name."""
    found = {}
    for one in resources(root):
        if one["kind"] == "Deployment":
            pod = one["spec"]["template"]["spec"]
            every = [*pod["initContainers"], *pod["containers"]]
            found[one["metadata"]["name"].removeprefix("pylife-")] = {c["name"]: c for c in every}
    return found


def test_the_manifests_are_valid_by_kubernetes_schemas(generated: Path) -> None:
    validator = pytest.importorskip("kubernetes_validate")
    for resource in [*manifest(generated).values(), *resources(generated)]:
        for version in ("1.31", "1.35"):
            validator.validate(resource, version, strict=True)


def test_scheduler_and_workers_are_restricted_and_reach_each_other(generated: Path) -> None:
    found = resources(generated)
    service = next(one for one in found if one["kind"] == "Service")["spec"]
    policies = {one["metadata"]["name"]: one for one in found if one["kind"] == "NetworkPolicy"}
    nightly = manifest(generated)["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]
    labels = [nightly["metadata"]["labels"]]
    for one in found:
        if one["kind"] != "Deployment":
            continue
        template = one["spec"]["template"]
        pod, own = template["spec"], template["metadata"]["labels"]
        labels.append(own)
        assert one["spec"]["selector"]["matchLabels"] == own
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in [*pod["initContainers"], *pod["containers"]]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert set(container["resources"]) == {"requests", "limits"}
            assert all("secret" not in str(entry).lower() for entry in container["env"])
        # The policy of that name guards these pods, and lets in pods that there are.
        policy = policies[one["metadata"]["name"]]["spec"]
        assert policy["podSelector"]["matchLabels"] == own
        [rule] = policy["ingress"]
        ports = {port["containerPort"] for port in pod["containers"][0]["ports"]}
        assert {port["port"] for port in rule["ports"]} == ports
    allowed = [
        peer["podSelector"]["matchLabels"]
        for policy in policies.values()
        for rule in policy["spec"]["ingress"]
        for peer in rule["from"]
    ]
    assert all(one in labels for one in allowed)
    assert service["selector"] in labels
    assert [port["port"] for port in service["ports"]] == [8786]


def test_the_pod_is_restricted(generated: Path) -> None:
    # Kubernetes' documentation, "Pod Security Standards", profile restricted.
    pod = manifest(generated)["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert {next(iter(set(volume) - {"name"})) for volume in pod["volumes"]} == {
        "emptyDir", "persistentVolumeClaim", "secret",
    }  # fmt: skip
    for container in [*pod["initContainers"], *pod["containers"]]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]) == {"requests", "limits"}


def test_what_executes_projects_can_change_nothing_that_others_execute(generated: Path) -> None:
    pod = manifest(generated)["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    containers = {one["name"]: one for one in [*pod["initContainers"], *pod["containers"]]}
    resolver = containers.pop("resolve")
    assert {m["name"] for m in resolver["volumeMounts"] if not m.get("readOnly")} == {
        "tmp-resolve", "state",
    }  # fmt: skip
    runner = containers.pop("run")
    writable = {mount["name"] for mount in runner["volumeMounts"] if not mount.get("readOnly")}
    guarded = {mount["mountPath"] for mount in runner["volumeMounts"] if mount.get("readOnly")}
    assert writable == {"tmp-run", "state"}
    assert guarded == {
        "/pylife", "/fleet", "/state/repositories", "/state/forge", "/state/pythons",
        "/state/results/read.json", "/state/results/facts.json",
    }  # fmt: skip
    for other in containers.values():
        mounted = {mount["name"] for mount in other["volumeMounts"]}
        assert not mounted & {"tmp-run", "tmp-resolve"}
    with_git = {
        name
        for name, one in [*containers.items(), ("resolve", resolver), ("run", runner)]
        if "git" in {mount["name"] for mount in one["volumeMounts"]}
    }
    assert with_git == {"read"}


def test_each_secret_is_in_one_step_of_the_job_that_has_its_environment(generated: Path) -> None:
    (document,) = load(generated / WORKFLOWS[1])
    found = {
        (name, body["environment"], re.sub(r".*secrets\.(\w+).*", r"\1", value))
        for name, body in document["jobs"].items()
        for step in body["steps"]
        for value in step.get("env", {}).values()
        if "secrets." in value
    }
    assert found == {
        ("propose", "pylife-propose", "PYLIFE_FORGE_TOKEN"),
        ("bucket", "pylife-bucket", "PYLIFE_BUCKET_KEY_ID"),
        ("bucket", "pylife-bucket", "PYLIFE_BUCKET_KEY"),
    }
    text = (generated / WORKFLOWS[1]).read_text()
    assert text.count("secrets.") == len(found)
    assert "github.token" not in text
    for name in ("resolve", "run"):
        assert "environment" not in document["jobs"][name]
        assert document["jobs"][name]["permissions"] == {"contents": "read"}


def test_gitlabs_jobs_run_by_schedule_alone_and_projects_as_a_user_of_their_own(
    generated: Path,
) -> None:
    (jobs,) = load(generated / GITLAB[2])
    for name, body in jobs.items():
        rules = body.get("rules", jobs[".pylife-nightly"]["rules"])
        assert all('"schedule" && $PYLIFE_NIGHTLY == "true"' in rule["if"] for rule in rules), name
    runner = "\n".join(jobs["pylife-run"]["script"])
    executed = unfolded(runner)[unfolded(runner).index("setpriv") :].partition("\n")[0]
    assert re.match(r"setpriv --reuid=10001 .*env -i .*pylife nightly .*--only run ", executed)
    assert "TOKEN" not in executed
    scoped = {
        name: body["environment"]["name"] for name, body in jobs.items() if "environment" in body
    }
    assert scoped == {"pylife-bucket": "pylife/bucket"}


RIGHTS = {"publish": {}, "bucket": {}, "pages": {"pages": "write", "id-token": "write"}}


def test_no_job_has_more_rights_than_it_needs(generated: Path) -> None:
    for path in WORKFLOWS:
        (document,) = load(generated / path)
        assert document["permissions"] == {}
        for name, job in document["jobs"].items():
            rights = RIGHTS.get(name, {"contents": "read"})
            assert job["permissions"] == rights
            assert job["timeout-minutes"]
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] == "false"
                # What people can type goes to the shell as values of variables only.
                assert "${{" not in step.get("run", "")


def test_actions_are_pinned_to_the_commits_of_the_data(generated: Path) -> None:
    known = actions()
    lines = [
        line
        for path in [*(generated / path for path in WORKFLOWS), ROOT / "action.yml"]
        for line in path.read_text().splitlines()
        if re.match(r"\s*(# )?(- )?uses:", line)
    ]
    assert len(lines) > 20
    for line in lines:
        used = line.partition("uses: ")[2]
        assert used == known[used.partition("@")[0]]
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def commands(text: str) -> list[list[str]]:
    """The command lines of pylife in a shell script or a page."""
    found = []
    for line in unfolded(text).splitlines():
        for part in re.split(r"\|\||&&|;|\|", line):
            match = re.match(r'[\s#$]*(?:exec )?(?:"\$)?(?:[\w./-]*/)?pylife"? (?=\w)', part)
            if match is None:
                continue
            rest = re.sub(r"\$\([^()]*\)|\[[^\]]*\]", "VALUE", part[match.end() :])
            words = [word for word in shlex.split(rest) if word != "${argumentsVALUE}"]
            cut = next((n for n, w in enumerate(words) if re.match(r"\d?[<>]", w)), len(words))
            found.append(words[:cut])
    return found


def check_command(words: list[str]) -> None:
    """Fail where pylife has no such command, option or value."""
    command: click.Command = cli.main
    while isinstance(command, click.Group) and words:
        context = click.Context(command)
        child = command.get_command(context, words[0])
        assert child is not None, words
        command, words = child, words[1:]
    values, _, _ = command.make_parser(click.Context(command)).parse_args(list(words))
    for parameter in command.params:
        value = values.get(parameter.name or "")
        if isinstance(parameter.type, click.Choice) and isinstance(value, str) and "$" not in value:
            assert value in parameter.type.choices, words


@pytest.mark.parametrize("path", ALL)
def test_pylife_has_every_command_and_option_that_is_used(generated: Path, path: str) -> None:
    found = [
        words
        for document in load(generated / path)
        for text in texts(document)
        for words in commands(text)
    ]
    assert found or path == ".gitlab-ci.yml"
    for words in found:
        check_command(words)


@pytest.mark.parametrize("path", ["action.yml", ".pre-commit-hooks.yaml", "docs/ci.md"])
def test_pylife_has_every_command_and_option_of_the_pages(path: str) -> None:
    file = ROOT / path
    if file.suffix == ".md":
        blocks = re.findall(r"```(?:sh|yaml)\n(.*?)```", file.read_text(), re.S)
        found = [words for block in blocks for words in commands(block)]
    else:
        found = [
            words for document in load(file) for text in texts(document) for words in commands(text)
        ]
    assert found
    for words in found:
        check_command(words)


@pytest.mark.parametrize("words", [["chek"], ["check", "--foo"], ["check", "--format", "xml"]])
def test_a_wrong_command_would_be_found(words: list[str]) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        check_command(words)


@pytest.mark.parametrize("path", ALL)
def test_files_install_this_pylife_and_hold_no_hole(generated: Path, path: str) -> None:
    text = (generated / path).read_text()
    assert "<<" not in re.sub(r"<<'EOF'|<<<", "", text)
    if path != ".gitlab-ci.yml":
        assert re.search(
            rf"python-lifecycle(\[nightly(,dask)?\])?=={re.escape(__version__)}\"", text
        )
    assert not re.search(rf"==(?!{re.escape(__version__)})\d", text)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 100

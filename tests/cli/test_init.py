from pathlib import Path

import pytest

from tests.conftest import AS_OF, ROOT, MakeTree, Pylife

LIBRARY = '[project]\nname = "good"\nrequires-python = ">=3.11"\n'
HOOKS = ".pre-commit-config.yaml"
MADE = {
    "pylife.toml",
    HOOKS,
    ".github/workflows/pylife.yml",
    ".github/workflows/pylife-nightly.yml",
    ".gitlab-ci.yml",
    ".gitlab/templates/pylife.gitlab-ci.yml",
    ".gitlab/templates/pylife-nightly.gitlab-ci.yml",
    "k8s/pylife-nightly.yaml",
    "k8s/pylife-workers.yaml",
}


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def test_without_with_it_writes_pylife_toml_alone(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"a/pyproject.toml": LIBRARY})
    ran = pylife("init", root)
    assert (ran.code, set(contents(root))) == (0, {"a/pyproject.toml", "pylife.toml"})
    assert ran.out.startswith(f"wrote        {root / 'pylife.toml'}\n")
    assert 'path = "a"' in (root / "pylife.toml").read_text()
    assert 'policy = "upstream"' in (root / "pylife.toml").read_text()
    again = pylife("init", root)
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    assert pylife("init", root, "--force", "--policy", "spec0").code == 0
    assert 'policy = "spec0"' in (root / "pylife.toml").read_text()


def test_all_is_made_once_and_stays(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": LIBRARY})
    ran = pylife("init", root, "--with", "all")
    assert (ran.code, ran.err) == (0, "")
    before = contents(root)
    assert set(before) == {"pyproject.toml", *MADE}
    for path in MADE:
        assert str(root / path) in ran.out
    again = pylife("init", root, "--with", "all")
    assert again.code == 0
    assert "wrote" not in again.out
    assert "next:" not in again.out
    assert contents(root) == before


def test_only_what_is_asked_for_is_made(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "[fleet]\nname = 'mine'\n"})
    assert pylife("init", root, "--with", "nightly,github", "--with", "pre-commit").code == 0
    assert set(contents(root)) == {
        "pyproject.toml", "pylife.toml", HOOKS,
        ".github/workflows/pylife.yml", ".github/workflows/pylife-nightly.yml",
    }  # fmt: skip
    assert (root / "pylife.toml").read_text() == "[fleet]\nname = 'mine'\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--with", "jenkins"],
            "one of pre-commit, github, gitlab, gitlab-nightly, nightly, kubernetes, or all",
        ),
        (["--policy", "upsteam"], "upsteam"),
        (["--with", "github", "--policy", "nope"], "nope"),
        (["--with", "kubernetes", "--image", "python:3\nx: y"], "is no container image"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    tree: MakeTree, pylife: Pylife, arguments: list[str], message: str
) -> None:
    root = tree({"pyproject.toml": LIBRARY})
    ran = pylife("init", root, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert set(contents(root)) == {"pyproject.toml"}


def test_the_policy_of_a_pylife_toml_that_is_there_is_not_changed(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "[fleet]\nname = 'mine'\n"})
    ran = pylife("init", root, "--with", "github", "--policy", "spec0")
    assert ran.code == 2
    assert "its policy is set there" in ran.err


def test_nothing_to_look_at_is_told(pylife: Pylife, tmp_path: Path) -> None:
    assert pylife("init", tmp_path, "--with", "all").code == 3
    assert contents(tmp_path) == {}
    assert pylife("init", tmp_path / "absent").code == 2


@pytest.mark.parametrize("switch", ["--dry-run", "--diff"])
def test_a_look_writes_nothing(tree: MakeTree, pylife: Pylife, switch: str) -> None:
    root = tree({"pyproject.toml": LIBRARY, HOOKS: "repos:\n- repo: meta\n  hooks:\n  - id: x\n"})
    before = contents(root)
    ran = pylife("init", root, "--with", "all", switch)
    assert ran.code == 0
    assert contents(root) == before
    for path in MADE:
        assert path in ran.out
    if switch == "--diff":
        assert "+  - repo: local" not in ran.out  # bullets as in the file that is there
        assert "+- repo: local\n" in ran.out
    else:
        assert "would edit" in ran.out
        assert "would write" in ran.out


def test_a_file_that_differs_is_kept_and_then_nothing_is_written(
    tree: MakeTree, pylife: Pylife
) -> None:
    mine = "# mine\non: push\n"
    root = tree({"pyproject.toml": LIBRARY, ".github/workflows/pylife.yml": mine})
    before = contents(root)
    ran = pylife("init", root, "--with", "all")
    assert (ran.code, ran.out) == (2, "")
    assert f"{root / '.github/workflows/pylife.yml'} is there already" in ran.err
    assert "nothing was written" in ran.err
    assert contents(root) == before
    shown = pylife("init", root, "--with", "all", "--diff")
    assert shown.code == 2
    assert "-# mine\n" in shown.out
    forced = pylife("init", root, "--with", "all", "--force")
    assert forced.code == 0
    assert "replaced" in forced.out
    assert (root / ".github/workflows/pylife.yml").read_text().startswith("# Made by `pylife init`")


CONFIG = """\
# Ours; keep in order.
default_language_version: {python: python3.12}
repos:
  # style
  -   repo: https://github.com/astral-sh/ruff-pre-commit
      rev: v0.14.0   # pinned
      hooks:
      -   id: ruff-check
          args: [--fix]
          # no tests
          exclude: ^tests/

  # types come later

exclude: ^vendored/
"""


def added(before: str, after: str) -> str:
    """The one block of lines that `after` has and `before` has not."""
    old = before.splitlines(True)
    at = next(
        (
            at
            for at, pair in enumerate(zip(old, after.splitlines(True), strict=False))
            if len({*pair}) > 1
        ),
        len(old),
    )
    lines = after.splitlines(True)
    number = len(lines) - len(old)
    assert lines[:at] + lines[at + number :] == old
    return "".join(lines[at : at + number])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_the_hook_is_added_to_a_configuration_and_nothing_else_changes(
    tree: MakeTree, pylife: Pylife, newline: str, bom: str
) -> None:
    before = bom + CONFIG.replace("\n", newline)
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", HOOKS: before.encode()})
    assert pylife("init", root, "--with", "pre-commit").code == 0
    after = (root / HOOKS).read_bytes().decode()
    block = added(before, after)
    assert block.splitlines()[:3] == [
        "  - repo: local", "    hooks:", "      - id: pylife",
    ]  # fmt: skip
    assert after.index("exclude: ^tests/") < after.index("repo: local")
    assert after.index("repo: local") < after.index("# types come later")
    assert after.count(newline) == after.count("\n")
    assert pylife("init", root, "--with", "pre-commit").code == 0
    assert (root / HOOKS).read_bytes().decode() == after


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\n# end", "\n  # its own\n"])
def test_the_end_of_the_file_may_be_any(tree: MakeTree, pylife: Pylife, ending: str) -> None:
    before = "repos:\n- repo: meta\n  hooks:\n  - id: check-hooks-apply" + ending
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", HOOKS: before})
    assert pylife("init", root, "--with", "pre-commit").code == 0
    after = (root / HOOKS).read_text()
    assert "\n- repo: local\n  hooks:\n    - id: pylife\n" in after
    assert after.count("repo:") == 2
    assert pylife("init", root, "--with", "pre-commit").out.startswith("unchanged")


@pytest.mark.parametrize(
    "hook",
    [
        "- repo: https://git.example.com/pylife\n  rev: v1\n  hooks: [{id: pylife}]\n",
        "- {repo: local, hooks: [{id: pylife-fix, entry: x, language: python, name: x}]}\n",
    ],
)
def test_a_hook_that_is_there_stays(tree: MakeTree, pylife: Pylife, hook: str) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", HOOKS: f"repos:\n{hook}"})
    ran = pylife("init", root, "--with", "pre-commit")
    assert (ran.code, ran.out) == (0, f"unchanged    {root / HOOKS}\n")


@pytest.mark.parametrize(
    "config",
    [
        "repos: []\n",
        "repos: [{repo: meta, hooks: [{id: identity}]}]\n",
        "fail_fast: true\n",
        "- repo: meta\n",
        "repos:\n- repo: meta\n  hooks: [\n",
        "a: 1\n---\nrepos:\n- repo: meta\n",
        "",
    ],
)
def test_an_unusual_configuration_is_left_and_what_to_add_is_said(
    tree: MakeTree, pylife: Pylife, config: str
) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", HOOKS: config})
    ran = pylife("init", root, "--with", "pre-commit,github")
    assert ran.code == 2
    assert (root / HOOKS).read_text() == config
    assert "by hand" in ran.out
    assert "    - repo: local\n" in ran.out
    assert (root / ".github/workflows/pylife.yml").exists()


@pytest.mark.parametrize(
    ("before", "block"),
    [
        ("stages: [test]\n", "\ninclude:\n  - local: .gitlab/templates/pylife.gitlab-ci.yml\n"),
        (
            "include:\n  - project: a/b\n    file: x.yml  # theirs\n\ntest:\n  script: [make]\n",
            "  - local: .gitlab/templates/pylife.gitlab-ci.yml\n",
        ),
        ("include:\n- /a.yml\n- b.yml\n", "- local: .gitlab/templates/pylife.gitlab-ci.yml\n"),
    ],
)
def test_the_include_is_added_and_nothing_else_changes(
    tree: MakeTree, pylife: Pylife, before: str, block: str
) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", ".gitlab-ci.yml": before})
    assert pylife("init", root, "--with", "gitlab").code == 0
    after = (root / ".gitlab-ci.yml").read_text()
    assert added(before, after) == block
    assert pylife("init", root, "--with", "gitlab").code == 0
    assert (root / ".gitlab-ci.yml").read_text() == after


@pytest.mark.parametrize(
    "before", ["include: a.yml\n", "include: [a.yml]\n", "spec: {}\n---\na: {}\n"]
)
def test_an_unusual_include_is_left(tree: MakeTree, pylife: Pylife, before: str) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", ".gitlab-ci.yml": before})
    ran = pylife("init", root, "--with", "gitlab")
    assert (ran.code, (root / ".gitlab-ci.yml").read_text()) == (2, before)
    assert "- local: .gitlab/templates/pylife.gitlab-ci.yml" in ran.out


@pytest.mark.parametrize(
    ("main", "stage"),
    [
        ("a: {script: [make]}\n", "test"),
        ("stages: [build, test]\n", "test"),
        ("stages:\n- checks\n- deploy\n", "checks"),
        ('stages: ["1: lint"]\n', '"1: lint"'),
    ],
)
def test_the_job_goes_to_a_stage_that_there_is(
    tree: MakeTree, pylife: Pylife, main: str, stage: str
) -> None:
    root = tree({"pyproject.toml": LIBRARY, "pylife.toml": "", ".gitlab-ci.yml": main})
    assert pylife("init", root, "--with", "gitlab").code == 0
    job = (root / ".gitlab/templates/pylife.gitlab-ci.yml").read_text()
    assert f"\n  stage: {stage}\n" in job


def test_below_the_top_of_a_repository_only_what_works_there_is_made(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = tree({"sub/pyproject.toml": LIBRARY, ".git/HEAD": "ref: refs/heads/main\n"})
    ran = pylife("init", root / "sub", "--with", "github")
    assert (ran.code, ran.out) == (2, "")
    assert f"pylife init {root} --with github" in ran.err
    assert not (root / "sub" / ".github").exists()
    assert pylife("init", root / "sub", "--with", "kubernetes").code == 0


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("git@git.acme.dev:ml/fleet.git", "https://git.acme.dev/ml/fleet.git"),
        ("ssh://git@git.acme.dev:2222/ml/fleet.git", "https://git.acme.dev/ml/fleet.git"),
        ("https://me:secret@git.acme.dev/ml/fleet.git", "https://git.acme.dev/ml/fleet.git"),
        ("../elsewhere", "https://git.example.com/platform/fleet.git"),
    ],
)
def test_the_manifest_names_the_fleet_and_no_secret(
    tree: MakeTree, pylife: Pylife, url: str, shown: str
) -> None:
    config = f'[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = {url}\n'
    root = tree(
        {
            "pyproject.toml": LIBRARY,
            ".git/config": config,
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/objects/x": "",
            ".git/refs/x": "",
        }
    )
    ran = pylife("init", root, "--with", "kubernetes", "--image", "registry.acme.dev/py:3.13")
    assert ran.code == 0
    manifest = (root / "k8s/pylife-nightly.yaml").read_text()
    assert f'FLEET_URL: "{shown}"' in manifest
    assert "image: &image registry.acme.dev/py:3.13\n" in manifest
    assert "secret@" not in manifest
    assert ("set FLEET_URL" in ran.out) == ("example" in shown)


@pytest.mark.parametrize(
    "project",
    [
        {"pyproject.toml": LIBRARY, "noxfile.py": "import nox\n"},
        {"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.10,<3.13"\n'},
    ],
    ids=["library", "capped"],
)
def test_what_is_made_adds_no_finding_of_its_own(
    tree: MakeTree, pylife: Pylife, project: dict[str, str]
) -> None:
    root = tree(project)
    pylife("init", root)
    check = ("check", root, "--as-of", AS_OF, "--policy", "upstream", "--format", "csv")
    before = pylife(*check)
    assert pylife("init", root, "--with", "pre-commit,github,gitlab,nightly").code == 0
    assert pylife(*check).out == before.out


def test_the_example_fleet_is_judged_the_same_with_all_of_it(
    pylife: Pylife, tmp_path: Path
) -> None:
    import shutil

    root = tmp_path / "fleet"
    shutil.copytree(ROOT / "examples" / "platform", root, ignore=shutil.ignore_patterns(".*life"))
    check = ("check", root, "--as-of", AS_OF, "--format", "csv")
    before = pylife(*check)
    assert pylife("init", root, "--with", "all").code == 0
    assert pylife(*check).out == before.out


def test_kubernetes_has_an_option_of_its_own(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": LIBRARY})
    assert pylife("init", root, "--kubernetes").code == 0
    made = contents(root)
    assert pylife("init", root, "--with", "kubernetes").code == 0
    assert contents(root) == made
    assert {"k8s/pylife-nightly.yaml", "k8s/pylife-workers.yaml"} <= set(made)

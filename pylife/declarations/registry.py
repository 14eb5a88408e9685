"""All readers, and which of them claims a path. To add one, add a line here.

A reader's module is imported when the first file that it claims is met: a small
repository pays for the kinds of files that it has.
"""

import importlib
import re
from functools import cache, lru_cache
from typing import NamedTuple

from pylife.declarations.base import Reader


class Claim(NamedTuple):
    """What the reader in `module` reads: files with one of `names`, or whose whole path
    from the project's folder matches the regular expression `paths`.

    With `needles`, only of files that hold one of these bytes: all Python files
    are claimed so, and few of them declare anything. `aside` marks what is only
    counted or listed on demand, and is not read by `check` (see `asides`).
    """

    module: str
    names: tuple[str, ...] = ()
    paths: str = ""
    needles: tuple[bytes, ...] = ()
    aside: bool = False


CLAIMS = (
    Claim("pyproject", ("pyproject.toml",)),
    Claim("poetry", ("pyproject.toml",)),
    Claim("flit", ("pyproject.toml",)),
    Claim("pdm", ("pyproject.toml",), needles=(b"pdm",)),
    Claim(
        "pixi",
        ("pixi.toml", "pyproject.toml"),
        needles=(b"pixi", b"channels", b"[dependencies", b"[feature"),
    ),
    Claim("hatch", ("hatch.toml", "pyproject.toml"), needles=(b"hatch", b"envs")),
    Claim("pipfile", ("Pipfile",)),
    Claim("conda_recipe", ("meta.yaml", "meta.yml", "recipe.yaml"), needles=(b"requirements",)),
    Claim("conda_variants", ("conda_build_config.yaml",)),
    Claim(
        "conda_environment",
        ("anaconda-project.yml", "anaconda-project.yaml"),
        paths=r"(?:.*/)?(?:[^/]*[-_.])?env(?:ironment)?s?(?:[-_.][^/]*)?\.ya?ml",
        needles=(b"dependencies", b"packages"),
    ),
    Claim(
        "pants",
        paths=r"(?:.*/)?(?:pants\.toml|BUILD(?:\.[^/]+)?)",
        needles=(b"interpreter_constraints",),
    ),
    Claim(
        "bazel",
        paths=r"(?:.*/)?(?:[^/]+\.)?(?:MODULE\.bazel|WORKSPACE(?:\.bazel|\.bzlmod)?)",
        needles=(b"python_version", b"python_register"),
    ),
    # With a needle, so that a lock file that is too large to be read is nobody's problem.
    Claim(
        "locks",
        ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"),
        paths=r"(?:.*/)?pylock(?:\.[^/.]+)?\.toml",
        needles=(b"python",),
    ),
    Claim("scripts", paths=r".*\.py", needles=(b"# /// script",)),
    Claim("setup_cfg", ("setup.cfg",)),
    Claim("setup_py", ("setup.py",)),
    Claim("tox", ("tox.ini", "setup.cfg")),
    Claim("tox_toml", ("tox.toml", "pyproject.toml")),
    Claim("noxfile", ("noxfile.py",)),
    Claim("github_actions", paths=r"\.github/workflows/[^/]+\.ya?ml"),
    Claim(
        "github_composite",
        ("action.yml", "action.yaml"),
        needles=(b"python", b"Python", b"PYTHON", b"tox"),
    ),
    Claim(
        "tools",
        (
            "pyproject.toml",
            "ruff.toml",
            ".ruff.toml",
            "ty.toml",
            "pyrefly.toml",
            "fixit.toml",
            ".fixit.toml",
            "pylintrc.toml",
            ".pylintrc.toml",
        ),
    ),
    Claim(
        "tools_ini",
        (
            "setup.cfg",
            "tox.ini",
            "mypy.ini",
            ".mypy.ini",
            ".isort.cfg",
            ".flake8",
            "pylintrc",
            ".pylintrc",
            "pytype.cfg",
            "vermin.ini",
            "vermin.conf",
            ".vermin",
        ),
    ),
    Claim(
        "tools_json",
        ("pyrightconfig.json", ".pyre_configuration", ".pyre_configuration.local"),
    ),
    Claim("pre_commit", (".pre-commit-config.yaml", ".pre-commit-config.yml")),
    Claim(
        "readme",
        ("README.md", "README.rst", "README.txt", "README", "Readme.md", "readme.md"),
        paths=r"docs?/(?:source/)?(?:index|install[^/]*)\.(?:md|rst|txt)",
        needles=(b"ython",),
        aside=True,
    ),
    Claim(
        "markers",
        ("pyproject.toml", "setup.cfg", "tox.ini"),
        paths=r"(?:.*/)?(?:[^/]*(?:requirements|constraints)[^/]*|requirements/[^/]+)\.(?:txt|in)",
        needles=(b"python_version", b"python_full_version", b"poetry"),
        aside=True,
    ),
    Claim(
        "markers_py",
        paths=r".*\.py",
        needles=(b"python_version", b"python_full_version"),
        aside=True,
    ),
    Claim(
        "guards",
        paths=r".*\.py",
        needles=(b"version_info", b"hexversion", b"PY2", b"PY3"),
        aside=True,
    ),
    Claim(
        "dockerfile",
        # Not the templates of one, nor what is about one.
        paths=r"(?:.*/)?(?:(?:[Dd]ocker|[Cc]ontainer)file"
        r"(?:[.-](?!(?:[^/]*\.)?(?:(?:docker)?ignore|j2|jinja2?|te?mpl|template|tpl|erb|hbs|mustache"
        r"|in|md|rst|txt|orig|rej|bak|swp|lock|json|ya?ml|toml|py|sh)\Z)[^/]+)?"
        r"|[^/]+\.(?:[Dd]ocker|[Cc]ontainer)file)",
    ),
    Claim("compose", paths=r"(?:.*/)?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml"),
    # All of a cluster's YAML is `apiVersion` and `kind`; few other files hold both words.
    Claim("kubernetes", paths=r".*\.ya?ml", needles=(b"apiVersion:", b"newTag:")),
    Claim(
        "helm",
        paths=r"(?:.*/)?values(?:[._-][^/]*)?\.ya?ml",
        needles=(b"mage", b"IMAGE", b"tag:"),
    ),
    Claim(
        "devcontainer",
        (".devcontainer.json", ".gitpod.yml"),
        paths=r"(?:.*/)?\.devcontainer/(?:[^/]+/)?devcontainer\.json",
    ),
    Claim("python_version", (".python-version", "runtime.txt")),
    Claim("tool_versions", (".tool-versions",)),
    Claim(
        "mise",
        ("mise.toml", ".mise.toml", ".rtx.toml"),
        paths=r"(?:.*/)?(?:\.?mise\.[\w-]+\.toml|\.?mise/config(?:\.[\w-]+)?\.toml"
        r"|\.config/mise(?:/config|/conf\.d/[^/]+)?\.toml)",
    ),
    Claim("platforms", ("netlify.toml", "render.yaml", "nixpacks.toml", "fly.toml")),
    Claim("nix", paths=r".*\.nix", needles=(b"python3", b"languages.python")),
    Claim(
        "cibuildwheel",
        ("pyproject.toml", "cibuildwheel.toml"),
        paths=r"\.github/workflows/[^/]+\.ya?ml|\.circleci/config\.ya?ml|\.travis\.ya?ml"
        r"|\.?appveyor\.ya?ml|(?:.*/)?[^/]*\.gitlab-ci\.ya?ml|\.?azure-pipelines[^/]*\.ya?ml",
        needles=(b"tool.cibuildwheel", b"CIBW_"),
    ),
    Claim("gitlab_ci", paths=r"(?:.*/)?[^/]*\.gitlab-ci\.ya?ml|\.gitlab/.*\.ya?ml"),
    Claim("circleci", paths=r"\.circleci/[^/]+\.ya?ml"),
    Claim(
        "azure_pipelines",
        paths=r"(?:.*/)?\.?(?:azure[-_]?pipelines[^/]*|azure[-_]?pipelines/.*|azuredevops/.*)\.ya?ml",
    ),
    Claim("travis", (".travis.yml", ".travis.yaml")),
    Claim("appveyor", ("appveyor.yml", ".appveyor.yml", "appveyor.yaml", ".appveyor.yaml")),
    Claim("zuul", paths=r"\.?zuul\.ya?ml|\.?zuul\.d/.*\.ya?ml"),
    Claim("jenkins", paths=r"(?:.*/)?(?:Jenkinsfile(?:[.-][^/]+)?|[^/]+\.[jJ]enkinsfile)"),
    Claim("buildkite", paths=r"(?:.*/)?\.buildkite/.*\.ya?ml"),
    Claim(
        "readthedocs",
        (".readthedocs.yaml", ".readthedocs.yml", "readthedocs.yaml", "readthedocs.yml"),
    ),
    Claim("mlflow", ("MLmodel", "MLproject", "python_env.yaml", "conda.yaml")),
    Claim("kfp", paths=r".*\.py", needles=(b"base_image", b"ContainerSpec(", b"ContainerOp(")),
    Claim("kfp_compiled", paths=r".*\.(?:ya?ml|json)", needles=(b"deploymentSpec",)),
    Claim(
        "sam",
        paths=r".*\.(?:ya?ml|json|template)",
        needles=(b"AWS::Lambda::", b"AWS::Serverless"),
    ),
    Claim("serverless", paths=r"(?:.*/)?serverless(?:[-._][^/]*)?\.ya?ml", needles=(b"python",)),
    Claim(
        "zappa",
        ("zappa_settings.json", "zappa_settings.yaml", "zappa_settings.yml", "firebase.json"),
        needles=(b"python",),
    ),
    Claim(
        "terraform",
        paths=r".*\.(?:tf|tofu|tfvars|tf\.json)",
        needles=(b"python", b"PYTHON", b"spark_version"),
    ),
    Claim(
        "cdk",
        paths=r".*\.(?:[cm]?[jt]s|go|java|cs)",
        needles=(
            b"Runtime.PYTHON",
            b"Runtime_PYTHON",
            b"RuntimePython3",
            b"Runtime.Python3",
            b"Runtime.python3",
            b"LatestPythonRuntime",
            b'"python3.',
            b"'python3.",
            b'"python31',
            b"'python31",
        ),
    ),
    Claim(
        "cloud_python",
        paths=r".*\.py",
        needles=(
            b"Runtime.PYTHON",
            b"latest_python_runtime",
            b"Runtime=",
            b"untime(",
            b"runtime=",
            b"ompatible_runtimes",
            b'"Runtime"',
            b"VirtualenvOperator",
            b"task.virtualenv",
            b"PodOperator",
            b"DockerOperator",
            b"bentoml",
            b"debian_slim",
            b"add_python",
            b"py_version",
            b"runtime_env",
            b"spark_version",
            b"image_uri",
            b"sdk_container_image",
        ),
    ),
    Claim("apprunner", ("apprunner.yaml", "apprunner.yml"), needles=(b"python",)),
    Claim("truss", ("config.yaml",), needles=(b"python_version: py", b'python_version: "py')),
    Claim("prefect", ("prefect.yaml",), needles=(b"python",)),
    Claim(
        "app_yaml",
        paths=r".*\.ya?ml",
        needles=(b"runtime: python", b'runtime: "python', b"runtime: 'python"),
    ),
    Claim("cloudbuild", paths=r"(?:.*/)?cloudbuild[^/]*\.(?:ya?ml|json)", needles=(b"python",)),
    Claim(
        "cloud_commands",
        paths=r"(?:.*/)?(?:[^/]+\.(?:sh|bash|mk|ya?ml)|Makefile|Jenkinsfile|[Jj]ustfile)",
        needles=(b"--runtime", b"--linux-fx-version"),
    ),
    Claim("azure", paths=r".*\.(?:bicep|json)", needles=(b"linuxFxVersion", b"functionAppConfig")),
    Claim(
        "databricks",
        paths=r".*\.(?:ya?ml|json)",
        needles=(b"spark_version", b"environment_version"),
    ),
    Claim(
        "dagster",
        ("dagster.yaml", "dagster_cloud.yaml", "dagster_cloud.yml", "workspace.yaml"),
        needles=(b"python",),
    ),
    Claim("bentoml", ("bentofile.yaml", "bentofile.yml")),
    Claim(
        "ray",
        paths=r".*\.ya?ml",
        needles=(b"rayproject/ray", b"anyscale/ray", b"runtime_env"),
    ),
    Claim("cog", ("cog.yaml",), needles=(b"python_version",)),
    Claim("huggingface", ("README.md",), needles=(b"python_version",)),
)
"""In the order in which their declarations are listed where they stand at one place."""

_BY_NAME: dict[str, list[Claim]] = {}
for _claim in CLAIMS:
    for _name in _claim.names:
        _BY_NAME.setdefault(_name, []).append(_claim)
_BY_PATH = [(re.compile(claim.paths), claim) for claim in CLAIMS if claim.paths]
_ANY_PATH = re.compile("|".join(f"(?:{claim.paths})" for claim in CLAIMS if claim.paths))


@cache
def reader(module: str) -> Reader:
    """The record in which the reader module `module` ends; imports it."""
    found: Reader = importlib.import_module(f"pylife.declarations.{module}").READER
    return found


@lru_cache(maxsize=4096)
def claims(path: str, *, aside: bool = False) -> tuple[Claim, ...]:
    """Who claims the file `path` (from the project's folder) if it holds what they look for."""
    found = list(_BY_NAME.get(path.rpartition("/")[2], ()))
    if _ANY_PATH.fullmatch(path):  # most files are nobody's: one match tells
        found += [claim for pattern, claim in _BY_PATH if pattern.fullmatch(path)]
    return tuple(claim for claim in dict.fromkeys(found) if claim.aside is aside)


def claimants(path: str, data: bytes, *, aside: bool = False) -> tuple[Reader, ...]:
    """The readers of the file `path` with the content `data`, perhaps none."""
    return tuple(
        reader(claim.module)
        for claim in claims(path, aside=aside)
        if not claim.needles or any(needle in data for needle in claim.needles)
    )

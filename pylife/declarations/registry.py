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
    """What the reader in `module` reads: files with one of `names`, and those of which the
    whole path from the project's folder matches the regular expression `paths`, or with
    one of `endings` alone where there is no expression.

    An expression without `endings` is matched with every path, which costs more.
    With `needles`, only files that hold one of these bytes are read: all Python
    files are claimed so, and few of them declare anything. `aside` marks what is
    only counted or listed on demand, and is not read by `check` (see `asides`).
    """

    module: str
    names: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    paths: str = ""
    needles: tuple[bytes, ...] = ()
    aside: bool = False

    def wants(self, data: bytes) -> bool:
        """Whether a file with the content `data` holds what is looked for."""
        return not self.needles or any(needle in data for needle in self.needles)

    def is_common(self, path: str) -> bool:
        """Whether `path` is claimed by its ending alone, as any file of its kind is."""
        return not self.paths and path.rpartition("/")[2] not in self.names


_YAML = ("yml", "yaml")
_PYPROJECT = ("pyproject.toml",)

CLAIMS = (
    # What packaging tools, environments and locks say.
    Claim("packaging.pyproject", _PYPROJECT),
    Claim("packaging.poetry", _PYPROJECT, needles=(b"poetry",)),
    Claim("packaging.flit", _PYPROJECT, needles=(b"flit",)),
    Claim("packaging.pdm", _PYPROJECT, needles=(b"pdm",)),
    Claim(
        "packaging.pixi",
        (*_PYPROJECT, "pixi.toml"),
        needles=(b"pixi", b"channels", b"[dependencies", b"[feature"),
    ),
    Claim("packaging.hatch", (*_PYPROJECT, "hatch.toml"), needles=(b"envs",)),
    Claim("packaging.pipfile", ("Pipfile",)),
    Claim("packaging.setup_cfg", ("setup.cfg",)),
    Claim("packaging.setup_py", ("setup.py",)),
    Claim("packaging.scripts", endings=("py",), needles=(b"# /// script",)),
    Claim(
        "packaging.conda_recipe",
        ("meta.yaml", "meta.yml", "recipe.yaml"),
        needles=(b"requirements",),
    ),
    Claim("packaging.conda_variants", ("conda_build_config.yaml",)),
    Claim(
        "packaging.conda_environment",
        ("anaconda-project.yml", "anaconda-project.yaml"),
        endings=_YAML,
        paths=r"(?:.*/)?(?:[^/]*[-_.])?env(?:ironment)?s?(?:[-_.][^/]*)?\.ya?ml",
        needles=(b"dependencies", b"packages"),
    ),
    Claim(
        "packaging.pants",
        ("pants.toml", "BUILD", "BUILD.pants", "BUILD.bazel"),
        needles=(b"interpreter_constraints",),
    ),
    Claim(
        "packaging.bazel",
        endings=("bazel", "bzlmod", "WORKSPACE"),
        paths=r"(?:.*/)?(?:[^/]+\.)?(?:MODULE\.bazel|WORKSPACE(?:\.bazel|\.bzlmod)?)",
        needles=(b"python_version", b"python_register"),
    ),
    # With a needle, so that a lock file that is too large to be read is nobody's problem.
    Claim(
        "packaging.locks",
        ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"),
        endings=("toml",),
        paths=r"(?:.*/)?pylock(?:\.[^/.]+)?\.toml",
        needles=(b"python",),
    ),
    # What test runners are told.
    Claim("sessions.tox", ("tox.ini", "setup.cfg")),
    Claim("sessions.tox_toml", ("tox.toml", *_PYPROJECT), needles=(b"env", b"tox")),
    Claim("sessions.noxfile", ("noxfile.py",)),
    Claim("sessions.pre_commit", (".pre-commit-config.yaml", ".pre-commit-config.yml")),
    Claim(
        "sessions.cibuildwheel",
        (*_PYPROJECT, "cibuildwheel.toml"),
        endings=_YAML,
        paths=r"\.github/workflows/[^/]+\.ya?ml|\.circleci/config\.ya?ml|\.travis\.ya?ml"
        r"|\.?appveyor\.ya?ml|(?:.*/)?[^/]*\.gitlab-ci\.ya?ml|\.?azure-pipelines[^/]*\.ya?ml",
        needles=(b"cibuildwheel", b"CIBW_"),
    ),
    # What CI systems run.
    Claim(
        "ci.github_actions",
        endings=_YAML,
        paths=r"\.github/workflows/[^/]+\.ya?ml",
    ),
    Claim(
        "ci.github_composite",
        ("action.yml", "action.yaml"),
        needles=(b"python", b"Python", b"PYTHON", b"tox"),
    ),
    Claim(
        "ci.gitlab_ci",
        endings=_YAML,
        paths=r"(?:.*/)?[^/]*\.gitlab-ci\.ya?ml|\.gitlab/.*\.ya?ml",
    ),
    Claim("ci.circleci", endings=_YAML, paths=r"\.circleci/[^/]+\.ya?ml"),
    Claim(
        "ci.azure_pipelines",
        endings=_YAML,
        paths=r"(?:.*/)?\.?(?:azure[-_]?pipelines[^/]*|azure[-_]?pipelines/.*|azuredevops/.*)"
        r"\.ya?ml",
    ),
    Claim("ci.travis", (".travis.yml", ".travis.yaml")),
    Claim("ci.appveyor", ("appveyor.yml", ".appveyor.yml", "appveyor.yaml", ".appveyor.yaml")),
    Claim("ci.zuul", endings=_YAML, paths=r"\.?zuul\.ya?ml|\.?zuul\.d/.*\.ya?ml"),
    Claim("ci.jenkins", paths=r"(?:.*/)?(?:Jenkinsfile(?:[.-][^/]+)?|[^/]+\.[jJ]enkinsfile)"),
    Claim("ci.buildkite", endings=_YAML, paths=r"(?:.*/)?\.buildkite/.*\.ya?ml"),
    Claim(
        "ci.cloudbuild",
        endings=(*_YAML, "json"),
        paths=r"(?:.*/)?cloudbuild[^/]*\.(?:ya?ml|json)",
        needles=(b"python",),
    ),
    Claim(
        "ci.readthedocs",
        (".readthedocs.yaml", ".readthedocs.yml", "readthedocs.yaml", "readthedocs.yml"),
    ),
    # What linters, formatters and type checkers are told.
    Claim(
        "linters.tools",
        (
            *_PYPROJECT, "ruff.toml", ".ruff.toml", "ty.toml", "pyrefly.toml",
            "fixit.toml", ".fixit.toml", "pylintrc.toml", ".pylintrc.toml",
        ),
    ),
    Claim(
        "linters.tools_ini",
        (
            "setup.cfg", "tox.ini", "mypy.ini", ".mypy.ini", ".isort.cfg", ".flake8",
            "pylintrc", ".pylintrc", "pytype.cfg", "vermin.ini", "vermin.conf", ".vermin",
        ),
    ),
    Claim(
        "linters.tools_json",
        ("pyrightconfig.json", ".pyre_configuration", ".pyre_configuration.local"),
    ),
    # Container images.
    Claim(
        "containers.dockerfile",
        # Not the templates of one, nor what is about one.
        paths=r"(?:.*/)?(?:(?:[Dd]ocker|[Cc]ontainer)file"
        r"(?:[.-](?!(?:[^/]*\.)?(?:(?:docker)?ignore|j2|jinja2?|te?mpl|template|tpl|erb|hbs|mustache"
        r"|in|md|rst|txt|orig|rej|bak|swp|lock|json|ya?ml|toml|py|sh)\Z)[^/]+)?"
        r"|[^/]+\.(?:[Dd]ocker|[Cc]ontainer)file)",
    ),
    Claim(
        "containers.compose",
        endings=_YAML,
        paths=r"(?:.*/)?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml",
    ),
    # All of a cluster's YAML is `apiVersion` and `kind`; few other files hold both words.
    Claim("containers.kubernetes", endings=_YAML, needles=(b"apiVersion:", b"newTag:")),
    Claim(
        "containers.helm",
        endings=_YAML,
        paths=r"(?:.*/)?values(?:[._-][^/]*)?\.ya?ml",
        needles=(b"mage", b"IMAGE", b"tag:"),
    ),
    Claim(
        "containers.devcontainer",
        (".devcontainer.json", ".gitpod.yml"),
        endings=("json",),
        paths=r"(?:.*/)?\.devcontainer/(?:[^/]+/)?devcontainer\.json",
    ),
    # What version managers and platforms put on a machine.
    Claim("environments.python_version", (".python-version", "runtime.txt")),
    Claim("environments.tool_versions", (".tool-versions",)),
    Claim(
        "environments.mise",
        ("mise.toml", ".mise.toml", ".rtx.toml"),
        endings=("toml",),
        paths=r"(?:.*/)?(?:\.?mise\.[\w-]+\.toml|\.?mise/config(?:\.[\w-]+)?\.toml"
        r"|\.config/mise(?:/config|/conf\.d/[^/]+)?\.toml)",
    ),
    Claim(
        "environments.platforms",
        ("netlify.toml", "render.yaml", "nixpacks.toml", "fly.toml"),
    ),
    Claim("environments.nix", endings=("nix",), needles=(b"python3", b"languages.python")),
    # Runtimes of cloud functions and platforms.
    Claim(
        "cloud.sam",
        endings=(*_YAML, "json", "template"),
        needles=(b"AWS::Lambda::", b"AWS::Serverless"),
    ),
    Claim(
        "cloud.serverless",
        endings=_YAML,
        paths=r"(?:.*/)?serverless(?:[-._][^/]*)?\.ya?ml",
        needles=(b"python",),
    ),
    Claim(
        "cloud.zappa",
        ("zappa_settings.json", "zappa_settings.yaml", "zappa_settings.yml", "firebase.json"),
        needles=(b"python",),
    ),
    Claim(
        "cloud.terraform",
        endings=("tf", "tofu", "tfvars", "json"),
        paths=r".*\.(?:tf|tofu|tfvars|tf\.json)",
        needles=(b"python", b"PYTHON", b"spark_version"),
    ),
    Claim(
        "cloud.cdk",
        endings=("js", "cjs", "mjs", "ts", "cts", "mts", "go", "java", "cs"),
        needles=(
            b"Runtime.PYTHON", b"Runtime_PYTHON", b"RuntimePython3", b"Runtime.Python3",
            b"Runtime.python3", b"LatestPythonRuntime",
            b'"python3.', b"'python3.", b'"python31', b"'python31",
        ),
    ),
    Claim(
        "cloud.cloud_python",
        endings=("py",),
        needles=(
            b"Runtime.PYTHON", b"latest_python_runtime", b"Runtime=", b"untime(", b"runtime=",
            b"ompatible_runtimes", b'"Runtime"', b"VirtualenvOperator", b"task.virtualenv",
            b"PodOperator", b"DockerOperator", b"bentoml", b"debian_slim", b"add_python",
            b"py_version", b"runtime_env", b"spark_version", b"image_uri", b"sdk_container_image",
        ),
    ),
    Claim("cloud.apprunner", ("apprunner.yaml", "apprunner.yml"), needles=(b"python",)),
    Claim(
        "cloud.app_yaml",
        endings=_YAML,
        needles=(b"runtime: python", b'runtime: "python', b"runtime: 'python"),
    ),
    Claim(
        "cloud.cloud_commands",
        ("Makefile", "Jenkinsfile", "justfile", "Justfile"),
        endings=("sh", "bash", "mk", *_YAML),
        needles=(b"--runtime", b"--linux-fx-version"),
    ),
    Claim(
        "cloud.azure",
        endings=("bicep", "json"),
        needles=(b"linuxFxVersion", b"functionAppConfig"),
    ),
    Claim(
        "cloud.databricks",
        endings=(*_YAML, "json"),
        needles=(b"spark_version", b"environment_version"),
    ),
    # Models, pipelines and what serves them.
    Claim("ml.mlflow", ("MLmodel", "MLproject", "python_env.yaml", "conda.yaml")),
    Claim(
        "ml.kfp",
        endings=("py",),
        needles=(b"base_image", b"ContainerSpec(", b"ContainerOp("),
    ),
    Claim("ml.kfp_compiled", endings=(*_YAML, "json"), needles=(b"deploymentSpec",)),
    Claim(
        "ml.dagster",
        ("dagster.yaml", "dagster_cloud.yaml", "dagster_cloud.yml", "workspace.yaml"),
        needles=(b"python",),
    ),
    Claim("ml.bentoml", ("bentofile.yaml", "bentofile.yml")),
    Claim(
        "ml.ray",
        endings=_YAML,
        needles=(b"rayproject/ray", b"anyscale/ray", b"runtime_env"),
    ),
    Claim("ml.cog", ("cog.yaml",), needles=(b"python_version",)),
    Claim("ml.truss", ("config.yaml",), needles=(b"python_version: py", b'python_version: "py')),
    Claim("ml.prefect", ("prefect.yaml",), needles=(b"python",)),
    Claim("ml.huggingface", ("README.md",), needles=(b"python_version",)),
    # What decides nothing: prose, environment markers, guards in code.
    Claim(
        "aside.readme",
        ("README.md", "README.rst", "README.txt", "README", "Readme.md", "readme.md"),
        endings=("md", "rst", "txt"),
        paths=r"docs?/(?:source/)?(?:index|install[^/]*)\.(?:md|rst|txt)",
        needles=(b"ython",),
        aside=True,
    ),
    Claim(
        "aside.markers",
        (*_PYPROJECT, "setup.cfg", "tox.ini"),
        endings=("txt", "in"),
        paths=r"(?:.*/)?(?:[^/]*(?:requirements|constraints)[^/]*|requirements/[^/]+)\.(?:txt|in)",
        needles=(b"python_version", b"python_full_version", b"poetry"),
        aside=True,
    ),
    Claim(
        "aside.markers_py",
        endings=("py",),
        needles=(b"python_version", b"python_full_version"),
        aside=True,
    ),
    Claim(
        "aside.guards",
        endings=("py",),
        needles=(b"version_info", b"hexversion", b"PY2", b"PY3"),
        aside=True,
    ),
)  # fmt: skip
"""In the order in which their declarations are listed where they stand at one place."""

_BY_NAME: dict[str, list[int]] = {}
_BY_ENDING: dict[str, list[int]] = {}
_BY_PATH: list[int] = []
for _rank, _claim in enumerate(CLAIMS):
    for _name in _claim.names:
        _BY_NAME.setdefault(_name, []).append(_rank)
    for _ending in _claim.endings:
        _BY_ENDING.setdefault(_ending, []).append(_rank)
    if _claim.paths and not _claim.endings:
        _BY_PATH.append(_rank)


@cache
def reader(module: str) -> Reader:
    """The record in which the reader module `module` ends; imports it."""
    found: Reader = importlib.import_module(f"pylife.declarations.{module}").READER
    return found


@lru_cache(maxsize=4096)
def claims(path: str, *, aside: bool = False) -> tuple[Claim, ...]:
    """Who claims the file `path` (from the project's folder) if it holds what they look for."""
    name = path.rpartition("/")[2]
    perhaps = [*_BY_ENDING.get(name.rpartition(".")[2], ()), *(_BY_PATH if "file" in name else ())]
    # A regular expression is compiled when a path is met that it may match.
    fitting = {
        rank
        for rank in perhaps
        if (claim := CLAIMS[rank]).aside is aside
        and (not claim.paths or re.fullmatch(claim.paths, path) is not None)
    }
    named = {rank for rank in _BY_NAME.get(name, ()) if CLAIMS[rank].aside is aside}
    return tuple(CLAIMS[rank] for rank in sorted(named | fitting))


def claimants(path: str, data: bytes, *, aside: bool = False) -> tuple[Reader, ...]:
    """The readers of the file `path` with the content `data`, perhaps none."""
    return tuple(reader(claim.module) for claim in claims(path, aside=aside) if claim.wants(data))

"""Model folders as MLflow writes them: what is recorded of the environment and the example.

Reading executes nothing. The format is that of MLflow's documentation ("MLflow Model
format", "Model signatures and input examples", "Managing dependencies") and of what
MLflow 3.17 writes: `MLmodel` with the flavours and where the example is,
`python_env.yaml` with the requirements, else `conda.yaml` with those of its `pip:`,
else `requirements.txt`.
"""

from pathlib import Path
from typing import Any, NamedTuple

from pylife.errors import UnreadableError
from pylife.syntax import text, yaml

MLMODEL = "MLmodel"
EXPECTED = "pylife-expected.json"
"""What the model is to predict for its example, as `mlflow models predict` writes it.

MLflow itself records no output: it is made once, under the Python that the model
was saved with, and saved in the model's folder.
"""
_FLAVOUR = "python_function"
_NOT_PACKAGES = frozenset({"python", "pip", "setuptools", "wheel"})
"""What a conda.yaml names beside packages: these are there, or come with the environment."""


class Model(NamedTuple):
    """What a model's folder says of itself; paths are relative to the folder.

    `build` and `requirements` are lines of requirement files. `python` is the full
    version that it was saved with, empty where none is said. `lacks` says why its
    environment cannot be made with uv. `example` is its input example, None where it has
    none. `expected` says whether what it predicts is recorded.
    """

    python: str = ""
    build: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    lacks: str = ""
    example: str | None = None
    expected: bool = False


def is_model(folder: Path) -> bool:
    """Whether the folder is a model's."""
    return (folder / MLMODEL).is_file()


def read(folder: Path) -> Model:
    """What the model in `folder` says of itself.

    Raises UnreadableError where a file is broken, or MLflow's Python loader has
    nothing to load, with what is wrong.
    """
    document = _yaml(folder, MLMODEL)
    flavours = _table(document, "flavors")
    flavour = flavours.get(_FLAVOUR)
    if not isinstance(flavour, dict):
        others = ", ".join(sorted(flavours)) or "none"
        raise UnreadableError(
            f"{MLMODEL} has no {_FLAVOUR} flavour, which MLflow's Python loader needs"
            f" (flavours: {others})"
        )
    example = _table(document, "saved_input_example_info").get("artifact_path")
    if example is not None and not isinstance(example, str):
        raise UnreadableError(f"{MLMODEL}: saved_input_example_info.artifact_path is no text")
    made = Model(
        python=str(flavour.get("python_version") or ""),
        example=example,
        expected=(folder / EXPECTED).is_file(),
    )
    return _environment(folder, flavour.get("env"), made)


def _environment(folder: Path, named: object, made: Model) -> Model:
    """`made` with the requirements of the first of the three files that is there."""
    names = named if isinstance(named, dict) else {"conda": named}
    python_env = str(names.get("virtualenv") or "python_env.yaml")
    conda = str(names.get("conda") or "conda.yaml")
    if (folder / python_env).is_file():
        document = _yaml(folder, python_env)
        return made._replace(
            python=str(document.get("python") or made.python),
            build=_lines(document, "build_dependencies", python_env),
            requirements=_lines(document, "dependencies", python_env),
        )
    if (folder / conda).is_file():
        return _conda(_yaml(folder, conda), conda, made)
    if (folder / "requirements.txt").is_file():
        return made._replace(requirements=("-r requirements.txt",))
    return made._replace(
        lacks="it records no environment: no python_env.yaml, conda.yaml or requirements.txt"
    )


def _conda(document: dict[str, Any], path: str, made: Model) -> Model:
    """A conda environment: what pip installs of it, unless conda itself must install something."""
    lines: list[str] = []
    packages: list[str] = []
    python = made.python
    items = document.get("dependencies")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            lines += _lines(item, "pip", path)
        else:
            spec = str(item)
            name = _conda_name(spec)
            if name == "python":
                python = spec.partition("=")[2].strip("= ") or python
            elif name not in _NOT_PACKAGES:
                packages.append(spec)
    if packages:
        return made._replace(
            python=python,
            lacks=f"needs conda for {', '.join(packages)} ({path}), which uv cannot install",
        )
    return made._replace(python=python, requirements=tuple(lines))


def _conda_name(spec: str) -> str:
    """The package's name in `channel::name>=1.0=build`."""
    plain = spec.rpartition("::")[2].strip()
    for end, char in enumerate(plain):
        if char in "=<>!~ [":
            return plain[:end]
    return plain


def _yaml(folder: Path, path: str) -> dict[str, Any]:
    """The first document of the file as plain values; a number stays as it is written."""
    nodes = yaml.compose_all(text.read(folder, path))
    value = _plain(nodes[0]) if nodes else None
    if not isinstance(value, dict):
        raise UnreadableError(f"{path} is no table")
    return value


def _plain(node: yaml.Node) -> Any:
    if yaml.is_scalar(node):
        return None if yaml.is_plain(node) and node.value in {"", "~", "null"} else node.value
    if yaml.is_mapping(node):
        return {key: _plain(value) for key, value in yaml.pairs(node)}
    return [_plain(item) for item in yaml.elements(node)]


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _lines(document: dict[str, Any], name: str, path: str) -> tuple[str, ...]:
    found = document.get(name)
    if found in (None, []):
        return ()
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise UnreadableError(f"{path}: {name} is no list of requirements")
    return tuple(found)

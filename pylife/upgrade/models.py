"""What people are told of a model whose Python is left: it is retrained or re-validated by them.

A model is never edited: what it was trained with stands in its files, and saying otherwise would
be untrue. The text names what a person needs to make the same environment on a newer Python.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.model import Declaration, Role, Stage
from pylife.policy import Window
from pylife.syntax import text
from pylife.upgrade.markdown import code
from pylife.upgrade.places import plain
from pylife.upgrade.summary import reasons
from pylife.upgrade.target import newest

_FILES = ("requirements.txt", "conda.yaml", "python_env.yaml")
"""Where MLflow writes what a model was trained with."""
_PIN = re.compile(
    r"""^\s*(?:-\s*)?["']?(?P<pin>[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?==[^\s;"'#]+)""", re.M
)
_SHOWN = 40


def page(
    folder: Path,
    files: Sequence[str],
    read: Iterable[Declaration],
    models: Sequence[str],
    window: Window,
) -> str:
    """What to do about the models in the folders `models` of a project, as Markdown.

    Empty where none of them names a Python that is dropped or deprecated. `files` are those of
    the project, `read` what they declare.
    """
    listed = list(read)
    parts = [
        part for model in models if (part := _model(folder, files, listed, model, models, window))
    ]
    return "\n\n".join(parts) + "\n" if parts else ""


def _model(
    folder: Path,
    files: Sequence[str],
    read: Sequence[Declaration],
    model: str,
    models: Sequence[str],
    window: Window,
) -> str:
    inner = [other for other in models if other != model and other.startswith(model)]
    own = [
        item
        for item in read
        if item.file.startswith(model) and not item.file.startswith(tuple(inner) or ("\0",))
    ]
    stale = [item for item in own if item.role is Role.RUNS_ON and _stale(item, window)]
    if not stale:
        return ""
    to = newest(window)
    lines = [f"## {code(model or '.')}: retrain or re-validate under {to}", ""]
    lines += [f"- trained with {_trained(item)}, by {_at(item)}" for item in stale]
    gone = {plain(version) for item in stale for version in item.versions or ()}
    lines += [f"- {reason}" for reason in reasons(window, gone, None, None, own)]
    pins = list(dict.fromkeys(_pins(folder, files, model)))
    if pins:
        lines += ["", "It was trained with these packages:", ""]
        lines += [f"- {code(pin)}" for pin in pins[:_SHOWN]]
        lines += [f"- and {len(pins) - _SHOWN} more"] if len(pins) > _SHOWN else []
    else:
        lines += ["", "Its files pin no package."]
    return "\n".join([*lines, "", _STEPS])


_STEPS = (
    "Train it again on that Python, or load it there with the same packages, where these have"
    " releases for it, and compare its predictions with those of today. pylife edits nothing here:"
    " what a model says of its training would not be true any more."
)


def _stale(item: Declaration, window: Window) -> bool:
    stages = {window.stage(plain(version)) for version in item.versions or ()}
    return bool(stages & {Stage.DROPPED, Stage.DEPRECATED})


def _trained(item: Declaration) -> str:
    return code(f"Python {item.raw.strip()}")


def _at(item: Declaration) -> str:
    return code(f"{item.file}:{item.line}")


def _pins(folder: Path, files: Iterable[str], model: str) -> Iterator[str]:
    present = set(files)
    for name in _FILES:
        if model + name in present:
            try:
                said = text.read(folder, model + name).text
            except UnreadableError:
                continue  # it is a problem of its own
            yield from (match["pin"] for match in _PIN.finditer(said))

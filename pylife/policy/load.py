"""Policy files: found by preset name or path, validated strictly, read into data."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pylife import resources
from pylife.errors import ConfigError, UnreadableError
from pylife.model import PythonVersion, Severity
from pylife.policy import moments
from pylife.policy.moments import Anchored
from pylife.policy.offsets import Offset
from pylife.policy.records import STAGES, Layer, Policy, Settings, WarnStep
from pylife.syntax import text, toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pylife.policy.parts import Override

DEFAULT = "upstream"
_USUAL = WarnStep(Offset.parse("P90D"), Severity.WARNING)


def names() -> list[str]:
    """The names of the presets that pylife ships, sorted."""
    return sorted(path.stem for path in resources.folder("policies").glob("*.toml"))


def find(name: str, base: Path) -> Policy:
    """The policy `name`: a preset's name, a file's path (from `base`), or an installed one.

    Raises ConfigError where there is none, or where it is wrong.
    """
    found = locate(name, base, name)
    if found is None:
        message, meant = missing(name, base, "the path of a .toml file")
        raise ConfigError(message, help=meant)
    return _read(*found)


def missing(name: str, folder: Path, path: str) -> tuple[str, str]:
    """That there is no policy `name` (from `folder`), and what may be meant, for an error.

    What a path can be is described as `path`.
    """
    if name.endswith(".toml"):
        why = "is no file" if (folder / name).exists() else "does not exist"
        return (
            f"the policy file {name} {why}",
            f"name a preset, as pylife policy list has them, or {path}",
        )
    import difflib  # only for what is wrong

    from pylife.policy import installed

    own, others = names(), installed.names()
    near = difflib.get_close_matches(name, [*own, *others], n=1)
    if (folder / f"{name}.toml").is_file():
        near = [f"{name}.toml"]
    shown = [f"presets: {', '.join(own)}"]
    if others:
        shown.append(f"installed: {', '.join(others)}")
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"no policy {name!r}", meant + "; ".join([*shown, f"or {path}"])


def locate(name: str, folder: Path, shown: str) -> tuple[Path, str, bool] | None:
    """The file of the policy `name`, how it is shown, and whether pylife ships it.

    A path is looked for from `folder` and is `shown` so. None where there is no such policy.
    """
    if name.replace("-", "").isalnum():  # so neither a path nor a file
        path = resources.folder("policies") / f"{name}.toml"
        if path.is_file():
            return path, f"policies/{name}.toml", True
    if name.endswith(".toml"):
        path = folder / name
        return (path, shown, False) if path.is_file() else None
    from pylife.policy import installed

    return installed.locate(name)


@lru_cache(maxsize=256)
def _read(path: Path, shown: str, trusted: bool) -> Policy:  # noqa: FBT001 - a plain record
    return _build(layer(path, shown, trusted))


def parse(data: bytes, *, shown: str, trusted: bool = False, folder: Path | None = None) -> Policy:
    """Read a policy from the bytes of a file that is `shown` so in errors.

    What it extends is looked for from `folder` (else from where the process runs).
    Raises ConfigError naming file, line, and the nearest known key.
    """
    return _build(layer_of(data, shown, folder, trusted=trusted))


@lru_cache(maxsize=256)
def layer(path: Path, shown: str, trusted: bool) -> Layer:  # noqa: FBT001 - a plain record
    """The file at `path`, read and validated; raises ConfigError where it is wrong.

    What pylife ships (`trusted`) is validated by its tests, not at every start.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=shown) from None
    return layer_of(data, shown, path.parent, trusted=trusted)


def layer_of(
    data: bytes, shown: str, folder: Path | None = None, *, trusted: bool = False
) -> Layer:
    """The file of these bytes, read and validated; raises ConfigError where it is wrong."""
    try:
        document = toml.parse(text.Source(shown, data))
    except UnreadableError as error:
        raise ConfigError(error.message, path=shown, line=error.line, column=error.column) from None
    if not trusted:
        from pylife.syntax import schema

        schema.validate(document, resources.data("policy.schema.json"), shown)
    return Layer(document, shown, folder or Path(), trusted)


def _build(top: Layer) -> Policy:
    if "extends" not in top.document.value:
        return assembled((top,))
    from pylife.policy import extends

    return assembled(extends.layers(top))


def assembled(layers: tuple[Layer, ...]) -> Policy:
    """The policy of the last of `layers`, built upon the others; raises ConfigError."""
    top = layers[-1]
    untrusted = not all(item.trusted for item in layers)
    if untrusted:
        from pylife.policy import check

        check.each(layers)
    merged = Settings()
    for item in layers:
        merged = settings(item.document.value).over(merged)
    values = top.document.value
    found = applied(
        Policy(
            name=values["name"],
            title=values.get("title", values["name"]),
            description=values.get("description", "").strip(),
            source=top.shown,
            published=values.get("source", ""),
            stale_after=Offset.parse(_last(layers, "stale-after") or "P1Y"),
            layers=layers,
            **_NOTHING,
        ),
        merged,
    )
    if any(_MORE.intersection(item.document.value) for item in layers):
        from pylife.policy import more

        found = more.read(found, layers)
    if found.drop is None and found.window is None and found.deprecate is None:
        from pylife.syntax.schema import at

        place = next((key for key in ("stages", "extends") if key in values), "name")
        message = "the policy neither drops nor deprecates a Python"
        raise at(top.document, top.shown, message, place, help="give stages.drop or a window")
    if untrusted:
        check.whole(found, layers)
    return found


_NOTHING: dict[str, Any] = {
    "adopt": Anchored("python.release"),
    "deprecate": None,
    "drop": None,
    "warn": Offset(),
    "keep_newest": 0,
}
_MORE = frozenset(
    {
        "scope",
        "own-releases",
        "release",
        "dependencies",
        "waiver",
        "upgrade",
        "evidence",
        "resolve",
    }
)


def _last(layers: tuple[Layer, ...], key: str) -> Any:
    return next((v for item in reversed(layers) if (v := item.document.value.get(key))), None)


def applied(policy: Policy, settings: Settings) -> Policy:
    """`policy` with these settings for its own."""
    stages = dict(settings.stages)
    steps = settings.warnings or (_USUAL,)
    return policy._replace(
        adopt=stages.get("adopt", Anchored("python.release")),
        deprecate=stages.get("deprecate"),
        drop=stages.get("drop"),
        block=stages.get("block"),
        warn=steps[0].before,
        warnings=steps,
        keep_newest=settings.keep_newest or 0,
        window=settings.window,
        overrides=settings.overrides,
        settings=settings,
    )


def settings(table: dict[str, Any]) -> Settings:
    """The settings of a policy file's top level or of one of its scopes."""
    return Settings(
        stages=tuple(
            (name, moments.parse(value)) for name, value in table.get("stages", {}).items()
        ),
        warnings=_warnings(table.get("warn", ())),
        keep_newest=table.get("keep-newest"),
        window=table.get("window"),
        overrides=tuple(_override(item) for item in table.get("override", ())),
    )


def _warnings(value: Any) -> tuple[WarnStep, ...]:
    if isinstance(value, str):
        return (WarnStep(Offset.parse(value), Severity.WARNING),)
    steps = (WarnStep(Offset.parse(item["before"]), Severity(item["severity"])) for item in value)
    return tuple(sorted(steps, key=lambda step: step.before.length, reverse=True))


def _override(table: dict[str, Any]) -> "Override":
    from pylife.policy.parts import Override

    dates = tuple((name, moments.fixed(table[name])) for name in STAGES if name in table)
    return Override(PythonVersion.parse(table["python"]), dates, table["reason"])

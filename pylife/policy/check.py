"""What a schema cannot say of a policy: dates that exist, names that are known, overall sense."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pylife import calendar
from pylife.errors import ConfigError
from pylife.model import PythonVersion
from pylife.policy import moments
from pylife.policy.records import STAGES, Layer, Policy
from pylife.syntax.schema import Place, at


def each(layers: tuple[Layer, ...]) -> None:
    """Raise ConfigError, with its place, where one of the files makes no sense for itself.

    What pylife ships is tested, so it is passed over; it counts for what the others rest on.
    """
    for item in layers:
        if not item.trusted:
            for path, table in _tables(item):
                _table(item, path, table)
            for path, value in _dates(item):
                _date(item, path, value)
            for path, word in _words(item):
                _word(item, path, word, layers)
            _packages(item)


def whole(policy: Policy, layers: tuple[Layer, ...]) -> None:
    """Raise ConfigError where the files together come to no policy, for any of its scopes."""
    from pylife.policy.scopes import alone
    from pylife.policy.window import backwards

    known = calendar.load()
    for number in range(-1, len(policy.scopes)):
        found = policy if number < 0 else alone(policy, number)
        if backwards(found, known):
            scope = f" (for {found.scope})" if found.scope else ""
            raise _error(
                layers,
                ("stages", "drop"),
                f"the policy drops each Python before it asks for it{scope}",
                help="let stages.drop come after stages.adopt",
            )
    ruled = {rule.name for rule in policy.dependencies}
    for item in layers:
        for name in item.document.table("dependencies"):
            if name not in ruled:
                path = ("dependencies", name)
                raise at(item.document, item.shown, f"dependencies.{name} lacks drop", *path)


def _error(layers: tuple[Layer, ...], path: Place, message: str, *, help: str) -> ConfigError:  # noqa: A002
    """`message` at `path` of the last file that has it, else of the policy's own file."""
    item = next((one for one in reversed(layers) if one.document.get(*path)), layers[-1])
    return at(item.document, item.shown, message, *path, help=help)


def _tables(item: Layer) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The tables with settings: the file itself and its scopes."""
    yield (), item.document.value
    for number, scope in enumerate(item.document.value.get("scope", ())):
        yield ("scope", number), scope


def _table(item: Layer, path: Place, table: dict[str, Any]) -> None:
    for key, other in (("drop", ("stages", "drop")), ("keep-newest", ("keep-newest",))):
        value = table.get("stages", {}).get("drop") if key == "drop" else table.get(key)
        if "window" in table and value is not None:
            message = f"{'.'.join(other)} and window contradict each other: a window decides alone"
            raise at(item.document, item.shown, message, *path, *other)
    if path and not set(table) & {"kind", "tier", "owner", "path", "name"}:
        message = "a scope names the projects that it is for, by kind, tier, owner, path or name"
        raise at(item.document, item.shown, message, *path)
    if path and not set(table) & {"stages", "warn", "keep-newest", "window", "override"}:
        message = "a scope says what is different: stages, warn, keep-newest, window or override"
        raise at(item.document, item.shown, message, *path)
    for number, override in enumerate(table.get("override", ())):
        python = PythonVersion.parse(override["python"])
        if python not in calendar.known():
            known = calendar.known()
            message = f"Python {python} is not in the calendar, which has {known[0]} to {known[-1]}"
            raise at(item.document, item.shown, message, *path, "override", number, "python")
        if str(override.get("drop", "9")) <= str(override.get("adopt", "")):
            message = f"Python {python} is dropped before it is adopted"
            raise at(item.document, item.shown, message, *path, "override", number, "drop")


def _moments(item: Layer) -> Iterator[tuple[Place, Any]]:
    """Every moment that stands for itself, with its place."""
    for path, table in _tables(item):
        for stage, moment in table.get("stages", {}).items():
            yield (*path, "stages", stage), moment
    for name, rule in item.document.table("dependencies").items():
        if "drop" in rule:
            yield ("dependencies", name, "drop"), rule["drop"]


def _parts(path: Place, moment: Any) -> Iterator[tuple[Place, Any]]:
    """A moment with those of which it is the earliest or the latest."""
    yield path, moment
    if isinstance(moment, dict):
        for how in ("earliest", "latest"):
            for number, part in enumerate(moment.get(how, ())):
                yield from _parts((*path, how, number), part)


def _dates(item: Layer) -> Iterator[tuple[Place, Any]]:
    """Every date or month, with its place."""
    for path, moment in _moments(item):
        for place, part in _parts(path, moment):
            if not isinstance(part, dict):
                yield place, part
    for path, table in _tables(item):
        for number, override in enumerate(table.get("override", ())):
            for key in set(STAGES).intersection(override):
                yield (*path, "override", number, key), override[key]
    for number, release in enumerate(item.document.value.get("release", ())):
        for key in {"date", "lts-until"}.intersection(release):
            yield ("release", number, key), release[key]


def _date(item: Layer, path: Place, value: Any) -> None:
    try:
        moments.fixed(value)
    except ConfigError as error:
        raise at(item.document, item.shown, error.message, *path) from None


def _words(item: Layer) -> Iterator[tuple[Place, str]]:
    """Every anchor and binding, with its place."""
    for path, moment in _moments(item):
        for place, part in _parts(path, moment):
            if isinstance(part, dict):
                for key in ("anchor", "at"):
                    if key in part:
                        yield (*place, key), part[key]


def _word(item: Layer, path: Place, word: str, layers: tuple[Layer, ...]) -> None:
    family, _, rest = word.partition(".")
    name = rest.rpartition(".")[0]
    if family == "dependency" and name:
        _package(item, path, name)
        if not _adds(name):
            message = f"no date is known on which {name} supports a Python for the first time"
            raise at(item.document, item.shown, message, *path, help="give a date, or an offset")
    elif family == "platform":
        _platform(item, path, name, word.rpartition(".")[2])
    elif family == "own":
        _own(item, path, word, layers)


def _own(item: Layer, path: Place, word: str, layers: tuple[Layer, ...]) -> None:
    tables = [one.document.value for one in layers]
    named = any("own-releases" in table for table in tables)
    listed = [release for table in tables for release in table.get("release", ())]
    if not named and not listed:
        raise at(
            item.document,
            item.shown,
            f"{word} needs the project's own releases",
            *path,
            help='give own-releases = "NAME", or [[release]] tables',
        )
    adds = [table["own-releases"] for table in tables if _adds(table.get("own-releases", ""))]
    if word == "own.release" and not adds and not any("adds" in release for release in listed):
        message = "own.release needs releases that say which Pythons they add"
        raise at(
            item.document, item.shown, message, *path, help='give a [[release]] adds = ["3.13"]'
        )


def _packages(item: Layer) -> None:
    """The packages that are named outside of moments."""
    values = item.document.value
    if "own-releases" in values:
        _package(item, ("own-releases",), values["own-releases"])
    for name in item.document.table("dependencies"):
        _package(item, ("dependencies", name), name)
    for number, example in enumerate(values.get("example", ())):
        if "dependency" in example:
            _package(item, ("example", number, "dependency"), example["dependency"])
    if "example" in values:
        from pylife.policy import examples

        examples.read(item)


def _package(item: Layer, path: Place, name: str) -> None:
    from pylife import releases

    if releases.find(name) is None:
        message = f"no data on the releases of {name!r}"
        raise at(item.document, item.shown, message, *path, help=_near(name, releases.names()))


def _platform(item: Layer, path: Place, name: str, event: str) -> None:
    """A stage that waits for a date that the platform never has would never begin."""
    if name not in _platforms():
        message = f"no platform {name!r}"
        raise at(item.document, item.shown, message, *path, help=_near(name, _platforms()))
    from pylife import platforms

    rows = [platforms.dates(name, python) for python in calendar.known()]
    events = ("deprecated", "blocked", "eol")
    dated = [one for one in events if any(row and getattr(row, one) for row in rows)]
    if event not in dated:
        message = f"no date is known on which {name} is {event.replace('eol', 'at its end')}"
        known = " or ".join(f"platform.{name}.{one}" for one in dated)
        meant = f"there is {known}" if known else "none of its dates is known for any Python"
        raise at(item.document, item.shown, message, *path, help=meant)


def _adds(name: str) -> bool:
    """Whether it is known of a package which of its releases supports a Python first."""
    from pylife import releases

    package = releases.find(name)
    return package is not None and bool(package.supports)


@lru_cache(maxsize=1)
def _platforms() -> frozenset[str]:
    """The platforms of which there is data."""
    from pylife import platforms

    return frozenset(platforms.load().names)


def _near(word: str, known: Iterable[str]) -> str:
    import difflib  # only for what is wrong

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(names)

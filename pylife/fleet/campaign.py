"""`[upgrade]` of pylife.toml and of its projects: how upgrades are proposed, and when.

What a project's own table says goes before the fleet's; freezes add up.
"""

import datetime as dt
import string
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pylife.errors import ConfigError
from pylife.syntax.toml import Document, Key

TITLE = frozenset({"title", "project", "branch"})
"""The placeholders of a title, and of a changelog fragment's text."""
COMMIT = TITLE | {"message"}
"""Those of a commit message; `message` is what it would be without a template."""
PATH = frozenset({"project", "slug"})
"""Those of a changelog fragment's path; `slug` is the branch without its slashes."""
_PLACEHOLDERS = {"title": TITLE, "commit": COMMIT, "path": PATH, "text": TITLE}


class Freeze(NamedTuple):
    """Days, the first and the last included, on which no pull request is opened."""

    first: dt.date
    last: dt.date
    reason: str = ""


class Changelog(NamedTuple):
    """A changelog fragment: the templates of its path and of its text."""

    path: str
    text: str


class Campaign(NamedTuple):
    """The settings of one project's upgrades; `repository` and `base` are its own alone."""

    forge: Literal["local", "github"] = "local"
    url: str | None = None
    """The address of GitHub Enterprise; None for github.com."""
    dashboard: str | None = None
    owners: Mapping[str, str] = {}
    max_open: int | None = None
    max_per_hour: int | None = None
    canary: int | None = None
    title: str = "{title}"
    commit: str = "{message}"
    changelog: Changelog | None = None
    sign_off: bool = False
    labels: tuple[str, ...] = ()
    reviewers: Literal["owners", "codeowners"] | tuple[str, ...] = ()
    draft: frozenset[str] = frozenset({"unproven", "parents"})
    prove: bool = True
    unproven: Literal["open", "wait"] = "open"
    parents: Literal["open", "merged"] = "open"
    hold_floors: bool = True
    snooze: dt.date | None = None
    opt_out: str | None = None
    freeze: tuple[Freeze, ...] = ()
    repository: str | None = None
    base: str | None = None

    def frozen(self, day: dt.date) -> Freeze | None:
        """The freeze that holds on `day`, the one that ends last; None where there is none."""
        held = [one for one in self.freeze if one.first <= day <= one.last]
        return max(held, key=lambda one: one.last, default=None)


_PLAIN = (
    "forge", "url", "dashboard", "owners", "max-open", "max-per-hour", "canary", "title", "commit",
    "sign-off", "prove", "unproven", "parents", "hold-floors", "opt-out", "repository", "base",
)  # fmt: skip


def parse(table: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> Campaign:
    """Read `[upgrade]` and a project's `own` table, which the schema and `check` have validated."""
    both = {**table, **(own or {})}
    values: dict[str, Any] = {name.replace("-", "_"): both[name] for name in _PLAIN if name in both}
    if "changelog" in both:
        values["changelog"] = Changelog(both["changelog"]["path"], both["changelog"]["text"])
    for name, make in (("labels", tuple), ("draft", frozenset)):
        if name in both:
            values[name] = make(both[name])
    if "reviewers" in both:
        said = both["reviewers"]
        values["reviewers"] = said if isinstance(said, str) else tuple(said)
    if "snooze" in both:
        values["snooze"] = _day(both["snooze"])
    freezes = [*table.get("freeze", ()), *(own or {}).get("freeze", ())]
    values["freeze"] = tuple(
        Freeze(_day(one["from"]), _day(one["to"]), one.get("reason", "")) for one in freezes
    )
    return Campaign(**values)


def check(document: Document, shown: str) -> None:
    """Raise ConfigError, with its place, for what no schema can say of the tables `[upgrade]`.

    That is a placeholder that there is not, a date that is none, and a freeze that ends before
    it begins.
    """
    for place, table in _tables(document.value):
        for message, *path in _wrong(table):
            from pylife.syntax import schema  # only for what is wrong

            raise schema.at(document, shown, message, *place, *path)


def _tables(value: Mapping[str, Any]) -> Iterator[tuple[tuple[Key, ...], Mapping[str, Any]]]:
    if "upgrade" in value:
        yield ("upgrade",), value["upgrade"]
    for number, project in enumerate(value.get("project", ())):
        if "upgrade" in project:
            yield ("project", number, "upgrade"), project["upgrade"]


def _wrong(table: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Each a message and the path from the table to what it speaks of."""
    for path, template in _templates(table):
        try:
            named = [name for _, name, *_ in string.Formatter().parse(template) if name is not None]
        except ValueError as error:
            yield f"not a template: {error}; write {{{{ for a brace", *path
            continue
        known = _PLACEHOLDERS[str(path[-1])]
        for name in named:
            if name not in known:
                listed = ", ".join(f"{{{one}}}" for one in sorted(known))
                yield f"no placeholder {{{name}}} is known here; there are {listed}", *path
    days: list[tuple[tuple[Key, ...], Any]] = []
    if "snooze" in table:
        days.append((("snooze",), table["snooze"]))
    for number, one in enumerate(table.get("freeze", ())):
        days += [(("freeze", number, key), one[key]) for key in ("from", "to")]
    broken = False
    for path, said in days:
        try:
            _day(said)
        except ValueError:
            broken = True
            yield f"{said} is no day of the calendar", *path
    for number, one in enumerate(() if broken else table.get("freeze", ())):
        if _day(one["to"]) < _day(one["from"]):
            yield "the freeze ends before it begins", "freeze", number, "to"


def _templates(table: Mapping[str, Any]) -> Iterator[tuple[tuple[Key, ...], str]]:
    for name in ("title", "commit"):
        if name in table:
            yield (name,), table[name]
    for name in ("path", "text") if "changelog" in table else ():
        yield ("changelog", name), table["changelog"][name]


def filled(template: str, values: Mapping[str, str]) -> str:
    """`template` with its placeholders replaced; the template was checked before.

    Raises ConfigError for a placeholder that `values` lacks.
    """
    try:
        return template.format_map(dict(values))
    except (KeyError, ValueError, IndexError) as error:
        raise ConfigError(f"{template!r} cannot be filled: {error}") from None


def _day(said: object) -> dt.date:
    return dt.date.fromisoformat(str(said))

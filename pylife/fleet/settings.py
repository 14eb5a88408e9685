"""`[check]` of pylife.toml: which rules count where, and how much."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from pylife.model import Project, Severity
from pylife.syntax.toml import Key

Place = tuple[Key, ...]
"""The keys that lead to a value of pylife.toml."""


class Scope(NamedTuple):
    """`[[check.scope]]`: settings for the projects that match all that it names."""

    kind: tuple[str, ...] = ()
    tier: tuple[int, ...] = ()
    owner: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()

    def matches(self, project: Project) -> bool:
        """Whether the scope speaks of `project`; path, name and owner are patterns."""
        return (
            (not self.kind or project.kind.value in self.kind)
            and (not self.tier or project.tier in self.tier)
            and _any(self.owner, project.owner)
            and _any(self.path, project.path)
            and _any(self.name, project.name)
        )


class Settings(NamedTuple):
    """What pylife.toml says of the check itself.

    `select` and `ignore` hold codes or their beginnings; `files` the patterns of files,
    from pylife.toml's folder, with what is ignored in them.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scopes: tuple[Scope, ...] = ()
    fail_on: str | None = None
    baseline: str | None = None
    facts: str | None = None

    def narrowed(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> "Settings":
        """With what the command line says: its `select` replaces both lists, `ignore` adds."""
        if select:
            return self._replace(select=select, ignore=ignore)
        return self._replace(ignore=(*self.ignore, *ignore))

    def wants(self, code: str, project: Project, file: str | None) -> bool:
        """Whether a finding of the rule `code` counts for `project` at `file` (from the root).

        As with ruff, the longest code that matches decides between select and ignore;
        what is ignored for a file or a scope is ignored whatever is selected.
        """
        if not selected(code, self.select, self.ignore):
            return False
        ignored = [code for scope in self.scopes if scope.matches(project) for code in scope.ignore]
        if file is not None:
            ignored += [
                code for pattern, codes in self.files if covers(pattern, file) for code in codes
            ]
        return not any(code.startswith(item) for item in ignored)

    def severity_of(
        self, code: str, project: Project, given: Severity, usual: Severity
    ) -> Severity:
        """The severity of a finding of the rule `code` that was `given` one by the rule.

        A scope goes before the rest, the longest code before a shorter one. What is set
        replaces the rule's `usual` severity; a verdict milder than that stays milder.
        """
        tables = [self.severity, *(s.severity for s in self.scopes if s.matches(project))]
        for table in reversed(tables):
            matching = [(item, severity) for item, severity in table if code.startswith(item)]
            if matching:
                wanted = max(matching, key=lambda pair: len(pair[0]))[1]
                milder = given.rank < usual.rank
                return min(given, wanted, key=lambda item: item.rank) if milder else wanted
        return given


def parse(table: dict[str, Any]) -> Settings:
    """Read the table `[check]`, which the schema has validated."""
    return Settings(
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        severity=_severity(table),
        files=tuple(
            (pattern, tuple(codes)) for pattern, codes in table.get("per-file-ignores", {}).items()
        ),
        scopes=tuple(map(_scope, table.get("scope", ()))),
        fail_on=table.get("fail-on"),
        baseline=table.get("baseline"),
        facts=table.get("facts"),
    )


def codes(table: dict[str, Any], at: Place = ("check",)) -> Iterator[tuple[Place, str]]:
    """Each code that the table `[check]` names, with the path of its place."""
    for name in ("select", "ignore"):
        yield from (((*at, name, n), code) for n, code in enumerate(table.get(name, ())))
    yield from (((*at, "severity", code), code) for code in table.get("severity", {}))
    for pattern, listed in table.get("per-file-ignores", {}).items():
        yield from (((*at, "per-file-ignores", pattern, n), c) for n, c in enumerate(listed))
    for number, scope in enumerate(table.get("scope", ())):
        yield from codes(scope, (*at, "scope", number))


def selected(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    """Whether the rule `code` is asked for; the longest prefix that matches decides."""
    chosen = max((len(item) for item in select if code.startswith(item)), default=-1)
    ignored = max((len(item) for item in ignore if code.startswith(item)), default=-1)
    if select and chosen < 0:
        return False
    return ignored < 0 or ignored < chosen


def covers(pattern: str, path: str) -> bool:
    """Whether `pattern` covers `path`: `*` stays in its folder, `**` and a folder's name do not.

    A pattern without a slash is one of file names anywhere, as in ruff.
    """
    if "/" not in pattern:
        return fnmatchcase(path.rpartition("/")[2], pattern) or _below(pattern, path)
    return _glob(pattern.split("/"), path.split("/")) or _below(pattern, path)


def _below(folder: str, path: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _glob(pattern: list[str], parts: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_glob(pattern[1:], parts[start:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _glob(pattern[1:], parts[1:])


def _scope(table: dict[str, Any]) -> Scope:
    return Scope(
        kind=_several(table.get("kind")),
        tier=_several(table.get("tier")),
        owner=_several(table.get("owner")),
        path=_several(table.get("path")),
        name=_several(table.get("name")),
        ignore=tuple(table.get("ignore", ())),
        severity=_severity(table),
    )


def _severity(table: dict[str, Any]) -> tuple[tuple[str, Severity], ...]:
    return tuple((code, Severity(value)) for code, value in table.get("severity", {}).items())


def _several(value: Any) -> tuple[Any, ...]:
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


def _any(patterns: tuple[str, ...], value: str | None) -> bool:
    return not patterns or any(fnmatchcase(value or "", pattern) for pattern in patterns)

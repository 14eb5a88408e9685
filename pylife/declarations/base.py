"""What every reader is made of: a file parsed at most once, and declarations of it."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from pylife.declarations import versions
from pylife.model import (
    Change,
    Coverage,
    Declaration,
    Edit,
    PythonVersion,
    Role,
    Span,
    coverage,
    explicit,
)
from pylife.syntax.text import Source


class CannotEditError(Exception):
    """A declaration that cannot be edited safely; the message says why, for a person to do."""


class KnownImage(NamedTuple):
    """What is known of a container image whose name does not say its Python.

    Either `versions`, or the reason why they are `unreadable`; `note` says who knows it.
    """

    versions: tuple[PythonVersion, ...] = ()
    unreadable: str = ""
    note: str = ""


class Around(NamedTuple):
    """What a file's declarations may depend on outside of it; two are alike if they are the same.

    `beside` gives another file of the project by its path from the project's
    folder, None where there is none that can be read; `image` what is known of
    an image reference. The default knows nothing.
    """

    beside: Callable[[str], "File | None"] = lambda _: None
    image: Callable[[str], KnownImage | None] = lambda _: None


NOTHING_AROUND = Around()


class File:
    """One file of a project: its source, parsed at most once by whichever parser is asked for.

    `known` are the feature releases that ranges are compared with.
    """

    around = NOTHING_AROUND

    def __init__(self, source: Source, known: tuple[PythonVersion, ...]) -> None:
        self.source = source
        self.known = known

    @property
    def path(self) -> str:
        """Path from the project's folder."""
        return self.source.path

    @cached_property
    def toml(self):  # type: ignore[no-untyped-def] # the parser is imported only when asked for
        """The file as `pylife.syntax.toml.Document`."""
        from pylife.syntax import toml

        return toml.parse(self.source)

    @cached_property
    def ini(self):  # type: ignore[no-untyped-def]
        """The file as `pylife.syntax.ini.Document`."""
        from pylife.syntax import ini

        return ini.parse(self.source)

    @cached_property
    def yaml(self):  # type: ignore[no-untyped-def]
        """The file's documents as PyYAML nodes."""
        from pylife.syntax import yaml

        return yaml.compose_all(self.source)

    @cached_property
    def json(self):  # type: ignore[no-untyped-def]
        """The file, JSON perhaps with comments, as the PyYAML node of its value; None if empty."""
        from pylife.syntax import jsonc

        return jsonc.compose(self.source)

    @cached_property
    def python(self):  # type: ignore[no-untyped-def]
        """The file as `pylife.syntax.python.Module`."""
        from pylife.syntax import python

        module = python.parse(self.source)
        self.source = module.source  # read in the encoding that the file declares
        return module

    def range(
        self,
        site: str,
        role: Role,
        span: Span,
        specifier: SpecifierSet,
        *,
        group: str = "",
        note: str = "",
    ) -> Declaration:
        """A declaration that gives a range."""
        found: Coverage = coverage(specifier, self.known)
        return self._declaration(
            site,
            role,
            span,
            group,
            note,
            specifier=specifier,
            versions=found.full,
            partial=found.partial,
        )

    def listed(
        self,
        site: str,
        role: Role,
        span: Span,
        pythons: Iterable[PythonVersion],
        *,
        group: str = "",
        note: str = "",
        without_effect: str = "",
    ) -> Declaration:
        """A declaration that names Pythons one by one (none at all is "says none")."""
        pythons = explicit(pythons)
        unknown = [str(python) for python in pythons if python.plain not in self.known]
        if unknown and not note:
            note = f"no Python {' and '.join(unknown)} is known"
        found = self._declaration(site, role, span, group, note, versions=pythons)
        return found._replace(without_effect=without_effect) if without_effect else found

    def python_named(
        self, site: str, role: Role, span: Span, text: str, *, group: str = "", note: str = ""
    ) -> Declaration:
        """What one word says: `3.13`, `pypy-3.11` and `3.x` something, any other is unreadable."""
        python = versions.named(text)
        if python is not None:
            if not note and versions.is_prerelease(text):
                note = f"a prerelease of {python}"
            return self.listed(site, role, span, [python], group=group, note=note)
        said = versions.other(text)
        if said is not None:
            return self.listed(site, role, span, [], group=group, note=said)
        return self.unreadable(site, role, span, f"{text[:60]!r} names no Python", group=group)

    def number_named(
        self, site: str, role: Role, span: Span, text: str, language: str, *, group: str = ""
    ) -> Declaration:
        """What an unquoted `text` says in `language` (YAML or TOML), where `3.10` is a number."""
        read = versions.number(text)
        note = f"{language} reads an unquoted {text} as {read}: quote it" if read else ""
        if text == "3.1":
            note = f"3.1 is what {language} reads for an unquoted 3.10"
        return self.python_named(site, role, span, read or text, group=group, note=note)

    def unreadable(
        self,
        site: str,
        role: Role,
        span: Span,
        reason: str,
        *,
        group: str = "",
        invalid: bool = False,
    ) -> Declaration:
        """A declaration whose meaning cannot be known, with the reason.

        `invalid` says that no tool accepts it, so that there is nothing to know.
        """
        return self._declaration(site, role, span, group, "", unreadable=reason, invalid=invalid)

    def _declaration(
        self,
        site: str,
        role: Role,
        span: Span,
        group: str,
        note: str,
        *,
        specifier: SpecifierSet | None = None,
        versions: tuple[PythonVersion, ...] | None = None,
        partial: tuple[PythonVersion, ...] = (),
        unreadable: str | None = None,
        invalid: bool = False,
    ) -> Declaration:
        line, column = self.source.position(span.start)
        return Declaration(
            site=site,
            role=role,
            file=self.path,
            span=span,
            line=line,
            column=column,
            raw=self.source.slice(span),
            specifier=specifier,
            versions=versions,
            partial=partial,
            unreadable=unreadable,
            invalid=invalid,
            group=group,
            note=note,
        )


Read = Callable[[File], Iterable[Declaration]]
"""Returns the declarations of a file; raises UnreadableError where it cannot be parsed."""

Editor = Callable[[File, Sequence[Declaration], Change], list[Edit]]
"""Returns the edits that make the declarations of one target follow a change.

The declarations are those of one site and group, in file order, freshly read
from the file. An empty list means that nothing has to change. Raises
CannotEditError where only a person can do it.
"""


class Runs(NamedTuple):
    """What one job of a CI file runs: its Pythons, or None where they cannot be known.

    `reason` says why they cannot, or what limits what is known.
    """

    job: str
    pythons: frozenset[PythonVersion] | None
    reason: str = ""


Tested = Callable[[File], list[Runs]]
"""Returns what the jobs of a file run in effect, apart from what its lists say."""


class Reader(NamedTuple):
    """One kind of file: how it is read, how its sites are edited.

    Every reader module ends in one such record; which paths it claims is in
    `pylife.declarations.registry`.
    """

    name: str
    title: str
    read: Read
    editors: dict[str, Editor]
    """By site; a site without an editor is changed by a person."""
    contextual: bool = False
    """Whether what it reads depends on what is around the file (see `Around`)."""
    tested: Tested | None = None

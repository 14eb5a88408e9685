"""How `pylife source` shows its findings to people."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pylife.formats.shared import count, plain
from pylife.model import Scope
from pylife.source.results import Deciding, Use, Verdict, Version, concerns, judged
from pylife.source.scanner import versions
from pylife.workflow.read import shown_path
from pylife.workflow.source import ProjectSource

_NAMED = 2
"""So many of the lines that decide something are told, and how many more there are."""


class Style(NamedTuple):
    """How to show it: `width` in columns; `verbose` names every line that decides, and what is
    only deprecated; `quiet` leaves out projects of which there is nothing to say."""

    width: int = 80
    color: bool = False
    verbose: bool = False
    quiet: bool = False


def render(projects: Sequence[ProjectSource], looked_at: int, style: Style) -> str:
    """Each project with where it runs and what decides that, then its uses by file."""
    lines: list[str] = []
    for project in projects:
        told = list(_uses(project, looked_at, style))
        if told or not style.quiet or project.verdict(looked_at).runs_on != looked_at:
            lines += [*_heading(project, looked_at, style), *told, ""]
    lines += _wrapped(_summary(projects, looked_at), 0, style.width)
    return "\n".join(lines) + "\n"


def _heading(project: ProjectSource, looked_at: int, style: Style) -> Iterator[str]:
    name = plain(project.member.project.name)
    yield f"\033[1m{name}\033[0m" if style.color else name
    if project.member.project.error:
        yield f"  could not be looked at: {plain(project.member.project.error)}"
    elif not project.files:
        yield "  no Python source"
    for scope in Scope:
        if any(file.scope is scope for file in project.files):
            found = project.verdict(looked_at, scope)
            text = f"{scope} {_runs_on(project, found, looked_at, style)}"
            yield from _wrapped(text, 2, style.width)
            if scope is Scope.PACKAGE:
                yield from _packages(project, found, looked_at, style)


def _packages(
    project: ProjectSource, whole: Verdict, looked_at: int, style: Style
) -> Iterator[str]:
    """Of several packages those that do not run where all together do; if verbose, each."""
    every = project.packages()
    for package, files in every.items():
        found = judged(files, looked_at)
        if len(every) > 1 and (style.verbose or found.runs_on != whole.runs_on):
            text = f"{plain(package.name)} {_runs_on(project, found, looked_at, style)}"
            yield from _wrapped(text, 4, style.width)


def _runs_on(project: ProjectSource, found: Verdict, looked_at: int, style: Style) -> str:
    """`runs on 3.9 to 3.12: needs 3.9 because of ...; breaks on 3.13 because of ...`."""
    if found.unknown:
        files = [shown_path(project.member, path) for path in found.unknown]
        text = f"is not known to run on any: {_some(files, style)} could not be parsed"
    elif not found.runs_on:
        text = f"runs on none of {span(looked_at)}"
    else:
        text = f"runs on {span(found.runs_on)}"
    reasons = []
    for deciding, word in ((found.lower, "needs"), (found.upper, "breaks on")):
        if deciding:
            python = _bound(deciding[0].use, found, looked_at, lower=word == "needs")
            places = _some([_place(project, item) for item in deciding], style)
            reasons.append(f"{word} {python} because of {places}")
    joined = "; ".join(reasons)
    return f"{text}{';' if found.unknown else ':'} {joined}" if joined else text


def _bound(use: Use, found: Verdict, looked_at: int, *, lower: bool) -> str:
    """The Python that a deciding use asks for, or that it fails on."""
    if lower:
        if use.added:
            return _shown(use.added)
        return versions.names(found.runs_on or looked_at & ~use.fails_on)[0]
    above = looked_at & use.fails_on & ~((1 << found.runs_on.bit_length()) - 1)
    return _shown(use.removed) if use.removed else versions.names(above or use.fails_on)[0]


def _place(project: ProjectSource, item: Deciding) -> str:
    return f"{plain(shown_path(project.member, item.path))}:{item.use.line} {plain(item.use.what)}"


def _some(texts: Sequence[str], style: Style) -> str:
    more = 0 if style.verbose else len(texts) - _NAMED
    if more <= 0:
        return ", ".join(texts)
    return f"{', '.join(texts[:_NAMED])} and {more} more"


def _uses(project: ProjectSource, looked_at: int, style: Style) -> Iterator[str]:
    """The uses that fail somewhere, or are to go, under their files; and what is unparsed."""
    newest = versions.versions(looked_at)[-1]
    for file in project.files:
        shown = [
            use
            for use in file.uses
            if concerns(use, looked_at, newest)
            and (style.verbose or use.fails_on & looked_at or use.removal)
        ]
        wrong = [item for item in file.found.ignores if item.wrong]
        if not shown and not file.found.unparsed and not wrong:
            continue
        yield f"  {plain(shown_path(project.member, file.path))}"
        if file.found.unparsed:
            yield from _wrapped(f"cannot be parsed: {plain(file.found.unparsed)}", 4, style.width)
        for line, group in groupby(shown, key=lambda use: use.line):
            for use in group:
                facts = "; ".join(_facts(use, looked_at, file.ignored(use)))
                text = f"{line}:{use.column} {plain(use.what)} ({use.kind}): {facts}"
                yield from _wrapped(text, 4, style.width)
        for item in wrong:
            text = f"{item.line}:{item.column} this ignore ignores nothing: it {item.wrong}"
            yield from _wrapped(text, 4, style.width)


def _facts(use: Use, looked_at: int, ignored: str) -> Iterator[str]:
    if use.added:
        yield f"added in {_shown(use.added)}"
    if use.removed:
        yield f"removed in {_shown(use.removed)}"
    fails = use.fails_on & looked_at
    absent = versions.below(use.added) if use.added else 0
    absent |= versions.at_least(use.removed) if use.removed else 0
    if fails and fails != absent & looked_at:
        yield f"fails on {span(fails)}"
    if use.deprecated and not use.removed:
        going = f", to go in {_shown(use.removal)}" if use.removal else ""
        yield f"deprecated since {_shown(use.deprecated)}{going}"
    if use.instead:
        yield f"instead: {plain(use.instead)}"
    if use.note:
        yield plain(use.note)
    if ignored:
        yield f"ignored: {plain(ignored)}"


def span(mask: int) -> str:
    """`3.8 to 3.10 and 3.12` for a set of Pythons."""
    runs: list[list[str]] = []
    for at, version in enumerate(versions.VERSIONS):
        if mask >> at & 1:
            if not (at and mask >> (at - 1) & 1):
                runs.append([])
            runs[-1].append(_shown(version))
    parts = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _shown(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def _wrapped(text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _summary(projects: Sequence[ProjectSource], looked_at: int) -> str:
    files = [file for project in projects for file in project.files]
    failing = sum(1 for file in files for use in file.failing() if use.fails_on & looked_at)
    newest = versions.versions(looked_at)[-1]
    rest = (
        sum(1 for file in files for use in file.uses if concerns(use, looked_at, newest)) - failing
    )
    unparsed = sum(1 for file in files if file.found.unparsed)
    whole = f"{count(len(files), 'file')} of {count(len(projects), 'project')}"
    some = f"{count(failing, 'use')} that {'fails' if failing == 1 else 'fail'} on some"
    parts = [f"{whole} looked at for {span(looked_at)}: {some}"]
    if rest:
        parts.append(f"{rest} deprecated or ignored")
    if unparsed:
        parts.append(f"{unparsed} unparsed")
    return "; ".join(parts)

"""`pylife source`: what the code uses of Python, and on which Pythons it runs."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pylife.cli import options, scanning
from pylife.errors import ExitCode, UsageError
from pylife.fleet import load_all
from pylife.model import Scope
from pylife.source.scanner import versions
from pylife.workflow import source

_WIDTH = 80


def _pythons(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int:
    """`--python` as a set of Pythons."""
    if value is None:
        return versions.ALL
    known = versions.names(versions.ALL)
    chosen = 0
    for name in value.split(","):
        if name.strip() not in known:
            raise UsageError(
                f"--python: {name.strip()!r} is not known",
                help=f"give some of {', '.join(known)}, with commas between them",
            )
        chosen |= 1 << known.index(name.strip())
    return chosen


def _scopes(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> frozenset[Scope]:
    known = {scope.value: scope for scope in Scope}
    if value is None:
        return frozenset(known.values())
    names = [name.strip() for name in value.split(",")]
    odd = next((name for name in names if name not in known), None)
    if odd is not None:
        raise UsageError(f"--scope: {odd!r} is none", help=f"give some of {', '.join(known)}")
    return frozenset(known[name] for name in names)


@click.command("source")
@options.paths()
@click.option(
    "--python",
    "looked_at",
    metavar="VERSIONS",
    callback=_pythons,
    help="The Pythons to look at, such as 3.9,3.13 (default: all that are known).",
)
@click.option(
    "--scope",
    "scopes",
    metavar="SCOPES",
    callback=_scopes,
    help="Only this of each project: package, tests, tools, docs (default: all).",
)
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="So many processes (default: processors)."
)
@click.option("--no-cache", is_flag=True, help="Scan anew what was scanned before.")
@options.as_of()
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], looked_at: int, scopes: frozenset[Scope], format_name: str,
    output: Path | None, jobs: int | None, no_cache: bool, as_of: dt.date,  # noqa: ARG001
    state_path: Path | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Tell what the code at PATH uses that not every Python has, and on which Pythons it runs.

    PATH may be one file. Executes nothing of what it reads. It reports, and fails only where
    something could not be parsed; `pylife check` judges by what is declared. With -v, also what
    is deprecated and stays for now, and every line that decides.
    """
    roots = options.roots(paths)
    found = [_only(target, scopes) for target in _targets(roots, state_path)]
    state = None if no_cache else _state(roots, state_path)
    with scanning.shown(quiet=quiet, color=color) as progress:
        looked = source.scan(found, state=state, processes=jobs or 0, progress=progress)
    if format_name == "json":
        from pylife.workflow.source_document import document

        text = json.dumps(document(looked.projects, looked_at), indent=2, ensure_ascii=False) + "\n"
    else:
        from pylife.cli.source_text import Style, render

        painted = output is None and options.colored(color)
        width = options.width() if options.is_terminal() else _WIDTH
        text = render(looked.projects, looked_at, Style(width, painted, verbose, quiet))
    options.write(text, output)
    return _exit_code(looked.projects)


def _exit_code(projects: Sequence[source.ProjectSource]) -> ExitCode:
    files = [file for project in projects for file in project.files]
    missing = any(project.member.project.error for project in projects)
    if missing or any(file.found.unparsed for file in files):
        return ExitCode.INCOMPLETE if files else ExitCode.NOTHING
    return ExitCode.OK if files else ExitCode.NOTHING


def _targets(roots: Sequence[Path], state_path: Path | None) -> Iterator[source.Target]:
    """The projects of the folders, and the files, in the order of the paths."""
    folders = [root for root in roots if not root.is_file()]
    if folders:
        cache = options.state_of(folders, state_path) / "repositories"
        yield from source.targets(load_all(folders, cache=cache, fetch=False))
    for root in roots:
        if root.is_file():
            yield source.alone(root)


def _only(target: source.Target, scopes: frozenset[Scope]) -> source.Target:
    return target._replace(files=tuple(file for file in target.files if file.scope in scopes))


def _state(roots: Sequence[Path], state_path: Path | None) -> Path | None:
    """The state folder; of a single file, that of what it is in, if there is anything such."""
    folders = [root for root in roots if not root.is_file()]
    if state_path is not None or folders:
        return options.state_of(folders, state_path)
    above = roots[0].resolve().parents
    marks = (".pylife", "pylife.toml", "pyproject.toml", ".git")
    home = next((one for one in above if any((one / mark).exists() for mark in marks)), None)
    return home / ".pylife" if home else None

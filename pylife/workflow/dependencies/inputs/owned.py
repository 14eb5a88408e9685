"""What a project requires of itself: `nw[gpu]` in an extra, `-e .[test]` in a file."""

from collections.abc import Iterable, Iterator, Sequence

from pylife.fleet.identity import normal
from pylife.workflow.dependencies.inputs.lines import Parts, parts, with_marker
from pylife.workflow.dependencies.inputs.records import Group, Line, Sort


def expanded(name: str | None, groups: Sequence[Group]) -> Iterator[Group]:
    """The groups, with the project's own name and folder replaced by what it requires.

    An extra has the plain set in it. An extra that there is not is a reason not to know.
    """
    run = next((group for group in groups if group.sort is Sort.RUN), None)
    extras = {group.name: group for group in groups if group.sort is Sort.EXTRA}
    for group in groups:
        whole = _Whole(name, run, extras)
        if group.sort is Sort.EXTRA and run is not None:
            whole.add(run)
        whole.add(group)
        yield group._replace(
            lines=tuple(dict.fromkeys(whole.lines)),
            unknown=tuple(dict.fromkeys(whole.unknown)),
            local=tuple(item for item in group.local if item.path != "."),
        )


class _Whole:
    def __init__(self, name: str | None, run: Group | None, extras: dict[str, Group]) -> None:
        self.name = normal(name) if name else None
        self.run = run
        self.extras = extras
        self.lines: list[Line] = []
        self.unknown: list[str] = []
        self._open: list[str] = []

    def add(self, group: Group, marker: str = "") -> None:
        """All of `group`, where `marker` holds."""
        if group.key in self._open:
            return
        self._open.append(group.key)
        self.unknown += group.unknown
        for line in group.lines:
            found = parts(line.text)
            if found is not None and found.name == self.name and not _elsewhere(found):
                self._own(found.extras, found.marker or marker, line.file)
            else:
                self.lines.append(
                    line._replace(text=with_marker(line.text, marker)) if marker else line
                )
        for item in group.local:
            if item.path == ".":
                self._own(item.extras, marker, item.file)
        self._open.pop()

    def _own(self, extras: Iterable[str], marker: str, file: str) -> None:
        if self.run is not None:
            self.add(self.run, marker)
        for extra in extras:
            if normal(extra) in self.extras:
                self.add(self.extras[normal(extra)], marker)
            else:
                self.unknown.append(f"{file}: the project has no extra {extra}")


def _elsewhere(found: Parts) -> bool:
    return found.url is not None and found.url not in {"file:.", "file:./"}

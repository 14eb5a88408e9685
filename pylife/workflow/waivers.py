"""Waivers: somebody's word, with an end, that a finding does not count."""

import datetime as dt
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from pylife.fleet.load import Config
from pylife.model import Finding, Suppression, SuppressionKind, Waiver
from pylife.policy import Window
from pylife.rules.base import WaiverUse
from pylife.workflow.records import Read

CELLS = "cells"
UNREADABLE = "SYS901"


class Waivers:
    """The waivers of a fleet on a day; counts what each of them takes away."""

    def __init__(self, held: Sequence[Waiver], as_of: dt.date) -> None:
        self._held = tuple(dict.fromkeys(held))
        self._as_of = as_of
        self._used = dict.fromkeys(self._held, 0)
        self._refused: dict[Waiver, set[str]] = {}

    def waive(self, item: Finding, window: Window, among: Iterable[Waiver]) -> Finding:
        """The finding, suppressed if one of the waivers `among` is for it and holds.

        One that a comment speaks of needs no waiver.
        A drop that the policy no longer lets anybody waive stays as it is.
        """
        if item.suppressed is not None:
            return item
        for waiver in among:
            if waiver.until < self._as_of or not matches(waiver, item):
                continue
            blocked = self._blocked(item, window)
            if blocked:
                self._refused.setdefault(waiver, set()).add(blocked)
                continue
            self._used[waiver] += 1
            return item._replace(suppressed=suppression(waiver))
        return item

    def cells(self, read: Read) -> Waiver | None:
        """The waiver, if one holds, for the test cells of the project that fail."""
        return self._whole(read, {CELLS, "*"})

    def project(self, read: Read) -> Waiver | None:
        """The waiver, if one holds, for the project itself: that it cannot be had, or read."""
        return self._whole(read, {"*", *(UNREADABLE[:n] for n in range(1, len(UNREADABLE) + 1))})

    def _whole(self, read: Read, rules: set[str]) -> Waiver | None:
        for waiver in read.waivers:
            if (
                waiver.until >= self._as_of
                and waiver.rule in rules
                and waiver.subject == "*"
                and fnmatchcase(read.member.project.name, waiver.project)
            ):
                self._used[waiver] += 1
                return waiver
        return None

    def uses(self) -> tuple[WaiverUse, ...]:
        """Each waiver with how often it was used, in the order of their places."""
        return tuple(
            WaiverUse(waiver, used, tuple(sorted(self._refused.get(waiver, ()))))
            for waiver, used in self._used.items()
        )

    def _blocked(self, item: Finding, window: Window) -> str | None:
        """The Python of the finding whose drop cannot be waived any more, with the day."""
        for python in item.pythons:
            info = window.stages.get(python.plain)
            if info is not None and info.blocked is not None and info.blocked <= self._as_of:
                return f"{python} since {info.blocked}"
        return None


def configured(config: Config) -> tuple[Waiver, ...]:
    """The waivers of a `pylife.toml`; raises ConfigError for an end that is no date."""
    if config.document is None or not config.document.value.get("waiver"):
        return ()
    from pylife.policy import waivers

    return waivers.parse(config.document.value["waiver"], config.document, config.shown)


def matches(waiver: Waiver, item: Finding) -> bool:
    """Whether the waiver speaks of the finding, whatever the day."""
    return (
        (waiver.rule == "*" or item.code.startswith(waiver.rule))
        and fnmatchcase(item.project, waiver.project)
        and (item.subject == waiver.subject or fnmatchcase(item.subject, waiver.subject))
    )


def suppression(waiver: Waiver) -> Suppression:
    """Why what the waiver takes away does not count."""
    return Suppression(SuppressionKind.WAIVER, waiver.reason, waiver.owner, waiver.until)

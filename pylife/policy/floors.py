"""Dependency floors: the least minor release of a package that a policy still supports."""

import datetime as dt
from collections.abc import Container
from typing import NamedTuple

from pylife import releases
from pylife.policy.anchors import When, resolve
from pylife.policy.parts import DependencyRule
from pylife.policy.records import Policy


class Floor(NamedTuple):
    """The least minor release (`version`, such as `1.26`) of a package on a day.

    It is the floor `since` that day (None: since ever, as far as is known); `next_version` is the
    floor from `next_date` on (both None where that is not known). `rule` is what the policy says.
    """

    version: str
    since: dt.date | None
    next_version: str | None
    next_date: dt.date | None
    rule: str


def dependency_floors(
    policy: Policy, as_of: dt.date, only: Container[str] | None = None
) -> dict[str, Floor]:
    """The floor of every package (of `only` these) that `policy` names and that is in the data."""
    found = {
        rule.name: floor(policy, rule, as_of)
        for rule in policy.dependencies
        if only is None or rule.name in only
    }
    return {name: item for name, item in found.items() if item is not None}


def floor(policy: Policy, rule: DependencyRule, as_of: dt.date) -> Floor | None:
    """The floor of one package; None where nothing is known of it, or it had no release yet."""
    package = releases.find(rule.name)
    rises = _rises(policy, rule, package) if package else []
    if not package or not any(date.last <= as_of for date in package.releases.values()):
        return None
    reached = [(date, version) for date, version in rises if date <= as_of]
    coming = rises[len(reached)] if len(reached) < len(rises) else (None, None)
    since, version = reached[-1] if reached else (None, next(iter(package.releases)))
    return Floor(version, since, coming[1], coming[0], f"{rule.name} {rule.drop}")


def _rises(
    policy: Policy, rule: DependencyRule, package: releases.Package
) -> list[tuple[dt.date, str]]:
    """The days on which the floor rises, each with the version that it rises to."""
    versions = list(package.releases)
    rises: list[tuple[dt.date, str]] = []
    for place, version in enumerate(versions[: -rule.keep_newest]):
        date = package.releases[version]
        when = resolve(rule.drop, lambda _, date=date: date, policy.own)  # type: ignore[misc]
        if not isinstance(when, When):
            break  # while this one stays, so does what is newer
        # It goes with its date, but not before that many newer ones are there.
        newer = sorted(package.releases[other].last for other in versions[place + 1 :])
        day = max(when.last, newer[rule.keep_newest - 1])
        if rises and day <= rises[-1][0]:
            day = rises.pop()[0]
        rises.append((day, versions[place + 1]))
    return rises

"""What most policy files lack: scopes, own releases, floors, waivers, evidence, platforms."""

from typing import Any

from pylife.model import Waiver
from pylife.policy import load, moments
from pylife.policy.offsets import Offset
from pylife.policy.parts import DependencyRule, Own, Retention, Scope
from pylife.policy.records import Layer, Policy

SELECTORS = ("kind", "tier", "owner", "path", "name")


def read(policy: Policy, layers: tuple[Layer, ...]) -> Policy:
    """`policy` with what its `layers` say of all that; those of later ones follow or win."""
    tables = [item.document.value for item in layers]
    upgrade = _merged(tables, "upgrade")
    return policy._replace(
        scopes=tuple(_scope(scope) for table in tables for scope in table.get("scope", ())),
        own=_own(tables),
        dependencies=_dependencies(tables),
        waivers=tuple(waiver for item in layers for waiver in _waivers(item)),
        modernise=upgrade.get("modernise", ""),
        caps=upgrade.get("caps", policy.caps),
        follow_up=upgrade.get("follow-up", policy.follow_up),
        retention=_retention(_merged(tables, "evidence")),
        platforms=tuple(_merged(tables, "resolve").get("platforms", ())),
    )


def _merged(tables: list[dict[str, Any]], name: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        merged |= table.get(name, {})
    return merged


def _retention(table: dict[str, str]) -> Retention | None:
    said = {name: Offset.parse(text) for name, text in table.items()}
    if not said:
        return None
    return Retention(said.get("max-age"), said.get("keep-logs"), said.get("keep"))


def _own(tables: list[dict[str, Any]]) -> Own | None:
    named = [table["own-releases"] for table in tables if "own-releases" in table]
    listed = [release for table in tables for release in table.get("release", ())]
    if not named and not listed:
        return None
    from pylife.policy import own

    return own.read(named[-1] if named else None, listed)


def _waivers(item: Layer) -> tuple[Waiver, ...]:
    if "waiver" not in item.document.value:
        return ()
    from pylife.policy import waivers

    return waivers.parse(item.document.value["waiver"], item.document, item.shown)


def _scope(table: dict[str, Any]) -> Scope:
    selectors = tuple(
        (name, tuple(value) if isinstance(value, list) else (value,))
        for name in SELECTORS
        if (value := table.get(name)) is not None
    )
    return Scope(selectors, load.settings(table))


def _dependencies(tables: list[dict[str, Any]]) -> tuple[DependencyRule, ...]:
    merged: dict[str, dict[str, Any]] = {}
    for table in tables:
        for name, rule in table.get("dependencies", {}).items():
            merged[name] = {**merged.get(name, {}), **rule}
    return tuple(
        DependencyRule(name, moments.parse(rule["drop"]), rule.get("keep-newest", 1))
        for name, rule in sorted(merged.items())
        if "drop" in rule
    )

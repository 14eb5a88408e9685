"""The parts of a policy that most files do not have: scopes, own releases, floors, waivers."""

from typing import Any

from pylife.policy import load, moments, own, waivers
from pylife.policy.parts import DependencyRule, Scope
from pylife.policy.records import Layer, Policy

SELECTORS = ("kind", "tier", "owner", "path", "name")


def read(policy: Policy, layers: tuple[Layer, ...]) -> Policy:
    """`policy` with what its `layers` say of all that; those of later ones follow or win."""
    tables = [item.document.value for item in layers]
    name = next((t["own-releases"] for t in reversed(tables) if "own-releases" in t), None)
    return policy._replace(
        scopes=tuple(_scope(scope) for table in tables for scope in table.get("scope", ())),
        own=own.read(name, [item for table in tables for item in table.get("release", ())]),
        dependencies=_dependencies(tables),
        waivers=tuple(
            waiver
            for item in layers
            for waiver in waivers.parse(
                item.document.value.get("waiver", ()), item.document, item.shown
            )
        ),
    )


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

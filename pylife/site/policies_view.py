"""The policies with their stages and their followers, and the waivers, ready to show."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pylife.site import windows
from pylife.site.documents import Doc, Documents
from pylife.site.slugs import anchor
from pylife.site.text import days_words, python_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """A policy as it is for some projects: `scope` says for which, empty for those in general."""

    name: str
    anchor: str
    policy: Doc
    scope: str
    followers: int
    words: tuple[str, ...]
    """What its files ask, in sentences."""
    digest: str
    """Of its files; empty where the document does not tell."""
    stages: tuple[tuple[str, windows.StageView], ...]
    """By Python, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverView:
    """A waiver: what it is for, whose it is, and what it does today."""

    rule: str
    project: str
    subject: str
    owner: str
    reason: str
    until: str
    left: str
    days: int
    """How many days after today it still holds; negative for one that ended."""
    over: bool
    used: int
    refused: tuple[str, ...]
    place: str


def policies(documents: Documents) -> list[PolicyView]:
    """Each policy with its Pythons, and how many projects follow it."""
    return [
        PolicyView(
            name=name,
            anchor=anchor(name),
            policy=policy,
            scope=scope_of(name, policy),
            followers=sum(p.get("policy") == name for p in documents.checked),
            words=tuple(policy.get("words") or ()),
            digest=policy.get("digest") or "",
            stages=tuple(
                (python, windows.stage_view(policy["pythons"][python]))
                for python in sorted(policy["pythons"], key=python_key, reverse=True)
            ),
        )
        for name, policy in sorted(documents.read["policies"].items())
    ]


def policy_document(view: PolicyView) -> dict[str, Any]:
    """A policy for programs, with the stage of each Python."""
    return {
        "name": view.name,
        "title": view.policy["title"],
        "description": view.policy["description"],
        "scope": view.scope or None,
        "source": view.policy["source"],
        "digest": view.digest or None,
        "words": list(view.words),
        "followers": view.followers,
        "pythons": view.policy["pythons"],
    }


def waiver_document(view: WaiverView) -> dict[str, Any]:
    """A waiver for programs, with what it does today."""
    return {
        "rule": view.rule,
        "project": view.project,
        "subject": view.subject,
        "owner": view.owner,
        "reason": view.reason,
        "until": view.until,
        "days_left": view.days,
        "used": view.used,
        "refused": list(view.refused),
        "place": view.place,
    }


def scope_of(name: str, policy: Doc) -> str:
    """The scope of a policy that the read document has by `name`, such as `p.toml (kind model)`."""
    if "scope" in policy:
        return policy["scope"] or ""
    head, opened, scope = name.partition(" (")
    return scope[:-1] if head and opened and name.endswith(")") else ""


def waivers(documents: Documents) -> list[WaiverView] | None:
    """The waivers, the one that ends first first; None where the document does not tell."""
    found = documents.read.get("waivers")
    if found is None:
        return None
    as_of = dt.date.fromisoformat(documents.read["as_of"])
    return [
        _waiver(waiver, as_of)
        for waiver in sorted(found, key=lambda w: (w["until"], w["rule"], w["project"], w["file"]))
    ]


def _waiver(waiver: Doc, as_of: dt.date) -> WaiverView:
    until = dt.date.fromisoformat(waiver["until"])
    return WaiverView(
        rule=waiver["rule"],
        project=waiver["project"],
        subject=waiver["subject"],
        owner=waiver["owner"],
        reason=waiver["reason"],
        until=waiver["until"],
        left=days_words(as_of, until),
        days=(until - as_of).days,
        over=until < as_of,
        used=waiver["used"],
        refused=tuple(waiver["refused"]),
        place=f"{waiver['file']}:{waiver['line']}",
    )

"""The text of `docs/presets.md`, from the presets in `policies/`; `make_docs.py` writes it."""

from collections.abc import Iterator
from pathlib import Path

from pylife import policy
from pylife.policy import Policy, examples

HEAD = """# Presets

Policies of others that come with pylife, made from `policies/` by `tools/make_docs.py`. Use
one with `--policy NAME` or `policy = "NAME"` in `pylife.toml`, or build your own upon it with
`extends = "NAME"`.

Each says where it is published and when that was read, and carries examples that were taken from
there: `pylife policy test` runs them, `pylife policy show NAME` shows what it says today,
`pylife policy diff A B PATH` what it would change for your projects. Where an organisation did
not keep to its own rule, the preset has the real date as an override with the reason; where its
practice has no rule, its description says so.

## At a glance

| preset | a Python is dropped | and before that |
|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    found = [policy.find(name, Path()) for name in policy.names()]
    rows = [f"| [{item.name}](#{item.name}) | {_drop(item)} | {_before(item)} |" for item in found]
    parts = [HEAD + "\n".join(rows)]
    parts += ["\n".join(_section(item)) for item in found]
    return "\n\n".join(parts) + "\n"


def _drop(item: Policy) -> str:
    if item.window is not None:
        newest = f"among the newest {item.window}" if item.window > 1 else "the newest"
        return f"when it is not {newest}"
    kept = f", but never the newest {item.keep_newest}" if item.keep_newest else ""
    return f"{item.drop or 'never'}{kept}"


def _before(item: Policy) -> str:
    words = [f"deprecated: {item.deprecate}"] if item.deprecate else []
    if str(item.adopt) != "release":
        words.insert(0, f"supported: {item.adopt}")
    return "; ".join(words) or "supported from its release on"


def _section(item: Policy) -> Iterator[str]:
    yield f"## {item.name}"
    yield ""
    yield f"**{item.title}.** {' '.join(item.description.split())}"
    yield ""
    yield f"Source: {item.published}."
    number = len(examples.read(item.layers[-1]))
    yield f"Examples: {number}. Findings start {_warn(item)} before a date."
    if item.dependencies:
        yield ""
        yield "Dependency floors:"
        yield ""
        for rule in item.dependencies:
            kept = f", but never the newest {rule.keep_newest}" if rule.keep_newest > 1 else ""
            yield f"- {rule.name}: each minor release is dropped at {rule.drop}{kept}"
    if item.overrides:
        yield ""
        yield "Dates of its own:"
        yield ""
        for override in item.overrides:
            dates = ", ".join(f"{name} {date}" for name, date in override.dates)
            yield f"- {override.python}: {dates} ({override.reason})"


def _warn(item: Policy) -> str:
    return item.warn.text.removeprefix("P").replace("D", " days")

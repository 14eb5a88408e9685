"""Two ranges of one project disagree.

Why: each range is read by somebody. pip, uv and the index go by the one that the build
backend publishes; Poetry, pixi, conda and Pants by their own. Where they differ, people and
tools are told different things, and the one that is not obeyed is believed.

Fix: say it in one place; where a tool needs its own, let it stay inside of the published
range.

Example: `python_requires=">=3.8"` in setup.py beside `requires-python = ">=3.11"`:
setuptools publishes the former.
"""

from collections.abc import Iterator

from pylife.declarations.authority import AUTHORITY, is_pin
from pylife.model import Declaration, PythonVersion, Role, SetFloor, Severity, Stage, Target
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing

_PROJECT, _POETRY = "requires-python", "poetry-python"
_SETUP_CFG, _SETUP_PY = "setup-cfg-python-requires", "setup-py-python-requires"
_PUBLISHED = frozenset({"conda-recipe-python"})
"""Ranges of environments by which packages are published."""
_ENVIRONMENTS = _PUBLISHED | {
    "pixi-python",
    "conda-environment-python",
    "pants-interpreter-constraints",
}


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each other range of the project against the one that decides."""
    decides = facts.supports
    if decides is None:
        return
    for item in facts.of(Role.SUPPORTS):
        if not _speaks(item, decides) or item.invalid:
            continue
        if facts.covered is None:
            yield facts.unknown_range()
            return
        if item.specifier is None:
            yield NotEvaluated(
                f"whether {item.file}:{item.line} agrees with {decides.file}: {item.site} is"
                f" unreadable: {item.unreadable}"
            )
        elif item.site in _ENVIRONMENTS:
            yield from _environment(facts, decides, item)
        elif item.site == _POETRY and decides.site == _PROJECT:
            yield from _poetry(decides, item)
        else:
            yield from _packaging(decides, item)


def _speaks(item: Declaration, decides: Declaration) -> bool:
    """Whether `item` speaks of the same project, at a place of its own."""
    if (item.file, item.site) == (decides.file, decides.site):
        return False
    if item.site in _ENVIRONMENTS:
        # An environment in a folder below is for something else; a bare `python` says nothing.
        says = item.specifier is None or str(item.specifier) != ""
        return decides.site in AUTHORITY and "/" not in item.file and says and not is_pin(item)
    if (item.unreadable or "").startswith("dynamic: "):
        return False  # it leaves the word to another place
    return item.site in AUTHORITY


_TABLES = {
    _PROJECT: "[project]",
    _POETRY: "[tool.poetry]",
    "flit-requires-python": "[tool.flit.metadata]",
    "pdm-python-requires": "[tool.pdm]",
    "pixi-python": "[tool.pixi]",
}
"""The tables of pyproject.toml with a range of their own."""


def _packaging(decides: Declaration, item: Declaration) -> Iterator[Verdict]:
    """Two places of which a build backend takes one: any difference counts."""
    differ = sorted(_touched(item) ^ _touched(decides))
    if not differ and item.partial == decides.partial:
        return
    on = f" (they differ on {listing(differ)})" if differ else " (they differ on patch releases)"
    here, there = _names(item, decides)
    yield Verdict(
        subject=f"{item.file} {item.site}",
        message=f"{here} says {item.raw!r}, {there} {decides.raw!r}{on}: {_obeyed(decides, item)}",
        help=f"remove it from {here}, or make it {decides.raw!r} too",
        at=item,
        changes=_raised(decides, item),
    )


def _names(item: Declaration, decides: Declaration) -> tuple[str, str]:
    """Both places as people call them: by their files, or by the tables of the one file."""
    if item.file != decides.file:
        return item.file, decides.file
    return _TABLES.get(item.site, item.file), _TABLES.get(decides.site, decides.file)


def _obeyed(decides: Declaration, item: Declaration) -> str:
    """Which of the two is published.

    Measured with setuptools 61 to 84: what setup.py gives goes before pyproject.toml and
    setup.cfg, and pyproject.toml before setup.cfg.
    """
    sites = {decides.site, item.site}
    if _SETUP_PY in sites:
        other = decides.file if item.site == _SETUP_PY else item.file
        if sites == {_SETUP_PY, _SETUP_CFG}:
            return "setuptools publishes what setup.py says"
        return f"setuptools publishes what setup.py says, any other build backend {other}"
    if sites == {_PROJECT, _SETUP_CFG}:
        return "setuptools publishes what pyproject.toml says"
    if _PROJECT in sites:
        return "what [project] says is published"
    return "the build backend publishes one of them"


def _poetry(decides: Declaration, item: Declaration) -> Iterator[Verdict]:
    """Poetry's own range is for locking, and has to be a part of the published one."""
    assert item.specifier is not None  # noqa: S101 - the caller has seen to it
    assert decides.specifier is not None  # noqa: S101
    if item.specifier.to_range().is_subset(decides.specifier.to_range()):
        return
    beyond = sorted(_touched(item) - _touched(decides))
    yield Verdict(
        subject=f"{item.file} {item.site}",
        message=f"Poetry's {item.raw!r} reaches beyond requires-python {decides.raw!r}"
        f"{_on(beyond)}: requires-python is published, and Poetry refuses such a project",
        help=f"let it stay inside of {decides.raw!r}, or remove it",
        at=item,
        changes=_raised(decides, item),
    )


def _environment(facts: Facts, decides: Declaration, item: Declaration) -> Iterator[Verdict]:
    """An environment's range may be narrower; it should not reach beyond."""
    ahead = {Stage.UNKNOWN, Stage.PREVIEW}
    beyond = sorted(
        python
        for python in _touched(item) - _touched(decides)
        if facts.window.stage(python) not in ahead
    )
    if not beyond:
        return
    # A solver takes the newest Python that it may: where nothing is published, older ones that
    # it also may take do no harm.
    floor = min(_touched(decides), default=None)
    published = item.site in _PUBLISHED
    harmless = not published and floor is not None and max(beyond) < floor
    here, there = _names(item, decides)
    what = "conda may install it" if published else "its environment may be made"
    yield Verdict(
        subject=f"{item.file} {item.site}",
        message=f"{here} says {item.raw!r}: {what} with {listing(beyond)}, which {decides.raw!r} of"
        f" {there} leaves out: pip goes by that",
        help=f"let it stay inside of {decides.raw!r}",
        at=item,
        severity=Severity.INFO if harmless else None,
        changes=_raised(decides, item),
    )


def _touched(item: Declaration) -> set[PythonVersion]:
    return {*(item.versions or ()), *item.partial}


def _on(pythons: list[PythonVersion]) -> str:
    return f" ({listing(pythons)})" if pythons else ""


def _raised(decides: Declaration, item: Declaration) -> tuple[SetFloor, ...]:
    """The floor that makes `item` agree, where nothing but its floor is too low."""
    floor = min(_touched(decides), default=None)
    if floor is None or floor in decides.partial or min(_touched(item), default=floor) >= floor:
        return ()
    if any(python > floor for python in _touched(item) ^ _touched(decides)):
        return ()
    return (SetFloor(Target(file=item.file, site=item.site, group=item.group), floor),)


RULE = Rule(
    code="DRF106",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("safe",),
)

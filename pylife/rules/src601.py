"""The code uses what a declared Python does not have yet.

Why: it is installed there, and fails: when it is imported, or only when the line is reached.

Fix: raise the floor, or use it only where it is there: behind `sys.version_info`, or with a
backport that is required for the older Pythons.

Example: `"x.py".removesuffix(".py")`, added in 3.9, in a package that declares `>=3.8`.
"""

import re
from collections.abc import Iterable, Iterator

from pylife.model import PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.source_basis import SEVERITIES, Basis, Spot, basis, span, subject, verdicts
from pylife.source import backports
from pylife.source.facts import Pythons, SourceFacts, Use

CODE = "SRC601"
Packages = frozenset[tuple[str, str, PythonVersion | None, PythonVersion | None]]
_PATCH = re.compile(r"\b3\.\d+\.\d+")


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """What is used of a Python that is newer than one on which the code is to run."""
    known = basis(facts)
    if isinstance(known, NotEvaluated):
        yield known
    else:
        yield from verdicts(known, CODE, spots(known))


def spots(known: Basis) -> Iterator[Spot]:
    """Each place, ignored or not."""
    found = []
    for use in known.source.uses:
        fails = missing(known, use, known.judged | known.ahead)
        early = fails - late(use, fails)
        if early:
            found.append((use, early))
    whole = packages(use for use, _ in found)
    for use, early in found:
        yield Spot(
            at=use.at,
            subject=subject(thing(use, whole), use.at),
            message=_message(known, use, early),
            help=_help(known, use, early),
            severity=_severity(use),
        )


def packages(uses: Iterable[Use]) -> Packages:
    """The packages of which a module is missing, in each file, and from or until when."""
    return frozenset(_package(use) for use in uses if use.kind == "module")


def thing(use: Use, whole: Packages) -> str:
    """What a finding is about: the package, where its modules are missing as the use itself is.

    So `distutils.core` and `distutils.util` are one finding of a file.
    """
    return _package(use)[1] if _package(use) in whole else use.what


def _package(use: Use) -> tuple[str, str, PythonVersion | None, PythonVersion | None]:
    return use.at.file, use.what.partition(".")[0], use.added, use.removed


def missing(known: Basis, use: Use, pythons: Pythons) -> Pythons:
    """On which of `pythons` the use fails, where nothing that is required brings it there."""
    return lacking(known.source, known.facts.project.name, use, pythons)


def lacking(source: SourceFacts, project: str, use: Use, pythons: Pythons) -> Pythons:
    """As `missing`, of the source of the `project` of that name."""
    fails = use.fails_on & pythons
    if fails:
        names = _bringing(use)
        if project in names:
            return frozenset()
        for item in source.requirements:
            if item.name in names:
                fails -= item.pythons
    return fails


def _bringing(use: Use) -> set[str]:
    """The distributions with which it does not come to that: its own modules, or other ones."""
    names: set[str] = set()
    if use.kind in {"module", "attribute", "method"}:
        names.update(backports.providers(use.what))
    for module in use.unless:
        names.add(module.partition(".")[0].replace("_", "-").lower())
        names.update(item.distribution for item in backports.of_import(module))
    return names


def late(use: Use, fails: Pythons) -> Pythons:
    """Those of `fails` that have lost it, rather than not got it yet."""
    if use.removed is None:
        return frozenset()
    return frozenset(python for python in fails if python >= use.removed)


def _message(known: Basis, use: Use, early: Pythons) -> str:
    if use.added is None:
        return f"uses {use.what}, which {span(early)} {_does(early)} not have; {known.says}"
    note = f" ({use.note})" if use.note else ""
    return f"uses {use.what}, added in {use.added}{note}; {known.says}"


def _does(pythons: Pythons) -> str:
    return "does" if len(pythons) == 1 else "do"


def _help(known: Basis, use: Use, early: Pythons) -> str:
    ways = [use.instead] if use.instead else []
    if use.added is not None and use.added > max(early):
        run = f"run it on {use.added}" if known.deployed else f"raise the floor to {use.added}"
        ways.append(run)
        found = _backport(use, use.added)
        if found:
            ways.append(found)
    ways.append(without(use))
    return ", or ".join(ways)


def without(use: Use) -> str:
    """How to do without it where it is not there; no guard within a file helps its syntax."""
    return "write it otherwise" if use.kind == "syntax" else "guard it with sys.version_info"


def _backport(use: Use, added: PythonVersion) -> str:
    for item in backports.of_standard(use.what, added):
        if item.module == item.standard or item.module in use.unless:
            return f'require {item.distribution}; python_version < "{added}"'
        return f"take it from {item.module} there"
    return ""


def is_sure(use: Use) -> bool:
    """Whether it fails on all patch releases of the Pythons that it fails on."""
    return _PATCH.search(use.note) is None


def _severity(use: Use) -> Severity:
    """Where some patch releases have it, it may well run: that is less sure."""
    usual = SEVERITIES[use.at.scope]
    return usual if is_sure(use) else min(usual, Severity.WARNING, key=lambda each: each.rank)


RULE = Rule(code=CODE, severity=Severity.ERROR, check=check, documentation=__doc__)

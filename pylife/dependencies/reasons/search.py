"""Which packages have to be left out for the rest to resolve: the search for blockers.

Leaving more out never makes a demand harder. So a set that is enough is found first, from what
is published, then from what the resolver says, at last from everything; then all that is not
needed is taken back. Layer by layer: what is left out hides what it requires itself, so its own
requirements stay required by name, and what blocks those is found in the next layer.
"""

import re
from collections.abc import Iterable, Iterator

from packaging.utils import canonicalize_name

from pylife.dependencies.reasons.case import Case
from pylife.dependencies.reasons.probe import HaltedError, shrink, without
from pylife.dependencies.records import Demand, Unsolved

LAYERS = 20
TOLD = 8
"""How often the resolver's account is followed to another name."""
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NAMED = re.compile(
    rf"\b(?P<compared>{_NAME})(?:\[[^\]]*\])?\s?(?:[=~!<>]=|[<>{{])"
    rf"|\bdepends? on\s+(?P<wanted>{_NAME})"
    rf"|\b(?P<missing>{_NAME})\s+(?:(?:has|have) no|(?:was|were) not found)\b"
)


def search(case: Case) -> Iterator[tuple[str, ...]]:
    """The packages to be left out, more with each layer; the last ones are all of them.

    Raises HaltedError where there are questions left that nobody answers.
    """
    names: tuple[str, ...] = ()
    stand_ins: dict[str, str | None] = {}
    for _ in range(LAYERS):
        texts = lines_of(stand_ins)
        forced = [
            name
            for name in case.downwards({*case.direct, *stand_ins})
            if name not in names and case.hopeless(name, stand_ins.get(name))
        ]
        if not forced and case.solves(names, texts):
            yield _confirmed(case, names)
            return
        names += _layer(case, names, forced, texts)
        stand_ins = behind(case, names)
        yield names
    raise HaltedError(f"stopped after {LAYERS} layers of requirements")


def _confirmed(case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names without those that a later layer made needless.

    Of what has no release that loads that is known: nothing could make it installable.
    """
    for name in names:
        hopeless = name in case.graph.versions and case.hopeless(name)
        if not hopeless and case.probe.solves(others_out(case, names, name), case.target):
            names = tuple(each for each in names if each != name)
    return names


def behind(case: Case, names: Iterable[str]) -> dict[str, str | None]:
    """What these packages require themselves by the witness, with the least version that will do.

    That is asked for only where it matters: where the release of the witness does not load.
    """
    gone = set(names)
    found: dict[str, str | None] = {}
    for parent in sorted(gone):
        for child in case.graph.children(parent):
            if child in gone or child in case.direct:
                found.setdefault(child, None)
            elif case.suspect(child) and not case.hopeless(child):
                found[child] = case.least(parent, child)
            else:
                found.setdefault(child, None)
    return found


def others_out(case: Case, names: Iterable[str], name: str) -> Demand:
    """The demand in which all of `names` but `name` are left out."""
    rest = tuple(each for each in names if each != name)
    return without(case.demand, rest, lines_of(behind(case, rest)))


def lines_of(stand_ins: dict[str, str | None]) -> tuple[str, ...]:
    """Requirements that stand for those of packages that are left out."""
    return tuple(
        name if floor is None else f"{name}>={floor.partition('+')[0]}"
        for name, floor in sorted(stand_ins.items())
    )


def _layer(
    case: Case, names: tuple[str, ...], forced: list[str], texts: tuple[str, ...]
) -> tuple[str, ...]:
    """The smallest addition to `names` with which the rest resolves; `forced` belong to it."""
    base = (*names, *forced)
    if case.solves(base, texts):
        return tuple(forced)
    pool = _enough(case, base, texts)
    doubtful = case.downwards(pool - set(base))
    # What nothing can help is kept rather than what merely leads to it.
    sure = [name for name in doubtful if name in case.graph.versions and case.hopeless(name)]
    doubtful = [name for name in doubtful if name not in sure]
    needed = shrink(doubtful, lambda some: case.solves((*base, *sure, *some), texts))
    needed += shrink(sure, lambda some: case.solves((*base, *needed, *some), texts))
    return (*forced, *needed)


def _enough(case: Case, base: tuple[str, ...], texts: tuple[str, ...]) -> set[str]:
    """Names that are enough to be left out, the likely ones first."""
    pool = set(base)
    for more in _likely(case, pool, texts):
        pool |= more
        answer = case.probe(without(case.demand, pool, texts), case.target)
        if not isinstance(answer, Unsolved):
            return pool
        for _ in range(TOLD):
            # What the project itself requires is named in every account, and explains nothing.
            mentioned = _mentioned(answer.told) - pool - case.direct
            if not mentioned:
                break
            pool |= mentioned
            answer = case.probe(without(case.demand, pool, texts), case.target)
            if not isinstance(answer, Unsolved):
                return pool
    raise HaltedError("it does not resolve whatever is left out")


def _likely(case: Case, pool: set[str], texts: tuple[str, ...]) -> Iterator[set[str]]:
    """Groups of names that may block, from the most likely to all that there are.

    `pool` grows in between by what was given.
    """
    yield {name for name in case.graph.versions if case.hopeless(name)}
    yield {name for name in case.graph.versions if case.suspect(name)}
    # Without what blocks, other releases may be taken elsewhere than with it.
    case.learn(without(case.demand, pool, texts))
    yield {name for name in case.graph.versions if case.suspect(name)}
    case.learn_alone()
    yield {name for name in case.graph.versions if case.suspect(name)}
    yield set(case.graph.versions) | case.direct


def _mentioned(told: str) -> set[str]:
    """What could be names in the resolver's account; a word that is none does no harm."""
    return {canonicalize_name(found[found.lastgroup or 0]) for found in _NAMED.finditer(told)}

"""What keeps a project from Pythons that its policy asks for, each with the reason."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from pylife.model import Declaration, Kind, Obstacle, Project, PythonVersion, Stage
from pylife.policy import Window
from pylife.upgrade.target import leaving, newest


class Held(NamedTuple):
    """Why a Python is not asked of a project: nothing is added for it, nothing moves to it.

    `words` say what was found, for people; `blocker` is the distribution in the way, where it is
    one, and `internal` whether that is a project of the fleet.
    """

    python: PythonVersion
    kind: Obstacle
    words: str = ""
    blocker: str = ""
    internal: bool = False

    def __str__(self) -> str:
        return f"{self.python}: {self.words}" if self.words else f"{self.python}: {self.kind}"


def merged(held: Iterable[Held], without: Iterable[PythonVersion]) -> tuple[Held, ...]:
    """`held`, and the Pythons `without` of which only is known that they were tried in vain."""
    found = list(held)
    named = {item.python for item in found}
    found += [Held(python, Obstacle.TESTS) for python in without if python not in named]
    return tuple(sorted(set(found)))


def failing(
    project: Project,
    window: Window,
    read: Sequence[Declaration],
    without: Collection[PythonVersion],
) -> tuple[PythonVersion, ...]:
    """The supported Pythons that do not work, where that keeps the project out of its window.

    A library should work on all of them; what is deployed needs one, once its own is left.
    """
    supported = window.at(Stage.SUPPORTED)
    if project.kind is Kind.LIBRARY:
        return tuple(version for version in supported if version in without)
    if project.kind is Kind.MODEL or not project.kind.is_application:
        return ()
    stuck = leaving(read, window) and newest(window, without) is None
    return supported if stuck else ()


def lines(failing: Collection[PythonVersion], held: Iterable[Held]) -> Iterator[str]:
    """What a person does about the Pythons that the policy asks for today and that are held back.

    One line for the tests, as these are looked at together; else one for each reason.
    """
    listed = [item for item in held if item.python in failing]
    tested = sorted({item.python for item in listed if item.kind is Obstacle.TESTS})
    if tested:
        named = ", ".join(map(str, tested))
        yield f"make it work on {named}, which the policy asks for: see the tests' outcomes"
    by_words: dict[tuple[Obstacle, str], list[PythonVersion]] = {}
    for item in listed:
        if item.kind is not Obstacle.TESTS:
            by_words.setdefault((item.kind, item.words), []).append(item.python)
    for (kind, words), pythons in by_words.items():
        named = ", ".join(map(str, sorted(set(pythons))))
        match kind:
            case Obstacle.SOURCE:
                yield f"make the source work on {named}, which the policy asks for: {words}"
            case Obstacle.DEPENDENCY:
                yield f"{named}, which the policy asks for, waits for what is required: {words}"
            case Obstacle.TESTS:
                pass

"""Endings in words, and how much they matter on a day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from pylife.model import Declaration, Ending, EndingKind, Severity
from pylife.policy import Window
from pylife.rules.hosts import DEPRECATED, END, relevant

_TRAINED = {"mlflow-model", "mlflow-python-env", "conda-python"}
"""Sites that say under which Python a model was made."""
_THROUGH = ", through "


def trained(item: Declaration) -> bool:
    """Whether it says under which Python a model was made, rather than what something runs on."""
    return item.site in _TRAINED


def through(name: str, member: str) -> str:
    """What an ending is called for what is built on the image of another `member`."""
    return f"{name}{_THROUGH}{member}"


def origin(ending: Ending) -> tuple[str, str]:
    """What ends, and through the image of which member; empty where it is the project's own."""
    what, _, member = ending.name.partition(_THROUGH)
    return what, "" if ending.file is not None else member


def event(ending: Ending) -> str:
    """What happens to a platform's runtime then, such as `deprecated`; empty for other kinds."""
    if ending.kind is not EndingKind.PLATFORM:
        return ""
    return ending.name.rpartition(" (")[2].removesuffix(")")


def blocks(ending: Ending) -> bool:
    """Whether from then on nothing can be deployed any more."""
    return event(ending) not in {"", DEPRECATED, END}


def past(window: Window, ending: Ending) -> bool:
    """Whether the ending is certainly over on the day of the window.

    What is maintained until a day is so on that day; what is blocked on a day, is blocked.
    """
    return ending.last < window.as_of + dt.timedelta(days=1 if blocks(ending) else 0)


def due(window: Window, ending: Ending) -> Severity | None:
    """How much the ending matters today; None where it is far.

    What has ended is an error; a pinned package whose support has ended only a warning, since
    it runs on, and may be maintained by others.
    """
    if not past(window, ending):
        return window.severity(ending.last)
    return Severity.WARNING if ending.kind is EndingKind.DEPENDENCY else Severity.ERROR


def when(ending: Ending) -> str:
    """The date in words: the month alone where only that is known."""
    return f"{ending.last:%Y-%m}" if ending.first != ending.last else ending.last.isoformat()


def at(ending: Ending, declarations: Iterable[Declaration]) -> Declaration | None:
    """The declaration that binds the project to it; None where it is none."""
    places = (item for item in declarations if relevant(item))
    return next(
        (item for item in places if (item.file, item.line) == (ending.file, ending.line)), None
    )


def said(window: Window, ending: Ending, declarations: Iterable[Declaration]) -> str:
    """The ending in words, with its place and date."""
    place = f" ({ending.file}:{ending.line})" if ending.file else ""
    over = past(window, ending)
    match ending.kind:
        case EndingKind.PYTHON:
            item = at(ending, declarations)
            verb = "trained under" if item is not None and trained(item) else "runs on"
            return (
                f"{verb} {ending.name}{place}, whose end of"
                f" life {'was' if over else 'is'} {when(ending)}"
            )
        case EndingKind.PLATFORM:
            what = ending.name.removesuffix(f" ({event(ending)})")
            return f"{what}{place}: {event(ending)} {'since' if over else 'from'} {when(ending)}"
        case EndingKind.IMAGE:
            return f"built on {ending.name}{place}, maintained until {when(ending)}"
        case EndingKind.DEPENDENCY:
            return f"pins {ending.name}{place}, maintained until {when(ending)}"


def chain(
    window: Window, endings: Iterable[Ending], declarations: Sequence[Declaration]
) -> Iterator[str]:
    """In words, each ending that is past or near, in the order of their dates."""
    for ending in endings:
        if due(window, ending) is not None:
            yield said(window, ending, declarations)

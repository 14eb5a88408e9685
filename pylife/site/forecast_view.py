"""When the campaign will be over, as its own document says it: nothing is added here."""

from dataclasses import dataclass

from pylife.site.documents import Documents
from pylife.site.upgrade_view import TONES


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The range of days (ISO; empty where nobody knows), what it rests on, and the deadline.

    `verdict` is one of `in time`, `not in time` and `not known`, empty without a deadline.
    `due` are the projects that the policy asks for something by that day: name, slug, and what.
    `setters` and `stuck` are projects: name, slug (empty for one that is not here), and of the
    stuck the state that says why, with its tone.
    """

    first: str
    last: str
    basis: str
    left: int
    deadline: str
    verdict: str
    due: tuple[tuple[str, str, str], ...]
    setters: tuple[tuple[str, str], ...]
    stuck: tuple[tuple[str, str, str, str], ...]


def forecast_view(documents: Documents) -> Forecast | None:
    """The campaign's forecast; None where the document has none."""
    found = (documents.upgrade or {}).get("forecast")
    if not found:
        return None

    def slug(name: str) -> str:
        project = documents.by_name.get(name)  # a floor that rises later is no project
        return documents.slug(project) if project else ""

    verdict = {True: "in time", False: "not in time", None: "not known"}[found["in_time"]]
    return Forecast(
        first=found["first"] or "",
        last=found["last"] or "",
        basis=found["basis"],
        left=found["left"],
        deadline=found["deadline"] or "",
        verdict=verdict if found["deadline"] else "",
        due=tuple(
            (one["project"], slug(one["project"]), f"{one['asks']} {one['python']}")
            for one in found.get("due", ())
        ),
        setters=tuple((name, slug(name)) for name in found["setters"]),
        stuck=tuple(
            (one["project"], slug(one["project"]), one["state"], _tone(one["state"]))
            for one in found["stuck"]
        ),
    )


def _tone(state: str) -> str:
    return TONES[state].value if state in TONES else "open"

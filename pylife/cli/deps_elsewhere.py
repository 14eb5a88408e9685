"""How `pylife deps` shows what is different on the further platforms of a policy."""

from collections.abc import Iterator, Sequence

from pylife.dependencies.records import Verdict
from pylife.formats.shared import plain
from pylife.model import PythonVersion
from pylife.workflow.dependencies.document import worst
from pylife.workflow.dependencies.results import ProjectVerdicts, SetVerdicts

_MOST = 3


def elsewhere(results: Sequence[ProjectVerdicts], *, verbose: bool) -> Iterator[str]:
    """Each further platform on which something else is said, with whom that concerns."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.plain is None:
            continue
        for platform, there in result.plain.elsewhere().items():
            words: dict[str, list[str]] = {}
            for python in result.pythons:
                if word(there, python) != word(result.plain, python):
                    words.setdefault(_because(there, python), []).append(str(python))
            found.setdefault(platform, []).extend(
                f"{result.member.project.name} {told} on {', '.join(pythons)}"
                for told, pythons in words.items()
            )
    for platform, told in found.items():
        if told:
            yield f"{platform}: {plain(some(told, verbose=verbose))}"


def _because(one: SetVerdicts, python: PythonVersion) -> str:
    """The verdict, with who blocks or why it is not known."""
    judged = worst([judged for _, judged in one.on(python)])
    names = ", ".join(dict.fromkeys(blocker.package for blocker in judged.blockers))
    why = names or (judged.reason if judged.verdict is Verdict.UNKNOWN else "")
    return f"{judged.verdict.value} ({why})" if why else judged.verdict.value


def word(one: SetVerdicts | str, python: PythonVersion) -> str:
    """The verdict that counts on a Python, in a word."""
    if isinstance(one, str):
        return ""
    found = one.on(python)
    return worst([judged for _, judged in found]).verdict.value if found else "-"


def some(texts: Sequence[str], *, verbose: bool) -> str:
    """The first of them and how many more there are; all where `verbose`."""
    more = 0 if verbose else len(texts) - _MOST
    return ", ".join(texts) if more <= 0 else f"{', '.join(texts[:_MOST])} and {more} more"

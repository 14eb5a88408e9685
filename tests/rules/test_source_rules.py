"""The rules on source, on facts made by hand: what is found in a file, and which verdicts follow."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

import pytest

from pylife import calendar, policy, rules
from pylife.model import Declaration, Finding, Kind, Project, PythonVersion, Scope, Severity
from pylife.source.facts import (
    Guard,
    Ignored,
    Import,
    Place,
    Pythons,
    Requirement,
    SourceFacts,
    Unparsed,
    Use,
)
from pylife.source.ignores import find
from tests.rules.test_rules import PLATFORM, V, runs_on, supports, unreadable

SCANNED = tuple(map(V, ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")))
ALL = frozenset(SCANNED)
T = TypeVar("T")
DAY = "2026-11-21"  # 3.10 deprecated, 3.11 to 3.14 supported, 3.15 adopting


def since(python: str) -> Pythons:
    return frozenset(each for each in calendar.known() if each >= V(python))


def before(python: str) -> Pythons:
    return frozenset(each for each in calendar.known() if each < V(python))


def at(line: int = 1, file: str = "pkg/a.py", scope: Scope = Scope.PACKAGE) -> Place:
    return Place(file, scope, line, 5)


def added(
    what: str, python: str, *, line: int = 1, scope: Scope = Scope.PACKAGE,
    reached: Pythons = ALL, kind: str = "attribute", note: str = "", unless: tuple[str, ...] = (),
) -> Use:  # fmt: skip
    return Use(
        at(line, scope=scope), what, kind, reached, reached & before(python), added=V(python),
        note=note, unless=unless,
    )  # fmt: skip


def removed(
    what: str, python: str, *, line: int = 1, kind: str = "module", instead: str = "",
    deprecated: str | None = None, reached: Pythons = ALL,
) -> Use:  # fmt: skip
    return Use(
        at(line), what, kind, reached, reached & since(python) & ALL, removed=V(python),
        deprecated=V(deprecated) if deprecated else None, instead=instead,
    )  # fmt: skip


def going(what: str, python: str, *, reached: Pythons = ALL, kind: str = "attribute") -> Use:
    return Use(
        at(), what, kind, reached, frozenset(), deprecated=V("3.12"), removal=V(python)
    )  # fmt: skip


def imported(
    module: str, *names: str, reached: Pythons = ALL, guarded: bool = False,
    scope: Scope = Scope.PACKAGE,
) -> Import:  # fmt: skip
    return Import(at(scope=scope), module, names, reached, guarded)


def guard(text: str, true: Pythons, line: int = 1) -> Guard:
    return Guard(at(line), text, true & ALL, ALL - true)


def requires(name: str, pythons: Pythons | None = None, use: str = "run") -> Requirement:
    known = frozenset(calendar.known())
    marker = None if pythons is None else "python_version ..."
    raw = name if marker is None else f"{name}; {marker}"
    return Requirement(
        name, raw, marker, known if pythons is None else pythons, "pyproject.toml", 7,
        use,  # type: ignore[arg-type] # one of its words
    )  # fmt: skip


def ignores(text: str, line: int = 1) -> Ignored:
    (comment,) = find(text.encode())
    return Ignored(at(line), comment._replace(line=line))


def source(*found: object, parser: str = "3.15", unknown: str = "") -> SourceFacts:
    """The facts of one file in which all that is `found` stands."""

    def of(kind: type[T]) -> tuple[T, ...]:
        return tuple(item for item in found if isinstance(item, kind))

    return SourceFacts(
        scanned=ALL, parser=V(parser), files=1, uses=of(Use), imports=of(Import),
        guards=of(Guard), unparsed=of(Unparsed), ignores=of(Ignored),
        requirements=of(Requirement), requirements_unknown=unknown,
    )  # fmt: skip


def judge(
    scanned: SourceFacts | None, declared: Iterable[Declaration], *, day: str = DAY,
    kind: Kind = Kind.LIBRARY, name: str = "p",
) -> rules.Judgement:  # fmt: skip
    window = policy.window(
        policy.find("policies/platform.toml", PLATFORM), calendar.load(), dt.date.fromisoformat(day)
    )
    return rules.judge(
        rules.Facts(
            project=Project(name=name, path="p", kind=kind), declarations=tuple(declared),
            problems=(), window=window, calendar=calendar.load(), source=scanned,
        )
    )  # fmt: skip


def findings(*found: object, declares: str = ">=3.10", day: str = DAY) -> list[Finding]:
    judged = judge(source(*found), [supports(declares)], day=day)
    return [item for item in judged.findings if item.code.startswith("SRC") and not item.suppressed]


def codes(*found: object, declares: str = ">=3.10", day: str = DAY) -> list[str]:
    return [f"{item.code} {item.severity}" for item in findings(*found, declares=declares, day=day)]


def only(*found: object, declares: str = ">=3.10", day: str = DAY) -> Finding:
    (item,) = findings(*found, declares=declares, day=day)
    return item


@pytest.mark.parametrize(
    ("found", "declares", "expected"),
    [
        # SRC601: the lowest Python that is declared decides
        (added("tomllib", "3.11", kind="module"), ">=3.10", ["SRC601 error"]),
        (added("tomllib", "3.11", kind="module"), ">=3.11", []),
        (added("tomllib", "3.11"), ">=3.10.2", ["SRC601 error"]),  # a part of 3.10 is 3.10 too
        (added("tomllib", "3.11"), ">=3.11,!=3.13.1", []),
        (added("tomllib", "3.11", reached=since("3.11") & ALL), ">=3.10", []),  # guarded
        (added("tomllib", "3.11", scope=Scope.TESTS), ">=3.10", ["SRC601 warning"]),
        (added("tomllib", "3.11", scope=Scope.DOCS), ">=3.10", ["SRC601 info"]),
        (added("tomllib", "3.11", scope=Scope.TOOLS), ">=3.10", ["SRC601 info"]),
        (added("hash.x", "3.11", note="since 3.10.12"), ">=3.10", ["SRC601 warning"]),
        (added("match", "3.10", kind="syntax", note="PEP 634"), ">=3.9", ["SRC601 error"]),
        # SRC602: the highest
        (removed("cgi", "3.13"), ">=3.10", ["SRC602 error"]),
        (removed("cgi", "3.13"), ">=3.10,<3.13", ["SRC603 info"]),  # it is still to be opened
        (removed("cgi", "3.13", reached=before("3.13") & ALL), ">=3.10", []),
        # SRC603: by announcement
        (going("ast.Old", "3.16"), ">=3.10", ["SRC603 info"]),
        (going("ast.Old", "3.16", reached=before("3.12") & ALL), ">=3.10", []),  # guarded
        (going("ast.Old", "3.19"), ">=3.10", []),  # of which there is no date
        (going("ast.Old", "3.14"), ">=3.10", []),  # announced, but it stayed
        # SRC604
        (Unparsed(at(), "invalid syntax"), ">=3.10", ["SRC604 error"]),
        (Unparsed(at(scope=Scope.DOCS), "invalid syntax"), ">=3.10", ["SRC604 warning"]),
        # SRC605
        (imported("tomli", reached=before("3.11") & ALL), ">=3.10", ["SRC605 warning"]),
        (imported("tomli", reached=before("3.11") & ALL, guarded=True), ">=3.10", []),
        (imported("tomli", scope=Scope.TESTS), ">=3.10", ["SRC605 info"]),
        (imported("requests"), ">=3.10", []),
        (imported("typing_extensions", "Self", reached=frozenset()), ">=3.10", []),
        (imported("backports", "zoneinfo"), ">=3.10", ["SRC605 warning"]),
        # SRC606
        (guard("sys.version_info >= (3, 8)", since("3.8")), ">=3.10", ["SRC606 info"]),
        (guard("sys.version_info < (3, 10)", before("3.10")), ">=3.10", ["SRC606 info"]),
        (guard("sys.version_info < (3, 11)", before("3.11")), ">=3.10", []),
        (guard("sys.version_info >= (3, 16)", frozenset()), ">=3.10", []),  # still to come
        (guard("sys.version_info >= (3, 13)", since("3.13")), ">=3.10,<3.13", ["SRC606 info"]),
        (guard("sys.version_info >= (3, 8)", since("3.8")), ">=3.7", []),  # 3.7 is not scanned
        (guard("hasattr(str, 'removeprefix')", since("3.9")), ">=3.10", ["SRC606 info"]),
        (guard("hasattr(str, 'removeprefix')", since("3.9")), ">=3.8", []),
        (guard("TYPE_CHECKING", frozenset()), ">=3.10", []),
        (guard("not TYPE_CHECKING and sys.version_info >= (3, 8)", ALL), ">=3.10", []),
        (guard("hasattr(os, 'geteuid')", ALL), ">=3.10", []),  # a platform may lack it
        (guard("new and sys.version_info >= (3, 8)", since("3.8")), ">=3.10", []),
        (guard("version is not None", ALL), ">=3.10", []),  # whose version is not said
        (guard("sys.version_info[:2] in [(3, 8), (3, 9)]", before("3.10")), ">=3.10",
         ["SRC606 info"]),
        (requires("mock", use="extra"), ">=3.10", []),
        (guard("six.PY2", frozenset()), ">=3.10", ["SRC606 info"]),
        (requires("tomli", before("3.10")), ">=3.10", ["SRC606 info"]),
        (requires("tomli", before("3.11")), ">=3.10", []),
        (requires("pywin32", before("3.10")), ">=3.10", ["SRC606 info"]),  # whatever it is
        (requires("importlib-metadata"), ">=3.10", ["SRC606 info"]),  # imported nowhere
        (requires("requests"), ">=3.10", []),
        # SRC607
        (ignores("# pylife: ignore[SRC601] once needed"), ">=3.10", ["SRC607 warning"]),
        (ignores("# pylife: ignore[RNG001] no"), ">=3.10", ["SRC607 warning"]),
        (ignores("# pylife: ignore[SRC601]"), ">=3.10", ["SRC607 warning"]),  # no reason
        (ignores("# pylife: ignore"), ">=3.10", ["SRC607 warning"]),
    ],
)  # fmt: skip
def test_one_thing(found: object, declares: str, expected: list[str]) -> None:
    assert codes(found, declares=declares) == expected


@pytest.mark.parametrize("code", [code for code in rules.RULES if code.startswith("SRC")])
def test_what_was_not_scanned_is_not_evaluated_never_passed(code: str) -> None:
    judged = judge(None, [supports(">=3.10")])
    assert judged.not_evaluated.count((code, "the source was not scanned")) == 1
    empty = judge(source(), [supports(">=3.10")])
    assert code not in [item for item, _ in empty.not_evaluated]


def test_without_a_python_to_judge_by_nothing_passes() -> None:
    use = added("tomllib", "3.11")
    unknown = judge(source(use), [])
    assert [code for code, _ in unknown.not_evaluated if code.startswith("SRC")] == [
        f"SRC60{number}" for number in range(1, 8)
    ]
    odd = judge(source(use), [unreadable(supports(">=3").role, "setup-py-python-requires")])
    assert ("SRC601", "f:1: setup-py-python-requires is unreadable: computed") in odd.not_evaluated
    old = judge(source(use), [supports("<3")])
    assert "none is known to the scan" in dict(old.not_evaluated)["SRC601"]


def test_an_application_is_judged_by_its_runtimes() -> None:
    use = added("tomllib", "3.11", kind="module")
    declared = [supports(">=3.10"), runs_on("3.11")]
    fine = judge(source(use), declared, kind=Kind.SERVICE)
    assert not [item for item in fine.findings if item.code == "SRC601"]
    old = judge(source(use), [supports(">=3.10"), runs_on("3.10")], kind=Kind.SERVICE)
    (found,) = (item for item in old.findings if item.code == "SRC601")
    assert found.message == "uses tomllib, added in 3.11; runs on 3.10"
    assert found.help.startswith("run it on 3.11, or take it from tomli there, or guard it")
    # A library with a container beside it is still what its range says.
    both = judge(source(use), declared)
    assert [item.code for item in both.findings if item.code == "SRC601"]


def test_a_removed_thing_that_an_application_runs_on() -> None:
    judged = judge(source(removed("cgi", "3.13")), [runs_on("3.13")], kind=Kind.SERVICE)
    (found,) = (item for item in judged.findings if item.code == "SRC602")
    assert found.message == "uses cgi, removed in 3.13; runs on 3.13"
    later = judge(source(removed("cgi", "3.13")), [runs_on("3.12")], kind=Kind.SERVICE)
    (ahead,) = (item for item in later.findings if item.code.startswith("SRC"))
    assert (ahead.code, ahead.severity) == ("SRC603", Severity.INFO)


def test_the_words() -> None:
    found = only(added("str.removeprefix", "3.9", kind="method"), declares=">=3.8")
    assert found.message == "uses str.removeprefix, added in 3.9; declares >=3.8"
    assert found.help == "raise the floor to 3.9, or guard it with sys.version_info"
    assert (found.file, found.line, found.column) == ("pkg/a.py", 1, 5)
    gone = only(removed("cgi", "3.13", instead="email.message"), declares=">=3.10,<3.15")
    assert gone.message == "uses cgi, removed in 3.13; declared up to 3.14"
    assert gone.help.startswith('email.message, or require legacy-cgi; python_version >= "3.13"')
    noted = only(added("sys.x", "3.11", note="since 3.10.7"), declares=">=3.10")
    assert noted.message == "uses sys.x, added in 3.11 (since 3.10.7); declares >=3.10"
    statement = only(added("match statement", "3.10", kind="syntax"), declares=">=3.9")
    assert statement.help == "raise the floor to 3.10, or write it otherwise"
    typed = only(added("typing.Self", "3.11"), declares=">=3.10")
    assert "take it from typing_extensions there" in typed.help


def test_several_uses_of_a_thing_in_a_file_are_one_finding_at_the_first() -> None:
    three = [added("tomllib.loads", "3.11", line=line) for line in (9, 3, 30)]
    found = only(*three)
    assert found.line == 3
    assert found.message.endswith("declares >=3.10 (and 2 times more in this file)")
    one = only(three[0])
    assert one.fingerprint == found.fingerprint
    two = findings(three[0], three[1]._replace(at=at(file="pkg/b.py")))
    assert len(two) == 2
    assert len({item.fingerprint for item in two}) == 2


def test_modules_of_one_package_that_is_gone_are_one_finding() -> None:
    parts = [
        removed("distutils.util", "3.12", line=7), removed("distutils", "3.12", line=3),
        removed("distutils.core.Thing", "3.12", line=9, kind="attribute"),
    ]  # fmt: skip
    found = only(*parts)
    assert found.message.startswith("uses distutils, removed in 3.12")
    assert found.subject == only(parts[0]).subject == "distutils pkg/a.py package"
    # What the package has lost besides is its own thing.
    others = [removed("importlib.abc.Finder", "3.12", kind="attribute"), removed("imp", "3.12"),
              removed("importlib.find_loader", "3.12", kind="attribute")]  # fmt: skip
    assert len(findings(*others)) == 3


def test_setuptools_brings_distutils_to_itself() -> None:
    facts = source(removed("distutils.core", "3.12"))
    judged = judge(facts, [supports(">=3.10")], name="setuptools")
    assert not [item for item in judged.findings if item.code.startswith("SRC")]


def test_something_added_and_removed_is_both() -> None:
    use = Use(
        at(), "m.x", "attribute", ALL, before("3.11") & ALL | since("3.14") & ALL,
        added=V("3.11"), removed=V("3.14"),
    )  # fmt: skip
    assert codes(use) == ["SRC601 error", "SRC602 error"]
    assert codes(use, declares=">=3.11") == ["SRC602 error"]
    assert codes(use, declares=">=3.10,<3.14") == ["SRC601 error", "SRC603 info"]


def test_a_removal_in_a_preview_is_told_ahead() -> None:
    use = removed("ast.Old", "3.15", kind="attribute", deprecated="3.12", instead="use ast.New")
    # 3.15 comes out on 2026-10-01, and the policy adopts it from then on.
    early = only(use, day="2026-05-15")
    assert (early.code, early.severity) == ("SRC603", Severity.INFO)
    assert only(use, day="2026-09-20").severity is Severity.WARNING  # the policy warns by now
    assert early.message == (
        "ast.Old is deprecated since 3.12, removed in 3.15 (2026-10-01)"
    )  # fmt: skip
    assert early.effective == "2026-10-01"
    assert early.help == "use ast.New, or guard it with sys.version_info"
    assert codes(use) == ["SRC602 error"]


def test_an_announced_removal_has_its_day() -> None:
    found = only(going("ast.Old", "3.16"))
    assert found.message == "ast.Old is deprecated since 3.12, to go in 3.16 (2027-10-05)"
    assert found.effective == "2027-10-05"


@pytest.mark.parametrize(
    ("use", "requirement", "expected"),
    [
        # What is required brings the module itself.
        (removed("cgi", "3.13"), requires("legacy-cgi"), []),
        (removed("cgi", "3.13"), requires("standard-cgi", since("3.13")), []),
        (removed("cgi", "3.13"), requires("standard-cgi", since("3.14")), ["SRC602 error"]),
        (removed("distutils.core", "3.12"), requires("setuptools"), []),
        (added("graphlib.TopologicalSorter", "3.11"), requires("graphlib-backport",
         before("3.11")), []),
        # The code takes the package where it is installed.
        (added("tomllib", "3.11", kind="module", unless=("tomli",)), requires("tomli",
         before("3.11")), []),
        (added("tomllib", "3.11", kind="module", unless=("tomli",)), requires("requests"),
         ["SRC601 error"]),
        (added("x.y", "3.11", unless=("Some_Thing.part",)), requires("some-thing"), []),
    ],
)  # fmt: skip
def test_what_a_requirement_brings_is_there(
    use: Use, requirement: Requirement, expected: list[str]
) -> None:
    shown = [one for one in codes(use, requirement) if not one.startswith("SRC606")]
    assert shown == expected


def test_no_declared_python_can_parse_it() -> None:
    broken = Unparsed(at(), "invalid syntax (line 3)")
    assert only(broken).message == "invalid syntax (line 3)"
    # What an old parser cannot read, no declared Python up to it can: that is enough.
    older = judge(source(broken, parser="3.12"), [supports(">=3.10")])
    (found,) = (item for item in older.findings if item.code == "SRC604")
    assert found.message == "invalid syntax (line 3); 3.13 to 3.15 could not be asked"
    # All that is declared may know better.
    unknown = judge(source(broken, parser="3.12"), [supports(">=3.13")])
    assert not [item for item in unknown.findings if item.code == "SRC604"]
    (reason,) = (why for code, why in unknown.not_evaluated if code == "SRC604")
    assert reason == "Python 3.12, the newest that was found, cannot parse pkg/a.py"


def test_a_backport_has_to_be_required_where_it_is_reached() -> None:
    tomli = imported("tomli", reached=before("3.11") & ALL)
    found = only(tomli)
    assert found.message == "tomli is imported on 3.10, and tomli is not required"
    assert found.help == 'require tomli; python_version < "3.11", where tomllib is not there'
    assert codes(tomli, requires("tomli", before("3.11"))) == []
    assert codes(tomli, requires("tomli")) == []
    short = only(tomli, requires("tomli", before("3.10")), declares=">=3.9")
    assert short.message == (
        "tomli is imported on 3.10, where 'tomli; python_version ...' does not require it"
    )
    # What only tests require does not come along with the package.
    assert codes(tomli, requires("tomli", use="else")) == ["SRC605 warning"]
    assert codes(tomli, requires("tomli", use="extra")) == []
    in_tests = tomli._replace(at=at(scope=Scope.TESTS))
    assert codes(in_tests, requires("tomli", use="else")) == []


def test_requirements_that_cannot_be_read_are_not_none() -> None:
    facts = source(imported("tomli"), unknown="setup.py computes them")
    judged = judge(facts, [supports(">=3.10")])
    assert not [item for item in judged.findings if item.code == "SRC605"]
    assert ("SRC605", "whether backports are required: setup.py computes them") in (
        judged.not_evaluated
    )


def test_a_backport_may_import_itself() -> None:
    judged = judge(source(imported("exceptiongroup")), [supports(">=3.10")], name="exceptiongroup")
    assert not [item for item in judged.findings if item.code == "SRC605"]


@pytest.mark.parametrize(
    ("module", "names", "reached", "declares", "dead"),
    [
        ("tomli", (), ALL, ">=3.11", True),  # tomllib is there
        ("tomli", (), ALL, ">=3.10", False),
        ("tomli", (), before("3.11") & ALL, ">=3.11", True),  # the fallback is never taken
        ("importlib_metadata", (), ALL, ">=3.12", False),  # it is ahead of all Pythons
        ("importlib_metadata", (), before("3.8"), ">=3.12", True),
        ("typing_extensions", ("Self", "TypeGuard"), ALL, ">=3.11", True),
        ("typing_extensions", ("Self", "TypeGuard"), ALL, ">=3.10", False),
        ("typing_extensions", ("Protocol",), ALL, ">=3.11", False),  # is not typing's own before
        ("typing_extensions", ("TypedDict",), ALL, ">=3.15", False),  # and this one never
        ("typing_extensions", (), ALL, ">=3.15", False),  # what is used of it is not known
    ],
)  # fmt: skip
def test_a_backport_that_no_declared_python_needs(
    module: str, names: tuple[str, ...], reached: Pythons, declares: str, dead: bool
) -> None:
    requirement = requires(module.replace("_", "-"))
    found = findings(imported(module, *names, reached=reached), requirement, declares=declares)
    assert any(item.file == "pyproject.toml" for item in found) is dead
    assert {item.code for item in found} <= {"SRC606"}


def test_the_words_for_what_is_dead() -> None:
    guarded = only(guard("sys.version_info\n >= (3, 8)", since("3.8")))
    assert guarded.message == "`sys.version_info >= (3, 8)` is always true; declares >=3.10"
    assert guarded.help == "keep its body, without the condition"
    dead = only(requires("tomli", before("3.10")))
    assert dead.message == "'tomli; python_version ...' is never installed; declares >=3.10"
    assert (dead.file, dead.line, dead.help) == ("pyproject.toml", 7, "remove it")
    fallback = only(imported("tomli", reached=before("3.10") & ALL))
    assert (
        fallback.message == "the import of tomli is reached on no declared Python; declares >=3.10"
    )
    names = only(
        imported("typing_extensions", "Self", "Never"), requires("typing-extensions"),
        declares=">=3.11",
    )  # fmt: skip
    assert names.message == (
        "typing-extensions is needed on no declared Python: the standard library has Never, Self"
    )


def test_a_guard_of_a_python_that_some_patch_release_decides_is_alive() -> None:
    both = Guard(at(), "sys.version_info >= (3, 10, 4)", since("3.10") & ALL,
                 before("3.11") & ALL)  # fmt: skip
    assert codes(both) == []


def test_an_ignore_comment_takes_its_line_away() -> None:
    use = added("tomllib", "3.11", line=4)
    comment = ignores("# pylife: ignore[SRC601] the caller looks", line=4)
    assert codes(use, comment) == []
    assert codes(use, ignores("# pylife: ignore[SRC] the caller looks", line=4)) == []
    # On another line, or for another rule, it does nothing, and is told of.
    assert codes(use, ignores("# pylife: ignore[SRC601] x", line=5)) == [
        "SRC601 error", "SRC607 warning",
    ]  # fmt: skip
    assert codes(use, ignores("# pylife: ignore[SRC602] x", line=4)) == [
        "SRC601 error", "SRC607 warning",
    ]  # fmt: skip
    # Of several places one is ignored: the rest is told.
    rest = only(use, added("tomllib", "3.11", line=8), comment)
    assert (rest.line, "more" in rest.message) == (8, False)
    # A comment with several codes is needed by one of them.
    assert codes(use, ignores("# pylife: ignore[SRC601, SRC602] x", line=4)) == []


def test_what_a_comment_ignores_is_a_finding_that_does_not_count() -> None:
    old = guard("sys.version_info >= (3, 8)", since("3.8"), line=4)
    again = guard("sys.version_info >= (3, 8)", since("3.8"), line=9)
    kept = ignores("# pylife: ignore[SRC606] a plugin reads it", line=4)
    judged = judge(source(old, again, kept), [supports(">=3.10")])
    found = [item for item in judged.findings if item.code == "SRC606"]
    assert [(item.line, str(item.suppressed or "")) for item in found] == [
        (4, "comment: a plugin reads it"), (9, ""),
    ]  # fmt: skip
    # What is kept is not edited, nor anything that could not be told from it.
    assert [item.changes for item in found] == [(), ()]


def test_the_words_for_an_ignore_comment() -> None:
    unused = only(ignores("# pylife: ignore[SRC601] x"))
    assert unused.message == "nothing on this line is ignored by SRC601"
    foreign = only(ignores("# pylife: ignore[RNG001] x"))
    assert foreign.message == "RNG001: not a rule on lines of source"
    bare = only(ignores("# pylife: ignore"))
    assert bare.message.startswith("the ignore comment names no rule")
    # It can be said of this rule too.
    both = [ignores("# pylife: ignore[SRC601, SRC607] kept for 3.10")]
    assert codes(*both) == []


def test_nothing_names_a_line_in_its_subject() -> None:
    here = findings(
        added("tomllib", "3.11", line=77), removed("cgi", "3.13", line=77),
        guard("sys.version_info >= (3, 8)", since("3.8"), line=77),
        ignores("# pylife: ignore[SRC603] x", line=77),
    )  # fmt: skip
    assert len(here) == 4
    assert not [item.subject for item in here if "77" in item.subject]


def test_pythons_in_words() -> None:
    from pylife.rules.source_basis import span

    def words(*pythons: str) -> str:
        return span(map(PythonVersion.parse, pythons))

    assert words("3.9") == "3.9"
    assert words("3.10", "3.9") == "3.9 and 3.10"
    assert words("3.9", "3.10", "3.11") == "3.9 to 3.11"
    assert words("3.8", "3.10", "3.11", "3.12", "3.14") == "3.8, 3.10 to 3.12 and 3.14"
    assert words() == ""


def test_without_python_files_a_requirement_is_dead_only_by_what_is_declared() -> None:
    alive, dead = requires("tomli", since("3.12")), requires("tomli", before("3.10"))
    scanned = source(alive, dead)._replace(files=0)
    declared = judge(scanned, [supports(">=3.10")]).findings
    found = [one.message for one in declared if one.code == "SRC606"]
    assert found == ["'tomli; python_version ...' is never installed; declares >=3.10"]
    undeclared = judge(scanned, []).findings
    assert not [one for one in undeclared if one.code == "SRC606"]

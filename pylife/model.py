"""The words of pylife as data: named tuples and enumerations.

Standard library and packaging only. Every status, state and outcome token that
appears in output is enumerated here, once; nothing uses others.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple, Self

from packaging.specifiers import SpecifierSet

_PYTHON = re.compile(r"(?P<major>[23])\.(?P<minor>0|[1-9][0-9]{0,3})(?P<threads>t)?")


class PythonVersion(NamedTuple):
    """A Python feature release such as 3.13, or 3.13t for its free-threaded build.

    Ordered as 3.9 < 3.10 < 3.10t < 3.11.
    """

    major: int
    minor: int
    free_threaded: bool = False

    @classmethod
    def parse(cls, text: str) -> "PythonVersion":
        """Read `3.13` or `3.13t`; raises ValueError for anything else (also `3`, `3.13.1`)."""
        match = _PYTHON.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a Python feature release such as 3.13")
        return cls(int(match["major"]), int(match["minor"]), match["threads"] is not None)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}{'t' if self.free_threaded else ''}"

    @property
    def plain(self) -> "PythonVersion":
        """The release itself, for its free-threaded build too."""
        return PythonVersion(self.major, self.minor)

    @property
    def next(self) -> "PythonVersion":
        """The feature release after this one, by number."""
        return PythonVersion(self.major, self.minor + 1)


class Coverage(NamedTuple):
    """Which feature releases a specifier set covers `full`y and which `partial`ly."""

    full: tuple[PythonVersion, ...]
    partial: tuple[PythonVersion, ...]


@lru_cache(maxsize=256)
def feature_range(version: PythonVersion):  # type: ignore[no-untyped-def] # packaging's own type
    """The range `>=3.N,<3.(N+1)` of a feature release."""
    return SpecifierSet(
        f">={version.major}.{version.minor},<{version.major}.{version.minor + 1}"
    ).to_range()


@lru_cache(maxsize=1024)
def coverage(specifier: SpecifierSet, known: tuple[PythonVersion, ...]) -> Coverage:
    """Compare `specifier` with the range of each of the `known` feature releases.

    A feature release is covered fully if all of `>=3.N,<3.(N+1)` is inside: so
    `!=3.13` (which excludes 3.13.0 alone) leaves 3.13 covered partly, where
    `contains("3.13")` would say not at all.
    """
    wanted = specifier.to_range()
    full, partial = [], []
    for version in known:
        feature = feature_range(version)
        if feature.is_subset(wanted):
            full.append(version)
        elif not feature.is_disjoint(wanted):
            partial.append(version)
    return Coverage(tuple(full), tuple(partial))


class _Bounds(NamedTuple):
    start: int
    end: int


class Span(_Bounds):
    """A half-open pair of byte offsets into a file as read from disk."""

    __slots__ = ()

    def __new__(cls, start: int, end: int) -> Self:
        """Raises ValueError for what is no span."""
        if not 0 <= start <= end:
            raise ValueError(f"not a span: {start}..{end}")
        return super().__new__(cls, start, end)


class Role(StrEnum):
    """What a declaration speaks about; it decides which rules apply."""

    SUPPORTS = "supports"
    ADVERTISES = "advertises"
    TESTS = "tests"
    TARGETS = "targets"
    RUNS_ON = "runs-on"
    CONDITIONS = "conditions"
    """Where a requirement or a piece of code applies: markers, `sys.version_info` guards."""


class Kind(StrEnum):
    """What a project is."""

    LIBRARY = "library"
    SERVICE = "service"
    MODEL = "model"
    IMAGE = "image"
    PIPELINE = "pipeline"
    WORKSPACE = "workspace"
    """A repository's own root, which only holds other projects and what they share."""

    @property
    def is_application(self) -> bool:
        """Deployed with one Python, rather than installed on many."""
        return self in {Kind.SERVICE, Kind.MODEL, Kind.IMAGE, Kind.PIPELINE}


class Severity(StrEnum):
    """How much a finding matters; `rank` orders them."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class Phase(StrEnum):
    """Where CPython itself stands with a feature release (PEP 602's words)."""

    FEATURE = "feature"
    PRERELEASE = "prerelease"
    BUGFIX = "bugfix"
    SECURITY = "security"
    END_OF_LIFE = "end-of-life"


class Stage(StrEnum):
    """Where a policy stands with a Python on a date; stages follow in this order."""

    UNKNOWN = "unknown"
    """Not yet in prerelease: nothing is asked about it."""
    PREVIEW = "preview"
    ADOPTING = "adopting"
    SUPPORTED = "supported"
    DEPRECATED = "deprecated"
    DROPPED = "dropped"


class CellStatus(StrEnum):
    """What became of one cell of a test matrix."""

    PASSED = "passed"
    FAILED = "failed"
    FAILS_ON_BASELINE = "fails-on-baseline"
    """Failed, and the baseline Python fails too: not the candidate's doing."""
    NO_TESTS = "no-tests"
    """The session ended well and ran no test: never a pass."""
    NOT_VALIDATED = "not-validated"
    """A model that loads, with nothing to show that it predicts what it should."""
    BLOCKED = "blocked"
    """Its dependencies do not install; the reason names which."""
    INFRASTRUCTURE = "infrastructure"
    TIMEOUT = "timeout"
    MISSING_INTERPRETER = "missing-interpreter"
    SKIPPED = "skipped"
    """Skipped by the project itself, with its reason."""
    NEEDS = "needs"
    """Needs what is not here (a service, another platform); the reason says what."""
    FLAKY = "flaky"
    NOT_RUN = "not-run"


class Rung(StrEnum):
    """The evidence ladder; a cell of the site shows the highest unbroken rung."""

    DECLARED = "declared"
    SOURCE_CLEAN = "source-clean"
    RESOLVES = "resolves"
    INSTALLS = "installs"
    TESTED = "tested"


class SourceState(StrEnum):
    """What the scan of a project's source says of it on one Python."""

    CLEAN = "clean"
    """All that is installed or deployed was read, and uses nothing that this Python lacks."""
    FAILS = "fails"
    UNKNOWN = "unknown"
    """It was not scanned, or not all of it; or some patch releases of the Python have it."""


class Scope(StrEnum):
    """What a file of source is for."""

    PACKAGE = "package"
    """What is installed or deployed; also what nothing else fits."""
    TESTS = "tests"
    TOOLS = "tools"
    """What is run to build, check or maintain the project."""
    DOCS = "docs"
    """Documentation and examples."""


class DateKind(StrEnum):
    """What happens on a date; in the order in which those of one day are listed."""

    PREVIEW = "python-preview"
    """A policy's: a Python enters its prerelease."""
    ADOPTING = "python-adopting"
    """A policy's: a Python is released, and is to be adopted."""
    SUPPORTED = "python-supported"
    """A policy's: each library is to support a Python."""
    DEPRECATED = "python-deprecated"
    DROPPED = "python-dropped"
    BLOCKED = "python-blocked"
    """A policy's: that a Python is dropped can no longer be waived."""
    FLOOR = "floor"
    """A project's range covers a Python that is dropped."""
    RANGE = "range"
    """A project's range leaves out a Python that is asked for."""
    TESTS = "tests"
    """A project's tests do not name a Python that it covers and that is asked for."""
    RUNTIME_EOL = "runtime-end-of-life"
    """What a project runs on reaches CPython's end of life."""
    RUNTIME_DROPPED = "runtime-dropped"
    """What a project runs on is dropped by its policy."""
    PLATFORM = "platform-end"
    IMAGE = "image-end"
    DEPENDENCY = "dependency-end"
    WAIVER = "waiver-end"

    @property
    def is_policy(self) -> bool:
        """Whether it is a date of a policy rather than of one project."""
        return self.value.startswith("python-")

    @property
    def rank(self) -> int:
        """The place in the list."""
        return list(DateKind).index(self)


class MigrationState(StrEnum):
    """Where a project stands in a migration."""

    VERIFIED = "verified"
    MERGED = "merged"
    IN_PR = "in-pr"
    AWAITING_PR = "awaiting-pr"
    AWAITING_PARENTS = "awaiting-parents"
    NOT_SOLVABLE = "not-solvable"
    FAILING_TESTS = "failing-tests"
    NEEDS_PERSON = "needs-person"
    DECLINED = "declined"
    EXCLUDED = "excluded"
    ERROR = "error"


class Obstacle(StrEnum):
    """What keeps a project from a Python that its policy asks for."""

    TESTS = "tests"
    SOURCE = "source"
    """What is installed or deployed uses what this Python lacks."""
    DEPENDENCY = "dependency"
    """What it requires does not install there."""


class Proving(StrEnum):
    """What running the upgraded tree's tests came to, before its pull request opens."""

    PASSED = "passed"
    """On each Python that was asked for, tests ran and passed."""
    FAILED = "failed"
    BLOCKED = "blocked"
    """What it requires does not install on a Python that was asked for."""
    UNPROVEN = "unproven"
    """Nothing failed, and not everything was seen to pass; the reason says what is missing."""


class Outcome(StrEnum):
    """What a run did for a project tonight (the state is where it stands)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EDITED_BY_PEOPLE = "edited-by-people"
    DECLINED = "declined"
    RATE_LIMITED = "rate-limited"
    AWAITING_PARENTS = "awaiting-parents"
    NOT_SOLVABLE = "not-solvable"
    FAILING_TESTS = "failing-tests"
    NOTHING_TO_DO = "nothing-to-do"
    ERROR = "error"


class Declaration(NamedTuple):
    """One place that says something about Python versions.

    Exactly one of three holds: `unreadable` gives the reason why what it says
    cannot be known; or `specifier` is a range; or `versions` are named one by
    one. For a range, `versions` and `partial` are the feature releases of the
    calendar that it covers fully and partly; an empty `versions` says "none".
    A place that is absent has no declaration at all.
    """

    site: str
    """The kind of place, such as `requires-python` or `tox-envlist`."""
    role: Role
    file: str
    """Path from the project's folder, with forward slashes."""
    span: Span
    """The text that carries the meaning, without its quotes."""
    line: int
    column: int
    """Of the span's start, both from 1; a column counts characters."""
    raw: str
    """The text of the span (for a file that is absent of it: empty)."""
    specifier: SpecifierSet | None = None
    versions: tuple[PythonVersion, ...] | None = None
    partial: tuple[PythonVersion, ...] = ()
    unreadable: str | None = None
    invalid: bool = False
    """Whether it is unreadable because no tool accepts it, rather than not knowable here."""
    group: str = ""
    """Declarations of one list share a group, such as `jobs.test.strategy.matrix.python`."""
    note: str = ""
    """What a reader wants people to know: `3.1 is what YAML reads for 3.10`."""
    without_effect: str = ""
    """Why what is written here is not what happens: `left out by strategy.matrix.exclude`."""

    @property
    def effective(self) -> tuple[PythonVersion, ...]:
        """The `versions` that take effect: none of a place that is `without_effect`."""
        return () if self.without_effect else self.versions or ()

    @property
    def misread(self) -> bool:
        """Whether tools read another Python here than is meant: an unquoted 3.10 is 3.1."""
        return " reads an unquoted " in self.note or " reads for an unquoted " in self.note


class Problem(NamedTuple):
    """A file that cannot be read or parsed: a row of the report, never a crash."""

    file: str
    message: str
    line: int | None = None
    column: int | None = None
    help: str = ""


class Target(NamedTuple):
    """What a change applies to: the declarations of one `group` at one `site` of one `file`.

    `file` is the path from the project's folder.
    """

    file: str
    site: str
    group: str = ""


# Changes are tuples with a `kind`, so that two kinds of change are never equal: as
# dataclasses they would cost the start of a check more than reading a repository does.
class SetFloor(NamedTuple):
    """Raise or lower the least Python of a range to `version`."""

    at: Target
    version: PythonVersion
    kind: Literal["set-floor"] = "set-floor"


class SetCap(NamedTuple):
    """Move the upper bound of a range up to `version`, the first Python that is not let in."""

    at: Target
    version: PythonVersion
    kind: Literal["set-cap"] = "set-cap"


class RemoveCap(NamedTuple):
    """Remove the upper bound of a range; a Poetry range keeps `<4`, which its lock asks for."""

    at: Target
    kind: Literal["remove-cap"] = "remove-cap"


class AddPython(NamedTuple):
    """Add `version` to a list of Pythons."""

    at: Target
    version: PythonVersion
    kind: Literal["add-python"] = "add-python"


class DropPython(NamedTuple):
    """Remove `version` from a list of Pythons."""

    at: Target
    version: PythonVersion
    kind: Literal["drop-python"] = "drop-python"


class SetPython(NamedTuple):
    """Make `version` the one Python that a tool's target or a runtime names."""

    at: Target
    version: PythonVersion
    kind: Literal["set-python"] = "set-python"


class RemoveRequirement(NamedTuple):
    """Take the requirement written as `raw` out of the array that the target's group names."""

    at: Target
    raw: str
    kind: Literal["remove-requirement"] = "remove-requirement"


class SetRequirement(NamedTuple):
    """Write `to`, one requirement or one for each marker, in place of the one written as `raw`.

    The target's group names the array or the option in which that stands.
    """

    at: Target
    raw: str
    to: tuple[str, ...]
    kind: Literal["set-requirement"] = "set-requirement"


class TakeBranch(NamedTuple):
    """Keep of a condition in source, which the target's group holds, only what is ever done.

    `always` says whether it is always true, or never; it does not hold at more than `places`.
    """

    at: Target
    always: bool
    places: int
    kind: Literal["take-branch"] = "take-branch"


class DropFallback(NamedTuple):
    """Remove what is done where an import fails: there the target's group is imported.

    It is imported at no more than `places` where that never happens.
    """

    at: Target
    places: int
    kind: Literal["drop-fallback"] = "drop-fallback"


SourceChange = TakeBranch | DropFallback
"""What can be changed about code; see `pylife.syntax.branches`."""
Change = (
    SetFloor
    | SetCap
    | RemoveCap
    | AddPython
    | DropPython
    | SetPython
    | RemoveRequirement
    | SetRequirement
    | SourceChange
)
"""What can be changed about a declaration or a piece of code; see `pylife.declarations.edit`."""


class Edit(NamedTuple):
    """Replace the bytes of `span` in `file` (path from the project's folder) by `text`."""

    file: str
    span: Span
    text: str


class SuppressionKind(StrEnum):
    """Why a finding does not count."""

    WAIVER = "waiver"
    """Somebody has said so, with a reason and an end."""
    BASELINE = "baseline"
    """It was there when the baseline was written."""
    COMMENT = "comment"
    """A comment on its line says why it is right as it is."""


class Suppression(NamedTuple):
    """Why a finding does not count; of a waiver with its owner and its last day."""

    kind: SuppressionKind
    reason: str
    owner: str | None = None
    until: dt.date | None = None

    def __str__(self) -> str:
        until = f" until {self.until}" if self.until else ""
        owner = f" ({self.owner})" if self.owner else ""
        return f"{self.kind}{until}{owner}: {self.reason}"


class Finding(NamedTuple):
    """One rule's verdict on one project.

    `subject` tells it from others of the same rule and project. `effective` is the ISO
    date that it is about: since when it holds, or when what it warns of happens. `help`
    says what would make it pass.
    """

    code: str
    severity: Severity
    project: str
    subject: str
    message: str
    help: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    effective: str | None = None
    changes: tuple[Change, ...] = ()
    """What would make it pass; see `pylife.declarations.edit`."""
    unsafe: bool = False
    """Whether the changes claim or deploy what only a test run can prove."""
    suppressed: Suppression | None = None
    span: Span | None = None
    """The text it speaks of, where it speaks of one declaration."""
    pythons: tuple[PythonVersion, ...] = ()
    """The Pythons past their end that it speaks of: from a policy's `block` on, no waiver holds."""
    upcoming: bool = False
    """Whether it does not hold today, and will from `effective` on; it counts for no exit code."""

    @property
    def fixable(self) -> bool:
        """Whether `--fix` can make it pass."""
        return bool(self.changes)

    @property
    def fingerprint(self) -> str:
        """A short digest of rule, project and subject: the same wherever the line has moved to."""
        import hashlib  # loading OpenSSL costs a start-up more than reading a repository does

        text = "\0".join((self.code, self.project, self.subject))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Project(NamedTuple):
    """One member of the fleet, as `pylife.toml` or discovery describes it.

    `path` is relative to the root that pylife was given, with forward slashes
    (`.` for the root itself). `name` is the distribution's normalised name where
    it declares one, else the folder's.
    """

    name: str
    path: str
    kind: Kind
    tier: int | None = None
    owner: str | None = None
    policy: str | None = None
    matrix: str | None = None
    excluded: str | None = None
    error: str | None = None
    """Why the project could not be looked at (unreachable, no such folder)."""
    url: str | None = None


class Waiver(NamedTuple):
    """Somebody's word that findings of a rule do not count for a while.

    `rule` is a code, the beginning of some (`RNG`), `cells` for test cells that fail, or `*`
    for all of that. `project` is a pattern of project names, `subject` of the findings'
    subjects. The waiver holds up to and including `until`. It was written in `file` at `line`.
    """

    rule: str
    project: str
    subject: str
    owner: str
    reason: str
    until: dt.date
    file: str
    line: int | None = None


class EndingKind(StrEnum):
    """What an artefact stands on."""

    PYTHON = "python"
    PLATFORM = "platform"
    IMAGE = "image"
    DEPENDENCY = "dependency"


class Ending(NamedTuple):
    """One of the dates on which an artefact loses its maintenance.

    `kind` says what ends: `python`, `platform`, `image` or `dependency`; `name` names it as
    people do (`AWS Lambda python3.9`). It is maintained up to and including `last`;
    `first` is earlier where only the month is known. `source` says who gives the date.
    """

    kind: EndingKind
    name: str
    first: dt.date
    last: dt.date
    source: str
    file: str | None = None
    line: int | None = None
    """The place that binds the artefact to it."""


def explicit(versions: Iterable[PythonVersion]) -> tuple[PythonVersion, ...]:
    """Versions named one by one, sorted, each once."""
    return tuple(sorted(set(versions)))


class Cell(NamedTuple):
    """One (project, Python, session) of a test matrix and what became of it."""

    project: str
    python: PythonVersion
    session: str
    status: CellStatus = CellStatus.NOT_RUN
    reason: str = ""
    seconds: float | None = None
    cached: bool = False
    log: str | None = None
    """Path of the log, relative to the state folder."""
    key: str = ""
    """Digest of everything that could change the outcome; see `pylife.matrix.keys`."""
    counts: Mapping[str, int] = {}
    """pytest's counts by outcome, where they could be read."""
    failure: str = ""
    """What the first failure said, at most 4,000 characters; empty where nothing failed."""
    hints: tuple[str, ...] = ()
    """Known changes of Python that the failures show, each in one line."""
    resolved: str = ""
    """Digest of the judged set of dependencies that it installed; empty where it installed
    what it found: no set was known, or none that goes with what the session asks for."""


class Repository(NamedTuple):
    """Where a project lives on a forge.

    `name` is what the forge calls it (`owner/name` on GitHub; empty for the local forge,
    where each project has its own). `path` is the project's folder in the repository, with
    forward slashes, empty for its root. `base` is the branch that changes go to; empty for the
    repository's default branch.
    """

    project: str
    name: str = ""
    path: str = ""
    base: str = ""


class Proposed(NamedTuple):
    """A change of one project as a pull request should hold it: one commit on the base's head.

    `folder` is the project's folder on this machine, for a forge that reads the
    base from there. `contents` are the new bytes of the files that change, by
    path from the project's folder; `before` are the bytes that they had when the change was
    made, absent where a file is new: a forge refuses a base on which they differ. `as_of` dates
    the commit. `then` are further commits, each
    a message and contents on top of those before. `labels` and `reviewers` (`user` or
    `org/team`) are set when the pull request is made and belong to people afterwards; a `draft`
    waits for something. `sign_off` adds the committer's `Signed-off-by` to each commit.
    """

    project: str
    folder: str
    branch: str
    title: str
    body: str
    message: str
    contents: dict[str, bytes]
    as_of: dt.date
    then: tuple[tuple[str, dict[str, bytes]], ...] = ()
    repository: Repository | None = None
    """Where it goes; None where the forge knows the project by name alone."""
    before: Mapping[str, bytes] = {}
    draft: bool = False
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    sign_off: bool = False
    forced: str = ""
    """Why a person has it proposed whatever the tests say; empty where nobody does."""


class Checks(StrEnum):
    """What the checks of a pull request's own repository say of it."""

    PASSING = "passing"
    FAILING = "failing"
    PENDING = "pending"
    NONE = "none"
    """There are none, or the forge does not say."""


class PullRequest(NamedTuple):
    """A pull request as a forge has it.

    `state` is `open`, `closed` or `merged`. `base` and `commit` are commit ids;
    `digest` is that of the body that pylife wrote last; `edited` says that
    people committed to the branch. `where` is its address, or its page's path
    in the state folder. `created` and `ended` (merged or closed) are instants in UTC, None
    where the forge does not say; `failing` names the checks that fail.
    """

    project: str
    branch: str
    state: str
    title: str
    digest: str
    base: str
    commit: str
    edited: bool
    where: str
    number: int | None = None
    draft: bool = False
    created: dt.datetime | None = None
    ended: dt.datetime | None = None
    checks: Checks = Checks.NONE
    failing: tuple[str, ...] = ()
    retired: bool = False
    """Closed by pylife, which wanted it no longer: people did not decline it."""
    forced: str = ""
    """Why a person had it proposed whatever the tests say; empty where nobody did."""

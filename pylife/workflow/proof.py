"""The proof of upgrades: the tests of the trees as they will be. EXECUTES the projects' code.

It belongs to the job that runs tests: what it finds out is a document, by which the job that
proposes, and executes nothing, knows the very same change again.
"""

import contextlib
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from pylife import matrix
from pylife.matrix import capacity, tree
from pylife.matrix.executors.base import Executor
from pylife.model import Kind, PythonVersion
from pylife.syntax.edits import place_of
from pylife.upgrade.order import Place
from pylife.upgrade.proof import Proof, judge
from pylife.upgrade.records import ProjectPlan
from pylife.workflow import run, store
from pylife.workflow import wanted as wanting
from pylife.workflow.elsewhere import Cluster, place
from pylife.workflow.read import Scan, requires
from pylife.workflow.wanted import EVERYTHING, Wanted

FOLDER = "proof"
"""Where the logs and the copies are, in the state folder."""


class Planned(Protocol):
    """A fleet's plans in the order of its members, and each project's place."""

    @property
    def plans(self) -> Sequence[ProjectPlan]:
        """The plans."""

    @property
    def places(self) -> Mapping[str, Place]:
        """The places, by project."""


class Setting(NamedTuple):
    """Where and how the tests run; as in `pylife.workflow.run.run`."""

    state: Path
    jobs: int = 0
    wanted: Wanted = EVERYTHING
    where: str | None = None
    progress: Callable[[matrix.Event], None] | None = None
    stop: threading.Event | None = None
    cluster: Cluster | None = None


def needs(scan: Scan) -> dict[str, frozenset[str]]:
    """By project, all those of the fleet that it requires, however deep."""
    edges = requires(scan)
    found: dict[str, frozenset[str]] = {}
    for name in edges:
        reached, open_names = {name}, [name]
        while open_names:
            news = set(edges.get(open_names.pop(), ())) - reached
            reached |= news
            open_names += sorted(news)
        found[name] = frozenset(reached - {name})
    return found


def keys(scan: Scan, ready: Planned, trees: Mapping[str, str]) -> dict[str, str]:
    """By project that changes: the digest of its tree as it will be, and of those that it needs.

    These are taken as they will be where what it gains has to come to them first, else as they
    are. `trees` are the digests of the trees as they are; a project whose files cannot be read
    has none.
    """
    own = {plan.project.name: _own(plan, trees.get(plan.project.name, "")) for plan in ready.plans}
    below = needs(scan)
    found = {}
    for plan in ready.plans:
        name = plan.project.name
        if plan.empty or name not in trees:
            continue
        around = own if ready.places[name].parents else trees
        parts = {one: around[one] for one in sorted(below.get(name, ())) if one in around}
        said = json.dumps([own[name], parts])
        found[name] = hashlib.sha256(said.encode()).hexdigest()
    return found


def _own(plan: ProjectPlan, digest: str) -> str:
    total = hashlib.sha256(digest.encode())
    for path, data in sorted(_contents(plan).items()):
        total.update(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest())
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def _contents(plan: ProjectPlan) -> dict[str, bytes]:
    return {**plan.contents, **plan.modernised}


def pythons(plan: ProjectPlan, baseline: PythonVersion | None) -> tuple[PythonVersion, ...]:
    """The Pythons to test the upgraded tree on: the oldest that it keeps, and each that is new.

    Of what is deployed, that is the runtime that it moves to.
    """
    new = {*plan.adds, *filter(None, [plan.runtime])}
    if plan.runtime is not None and plan.project.kind.is_application:
        return tuple(sorted(new))
    oldest = max(filter(None, [baseline, plan.floor]), default=None)
    return tuple(sorted({*new, *([oldest] if oldest else [])}))


def prove(scan: Scan, ready: Planned, names: Iterable[str], setting: Setting) -> dict[str, Proof]:
    """What the tests of the upgraded trees of the projects `names` come to.

    One that waits for what others gain is tested together with their upgraded trees. What the
    store knows of these very trees is not run again. Raises as `pylife.workflow.run.run` does.
    """
    planned = {plan.project.name: plan for plan in ready.plans}
    base = {one.name: one for one in run.projects(scan, wanted=setting.wanted)}
    chosen = [name for name in sorted(set(names) & base.keys()) if not planned[name].empty]
    upon = [name for name in chosen if ready.places[name].parents]
    alone = [name for name in chosen if name not in upon]
    found = _together(scan, planned, base, alone, setting, with_plans=False)
    return found | _together(scan, planned, base, upon, setting, with_plans=True)


def _together(
    scan: Scan,
    planned: Mapping[str, ProjectPlan],
    base: Mapping[str, matrix.MatrixProject],
    chosen: Sequence[str],
    setting: Setting,
    *,
    with_plans: bool,
) -> dict[str, Proof]:
    """The proofs of `chosen`, those that they need as they will be or as they are."""
    if not chosen:
        return {}
    below = needs(scan)
    involved = sorted({*chosen, *(one for name in chosen for one in below[name])} & base.keys())
    asked = {name: pythons(planned[name], base[name].baseline) for name in chosen}
    state, digests = setting.state / FOLDER, {}
    with _Trees(state) as trees:
        tested = []
        for name in involved:
            project, plan = base[name], planned[name]
            as_planned = name in chosen or (with_plans and _moves(plan))
            folder = trees.make(name, plan, project.folder) if as_planned else project.folder
            digests[name] = tree.digest(folder, [setting.state])
            wanted = tuple(p for p in asked.get(name, ()) if setting.wanted.has_python(p))
            tested.append(_tested(project, folder, wanted))
        cells = _cells(scan, tested, setting, state)
    found = {}
    for name in chosen:
        own = tuple(cell for cell in cells if cell.project == name)
        verdict, reason = judge(own, asked[name])
        upon = [n for n in sorted(below[name]) if with_plans and n in base and _moves(planned[n])]
        cached = all(cell.cached for cell in own)
        found[name] = Proof(verdict, reason, own, asked[name], tuple(upon), digests[name], cached)
    return found


def _tested(
    project: matrix.MatrixProject, folder: Path, wanted: tuple[PythonVersion, ...]
) -> matrix.MatrixProject:
    """The project as it will be, on the wanted Pythons alone; the oldest tells what is new."""
    return replace(
        project,
        folder=folder,
        pythons=wanted,
        preset=replace(project.preset, pythons=None),
        allowed_to_fail=frozenset(),
        baseline=min(wanted, default=None),
    )


def _moves(plan: ProjectPlan) -> bool:
    return not plan.empty and plan.project.kind is not Kind.MODEL


def _cells(
    scan: Scan, tested: Sequence[matrix.MatrixProject], setting: Setting, state: Path
) -> list[Any]:
    stop = setting.stop or threading.Event()
    with contextlib.ExitStack() as stack:
        evidence = stack.enter_context(store.opened(scan, setting.state, setting.where))
        executor: Executor | None = None
        if setting.cluster is None:
            found, absent = wanting.pythons(tested, setting.wanted, setting.state)
        else:
            there = place(setting.cluster, tested, state, setting.jobs, stop)
            found, absent, executor = stack.enter_context(there)
        jobs = setting.jobs if executor is None else 0
        return matrix.run(
            tested,
            interpreters=found,
            state=state,
            jobs=jobs or capacity.jobs(one.preset.memory for one in tested),
            store=evidence,
            as_of=scan.as_of,
            progress=setting.progress,
            stop=stop,
            sessions=setting.wanted.sessions,
            absent=absent,
            executor=executor,
        )


class _Trees:
    """Copies of projects with their plans carried out, gone afterwards."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._root = state / "trees"

    def __enter__(self) -> Self:
        # What a killed run left; the state folder is held by nobody else.
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(parents=True)
        _share_cache(self._state)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._root, ignore_errors=True)

    def make(self, name: str, plan: ProjectPlan, folder: Path) -> Path:
        """The upgraded tree of the project in `folder`."""
        mark = hashlib.sha256(name.encode()).hexdigest()[:12]
        place = (self._root / mark).resolve()
        tree.copy(folder, place, [self._state.parent])
        for path, data in _contents(plan).items():
            target = place_of(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # a link is not followed out of the copy
            target.write_bytes(data)
        return place


def _share_cache(state: Path) -> None:
    """Let the runs in `state` use uv's cache of the state folder around it."""
    own, shared = state / "cache" / "uv", state.parent / "cache" / "uv"
    if not own.exists() and not own.is_symlink():
        shared.mkdir(parents=True, exist_ok=True)
        own.parent.mkdir(parents=True, exist_ok=True)
        own.symlink_to(shared.resolve(), target_is_directory=True)

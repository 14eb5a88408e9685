"""The main job as a list of named steps that exchange documents in the state folder.

Each step can run as a job of its own: what it needs of the others it reads from
their documents, so that the job that runs projects' code never holds what the
job that proposes needs.
"""

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife import evidence
from pylife.dependencies.stored import Stored
from pylife.errors import StateError, UsageError
from pylife.fleet import Fleet
from pylife.matrix import capacity
from pylife.workflow import bundle, campaign, documents, forge, proof, publish, run, upgrading
from pylife.workflow.facts import SCHEMA
from pylife.workflow.job import Done, Job, Step, Watcher
from pylife.workflow.means import Means
from pylife.workflow.read import Recalled, Scan, scan, with_dependencies
from pylife.workflow.source_facts import Look
from pylife.workflow.state import locked

__all__ = ["Done", "Job", "Step", "Watcher", "nightly"]

_GIVES_AWAY = frozenset({Step.RESOLVE, Step.RUN})
"""The steps that run projects' code: their process has no credentials that it could read."""
_SCHEMAS = {
    Step.READ: documents.READ_SCHEMA,
    Step.RESOLVE: "pylife/deps/1",
    Step.RUN: "pylife/matrix-run/1",
    Step.PROPOSE: "pylife/upgrade/1",
}


def nightly(
    job: Job, steps: Sequence[Step], watcher: Watcher, stop: threading.Event | None = None
) -> Done:
    """Do `steps` in their order; each leaves its document in `<state>/results/`.

    Raises UsageError, ConfigError, NothingCheckedError, ToolError or StateError.
    What is wrong with one project is in the documents.
    """
    with locked(job.state):
        scanned: Callable[[], Scan] = _once(
            lambda: scan(
                job.roots,
                as_of=job.as_of,
                policy_name=job.policy_name,
                cache=job.state / "repositories",
                fetch=job.fetch and (Step.READ in steps or not _has(job, Step.READ)),
                source=Look(job.state).of if Step.READ in steps else None,
                dependencies=_recalled(job) if Step.READ in steps else None,
            )
        )
        if Step.PROPOSE in steps and _GIVES_AWAY & set(steps):
            _require_apart(steps, job.forge or forge.named(scanned()))
        page = None
        for step in Step:
            if step not in steps:
                continue
            watcher.step(step)
            match step:
                case Step.READ:
                    _save(job, step, documents.read_document(scanned()))
                    publish.keep_calendar(job.state / "results", publish.calendar_of(scanned()))
                    _write(job, _facts(job), bundle.document(scanned(), _told(job, scanned())))
                case Step.RESOLVE:
                    _save(job, step, _resolved(job, scanned(), watcher))
                    if Step.READ in steps:  # its findings rest on tonight's verdicts
                        judged = with_dependencies(scanned(), _recalled(job))
                        _save(job, Step.READ, documents.read_document(judged))
                    _write(job, _facts(job), bundle.document(scanned(), _told(job, scanned())))
                case Step.RUN:
                    known = _proofs(job)
                    document = run.run(
                        scanned(), state=job.state, jobs=job.jobs, wanted=job.wanted,
                        progress=watcher.cell, stop=stop, where=job.store,
                        cluster=job.cluster,
                    )  # fmt: skip
                    document[upgrading.PROOFS] = known
                    _save(job, step, document)
                    if job.prove:
                        document[upgrading.PROOFS] = _proven(
                            job, scanned(), document, watcher, stop
                        )
                        _save(job, step, document)
                case Step.PROPOSE:
                    _save(job, step, _proposed(job, scanned()))
                case Step.PUBLISH:
                    page = _publish(job)
        if Step.RUN in steps:
            _prune(job, scanned())
        return Done(
            read=_load(job, Step.READ), resolve=_load(job, Step.RESOLVE),
            run=_load(job, Step.RUN), propose=_load(job, Step.PROPOSE), page=page,
        )  # fmt: skip


def _require_apart(steps: Sequence[Step], name: str) -> None:
    """Raise UsageError where proposals go to a server from a process that runs projects' code.

    Before anything is run: such a process has no token any more when it comes to proposing.
    """
    if name == "local":
        return
    order = [step for step in Step if step in steps]
    first, then = order[: order.index(Step.PROPOSE)], order[order.index(Step.PROPOSE) :]
    raise UsageError(
        f"proposals go to {name}, and what runs projects' code holds no token for it:"
        " these steps need two processes, best two jobs",
        help=f"run --only {','.join(first)}; then, with the token, --only {','.join(then)}",
    )


def _upgrading(job: Job, scanned: Scan, document: Mapping[str, Any] | None) -> upgrading.Upgrading:
    midnight = dt.datetime.combine(job.as_of, dt.time(), dt.UTC)
    means = Means(
        state=job.state, environment=job.environment, now=job.now or midnight, as_of=job.as_of,
        offline=not job.fetch, jobs=job.jobs or capacity.jobs(), policy_name=job.policy_name,
    )  # fmt: skip
    return upgrading.Upgrading(
        scan=scanned, state=job.state, run=document, look=Look(job.state).of, more=means.options()
    )


def _proven(
    job: Job, scanned: Scan, document: Mapping[str, Any], watcher: Watcher,
    stop: threading.Event | None,
) -> dict[str, Any]:  # fmt: skip
    """What the tests of the upgraded trees come to; `document` has those that are known."""
    what = _upgrading(job, scanned, document)
    setting = proof.Setting(
        state=job.state, jobs=job.jobs, wanted=job.wanted, where=job.store,
        progress=watcher.cell, stop=stop, cluster=job.cluster,
    )  # fmt: skip
    server = (job.forge or forge.named(scanned)) != "local"
    return upgrading.prove(what, what.prepared(server=server), setting)


def _proofs(job: Job) -> dict[str, Any]:
    """The proofs of earlier nights: each is of one very change, whatever the day."""
    before = documents.open_document(_path(job, Step.RUN), _SCHEMAS[Step.RUN])
    return dict((before or {}).get(upgrading.PROOFS, {}))


def _proposed(job: Job, scanned: Scan) -> dict[str, Any]:
    """What became of each project's proposal."""
    midnight = dt.datetime.combine(job.as_of, dt.time(), dt.UTC)
    chosen = forge.choose(scanned, job.state, job.forge, job.environment)
    done = upgrading.run(
        _upgrading(job, scanned, _load(job, Step.RUN)),
        chosen,
        campaign.Wish(as_of=job.as_of, now=job.now or midnight),
        unproven=not job.prove,
    )
    return done.document(job.as_of, chosen.name)


def _resolved(job: Job, scanned: Scan, watcher: Watcher) -> dict[str, Any]:
    from pylife.workflow.dependencies.nightly import Setting, refresh

    midnight = dt.datetime.combine(job.as_of, dt.time(), dt.UTC)
    return refresh(
        scanned,
        Setting(
            state=job.state,
            environment=job.environment,
            now=job.now or midnight,
            offline=not job.fetch,
            jobs=job.jobs or capacity.jobs(),
            policy_name=job.policy_name,
        ),
        watcher.part,
    )


def _recalled(job: Job) -> Recalled:
    """Gives what was last said of the members' dependencies."""

    def recalled(fleet: Fleet, _published: object) -> Mapping[str, Stored]:
        from pylife.workflow.dependencies.recall import Recall

        return Recall(job.state, job.environment).of(fleet)

    return recalled


def _told(job: Job, scanned: Scan) -> dict[str, Any] | None:
    from pylife.workflow.dependencies.nightly import published

    return published(scanned, job.state)


def _prune(job: Job, scanned: Scan) -> None:
    """Delete the evidence that the policies do not keep any longer."""
    from pylife.workflow import store

    with store.opened(scanned, job.state, job.store) as found:
        store.prune(scanned, job.state, found)


def _publish(job: Job) -> Path:
    read = _load(job, Step.READ)
    if read is None:
        raise StateError(
            "there is no result of the step read", path=str(job.state), help="run --only read first"
        )
    where = job.store if job.store is not None else job.state / evidence.FILE
    run, propose, resolve = (_load(job, s) for s in (Step.RUN, Step.PROPOSE, Step.RESOLVE))
    page = publish.publish(
        read, run, propose,
        resolve=resolve,
        output=job.site if job.site is not None else job.state / "site",
        logs=job.state,
        facts=_todays(job, documents.open_document(_facts(job), SCHEMA)),
        nights=publish.nights(where, job.as_of),
        calendar=publish.kept_calendar(job.state / "results", job.as_of.isoformat()),
    )  # fmt: skip
    publish.remember(where, read, run, propose, resolve)
    return page


def _facts(job: Job) -> Path:
    return job.state / "results" / "facts.json"


def _path(job: Job, step: Step) -> Path:
    return job.state / "results" / f"{step}.json"


def _has(job: Job, step: Step) -> bool:
    return _path(job, step).is_file()


def _save(job: Job, step: Step, document: dict[str, Any]) -> None:
    _write(job, _path(job, step), document)


def _write(job: Job, path: Path, document: dict[str, Any]) -> None:
    try:
        documents.save(path, document)
    except OSError as error:
        raise StateError(f"cannot be written: {error.strerror}", path=str(job.state)) from None


def _load(job: Job, step: Step) -> dict[str, Any] | None:
    return _todays(job, documents.open_document(_path(job, step), _SCHEMAS[step]))


def _todays(job: Job, document: dict[str, Any] | None) -> dict[str, Any] | None:
    """A result of another day is another run's: shown beside today's it would mislead."""
    if document is not None and document["as_of"] != job.as_of.isoformat():
        return None
    return document


def _once(make: Callable[[], Scan]) -> Callable[[], Scan]:
    made: list[Scan] = []

    def get() -> Scan:
        if not made:
            made.append(make())
        return made[0]

    return get

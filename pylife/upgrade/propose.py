"""One run of a campaign: each project gets what it is due tonight, and a named outcome.

Waves come one after the other, and in a wave those first on which most others stand; what failed
lately comes last. A project is tested as it will be before its pull request opens, as many at a
time as may be opened, so that those that fail take nobody's place.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pylife.errors import PylifeError, RateLimitedError
from pylife.model import MigrationState, Outcome, Proving, PullRequest
from pylife.upgrade.drafting import Wanted, troubled
from pylife.upgrade.drafting import drafted as drafted_of
from pylife.upgrade.entry import Entry, Opener, Prove, Tonight, paused, proposed
from pylife.upgrade.order import sequence
from pylife.upgrade.proof import Proof
from pylife.upgrade.proposal import Proposal
from pylife.upgrade.states import Facts, Parent, Standing, standing
from pylife.upgrade.turns import in_turn

_LIMITED = "the forge was asked too much"
_DONE = frozenset({MigrationState.VERIFIED, MigrationState.MERGED})


def propose(
    entries: Sequence[Entry], forge: Opener, tonight: Tonight, prove: Prove | None = None
) -> list[Proposal]:
    """What became of each of `entries`, in the order of waves.

    Without `prove` nothing is tested beforehand. With `tonight.dry_run` the forge is asked for
    nothing, and only what is known without it is said. What goes wrong with one project is its
    proposal's state; the others go on.
    """
    run = _Run(entries, forge, tonight, prove)
    return run.all()


class _Run:
    def __init__(
        self, entries: Sequence[Entry], forge: Opener, tonight: Tonight, prove: Prove | None
    ) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self._forge, self._tonight, self._prove = forge, tonight, prove
        self._standings: dict[str, Standing] = {}
        self._pulls: dict[str, PullRequest | None] = {e.name: e.pull for e in entries}
        self._proofs: dict[str, Proof] = {}
        self._found: dict[str, Proposal] = {}
        self._limited = ""
        self._turn = threading.Lock()

    def all(self) -> list[Proposal]:
        order = sequence({name: entry.place for name, entry in self._entries.items()})
        waves: dict[int, list[Entry]] = {}
        for name in order:
            entry = self._entries[name]
            waves.setdefault(entry.place.wave, []).append(entry)
        for number in sorted(waves):
            self._wave(waves[number])
        return [self._found[name] for name in order]

    def _wave(self, entries: Sequence[Entry]) -> None:
        """Those that have a pull request first, then as many new ones as there is room for."""
        for entry in entries:  # who moves together sees each other's
            self._standings[entry.name] = standing(self._facts(entry))
        fresh = [entry for entry in entries if self._is_new(entry)]
        rest = [entry for entry in entries if entry not in fresh]
        self._test(entry for entry in rest if self._refreshes(entry))
        self._refresh(rest, {entry.name for entry in entries})
        late = self._tonight.later
        fresh.sort(key=lambda entry: entry.name in late)  # stable: the order of the wave is kept
        while fresh:
            left = self._tonight.room.left()
            size = len(fresh) if left is None else max(1, left)
            batch, fresh = fresh[:size], fresh[size:]
            if left != 0:
                self._test(entry for entry in batch if self._waits(entry) is None)
            for entry in batch:
                self._one(entry)

    def _refresh(self, entries: Sequence[Entry], wave: set[str]) -> None:
        """Do what is due for those that have a pull request, or need none.

        Several at once, but for those that stand on one of their own wave.
        """
        apart = {entry.name: entry for entry in entries if not wave & {*entry.place.parents}}
        in_turn(self._tonight.at_once, self._one, list(apart.values()))
        for entry in entries:
            if entry.name not in apart:
                self._one(entry)

    def _is_new(self, entry: Entry) -> bool:
        """Whether a pull request would have to be opened."""
        pull = self._pulls[entry.name]
        return not entry.plan.empty and (pull is None or pull.state == "merged")

    def _refreshes(self, entry: Entry) -> bool:
        """Whether its open pull request is pylife's to keep up to date."""
        pull = self._pulls[entry.name]
        return (
            not entry.plan.empty
            and pull is not None
            and pull.state == "open"
            and not pull.edited
            and paused(entry, self._tonight) is None
        )

    def _test(self, entries: Iterable[Entry]) -> None:
        """Run the upgraded trees of those that could be proposed, as far as anybody knows."""
        wanted = [entry for entry in entries if entry.settings.prove and self._could(entry)]
        if wanted and self._prove is not None:
            self._proofs.update(self._prove(wanted))

    def _could(self, entry: Entry) -> bool:
        return self._refreshes(entry) or standing(self._facts(entry)).due

    def _facts(self, entry: Entry) -> Facts:
        settings = entry.settings
        return Facts(
            plan=entry.plan,
            shown=entry.cells,
            proof=self._proofs.get(entry.name),
            pull=self._pulls[entry.name],
            unmerged=self._unmerged(entry),
            held=entry.place.held,
            opt_out=settings.opt_out,
            waits=self._waits(entry),
            wait_for_merge=settings.parents == "merged",
            unproven_waits=settings.unproven == "wait",
            forced=self._forced(entry),
        )

    def _forced(self, entry: Entry) -> str | None:
        """Why a person has it proposed: tonight, or earlier, and tests do not pass yet."""
        pull, proof = self._pulls[entry.name], self._proofs.get(entry.name)
        given = self._tonight.forced.get(entry.name)
        if given is None and pull is not None and pull.state == "open" and pull.forced:
            return None if proof and proof.verdict is Proving.PASSED else pull.forced
        return given

    def _unmerged(self, entry: Entry) -> list[Parent]:
        found = []
        for name in entry.place.parents:
            state = self._standings.get(name)
            if state is not None and state.state not in _DONE:
                found.append(Parent(name, state, self._pulls.get(name)))
        return found

    def _waits(self, entry: Entry) -> tuple[str, str] | None:
        """Why no pull request is opened for the project today."""
        why = paused(entry, self._tonight)
        if why is not None:
            return why
        if entry.name in self._tonight.later and entry.name not in self._tonight.forced:
            return self._tonight.later[entry.name], ""
        return self._tonight.room.full()

    def _one(self, entry: Entry) -> None:
        """Do what is due for the project."""
        facts = self._facts(entry)
        state = standing(facts)
        drafted = drafted_of(entry, facts, state, self._wanted(entry))
        if entry.trouble and state.state not in {MigrationState.ERROR, MigrationState.EXCLUDED}:
            drafted = troubled(drafted, entry.trouble, limited=entry.limited)
        elif not self._tonight.dry_run:
            drafted = self._sent(entry, facts, self._retired(entry, drafted), new=state.due)
        self._standings[entry.name] = Standing(drafted.state, drafted.reason, drafted.todo)
        self._found[entry.name] = drafted

    def _wanted(self, entry: Entry) -> Wanted:
        """What its words need to know of the run."""
        return Wanted(
            dry_run=self._tonight.dry_run,
            paused=paused(entry, self._tonight) is not None,
            branches={
                name: self._entries[name].plan.branch
                for name in entry.place.parents
                if name in self._entries and not self._entries[name].plan.empty
            },
        )

    def _retired(self, entry: Entry, drafted: Proposal) -> Proposal:
        """Put away the open pull requests that an earlier window or an earlier plan left."""
        plan = entry.plan
        if plan.project.error or plan.project.excluded or paused(entry, self._tonight) is not None:
            return drafted
        wanted = "" if plan.empty or entry.settings.opt_out else plan.branch
        for pull in entry.pulls:
            if pull.state != "open" or pull.branch == wanted or self._limited:
                continue
            if entry.settings.opt_out:
                reason = f"no upgrade is wanted here: {entry.settings.opt_out}"
            elif wanted:
                reason = f"superseded by {wanted}"
            else:
                reason = "nothing of it is left to change"
            try:
                self._forge.retire(entry.where, pull, reason)
            except RateLimitedError as error:
                self._limited = str(error)
            except (PylifeError, OSError) as error:
                return troubled(drafted, _said(error), limited=False)
        return drafted

    def _sent(self, entry: Entry, facts: Facts, drafted: Proposal, *, new: bool) -> Proposal:
        """What the forge made of it, where anything is due: a `new` one, or a refresh."""
        if not new and not self._refreshes(entry):
            edited = facts.pull is not None and facts.pull.state == "open" and facts.pull.edited
            return replace(drafted, outcome=Outcome.EDITED_BY_PEOPLE) if edited else drafted
        if self._limited:
            return troubled(drafted, self._limited, limited=True)
        try:
            return self._opened(entry, facts, drafted, new=new)
        except RateLimitedError as error:
            self._limited = str(error) or _LIMITED
            return troubled(drafted, self._limited, limited=True)
        except (PylifeError, OSError) as error:
            return troubled(drafted, _said(error), limited=False)

    def _opened(self, entry: Entry, facts: Facts, drafted: Proposal, *, new: bool) -> Proposal:
        missing = self._forge.missing(entry.where, drafted.files) if new else []
        refused = [line for line in missing if not line.startswith(self._tonight.unknown)]
        if refused:
            return replace(
                drafted, state=MigrationState.NEEDS_PERSON, outcome=Outcome.NOTHING_TO_DO,
                reason=refused[0], todo=f"let pylife do it: {refused[0]}", missing=tuple(missing),
            )  # fmt: skip
        pull, outcome = self._forge.open_or_update(
            proposed(
                entry, drafted.body, draft=self._is_draft(entry, facts), forced=facts.forced or ""
            )
        )
        if outcome is Outcome.CREATED:
            with self._turn:
                self._tonight.room.take()
        pull = pull._replace(edited=pull.edited or outcome is Outcome.EDITED_BY_PEOPLE)
        if outcome is Outcome.DECLINED:
            pull = pull._replace(state="closed")
        self._pulls[entry.name] = pull
        after = standing(facts._replace(pull=pull))
        return replace(
            drafted, state=after.state, outcome=outcome, todo=after.todo,
            reason="; ".join(filter(None, [after.reason, *entry.remarks])),
            base=pull.base or None, commit=pull.commit or None, where=pull.where,
            number=pull.number, draft=pull.draft, missing=tuple(missing),
        )  # fmt: skip

    def _is_draft(self, entry: Entry, facts: Facts) -> bool:
        """Whether it waits: forced by a person, unproven, or before its parents are merged."""
        said, proof = entry.settings.draft, facts.proof
        unproven = entry.settings.prove and (proof is None or proof.verdict is not Proving.PASSED)
        return (
            facts.forced is not None
            or "always" in said
            or ("unproven" in said and unproven and self._prove is not None)
            or ("parents" in said and bool(facts.unmerged))
        )


def _said(error: PylifeError | OSError) -> str:
    return str(error) if isinstance(error, PylifeError) else error.strerror or "cannot write"

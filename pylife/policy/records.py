"""What policy files say, as data: settings, scopes, floors, and the policy of them all."""

from pathlib import Path
from typing import NamedTuple

from pylife.model import Severity, Waiver
from pylife.policy.moments import Moment
from pylife.policy.offsets import Offset
from pylife.syntax.toml import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pylife.policy.parts import DependencyRule, Override, Own, Retention, Scope

STAGES = ("adopt", "deprecate", "drop", "block")


class WarnStep(NamedTuple):
    """`before` a date, what happens on it begins to matter, as much as `severity` says."""

    before: Offset
    severity: Severity


class Settings(NamedTuple):
    """What a file or a scope says for itself; what it is silent on is None or empty."""

    stages: tuple[tuple[str, Moment], ...] = ()
    warnings: tuple[WarnStep, ...] = ()
    keep_newest: int | None = None
    window: int | None = None
    overrides: "tuple[Override, ...]" = ()

    def over(self, base: "Settings") -> "Settings":
        """These settings, and those of `base` where these are silent.

        A window decides when a Python is dropped, so it takes the place of a `drop` and of
        `keep-newest` below it; and a `drop` takes the place of a window below it.
        """
        own = dict(self.stages)
        stages = {**dict(base.stages), **own}
        keep, window = self.keep_newest, self.window
        if window is not None:
            stages = {name: moment for name, moment in stages.items() if name != "drop"}
        elif "drop" not in own:
            window = base.window
        if keep is None and self.window is None:
            keep = base.keep_newest
        return Settings(
            stages=tuple(stages.items()),
            warnings=self.warnings or base.warnings,
            keep_newest=keep,
            window=window,
            overrides=base.overrides + self.overrides,
        )


class Layer(NamedTuple):
    """One policy file, read; what it extends is looked for from its `folder`."""

    document: Document
    shown: str
    folder: Path
    trusted: bool


class Policy(NamedTuple):
    """When each Python is adopted, deprecated and dropped, and how early findings start.

    `source` is the file as it is shown. `keep_newest` Pythons that are released stay supported
    whatever their dates; where there is a `window`, that many are, and nothing else drops one.
    Where no `deprecate` is given, a Python is supported until it is dropped. `warn` is how long
    before a date the first findings start. `stale_after` is the age at which the
    calendar's data is itself a finding.
    """

    name: str
    title: str
    description: str
    source: str
    adopt: Moment
    deprecate: Moment | None
    drop: Moment | None
    warn: Offset
    keep_newest: int
    stale_after: Offset
    block: Moment | None = None
    """From when a drop can no longer be waived."""
    window: int | None = None
    warnings: tuple[WarnStep, ...] = ()
    """The steps of `warn`, the longest first."""
    overrides: "tuple[Override, ...]" = ()
    """Of two for the same Python and stage, the later one holds."""
    published: str = ""
    """Where the organisation says so."""
    scopes: "tuple[Scope, ...]" = ()
    """Later ones win; see `pylife.policy.for_project`."""
    scope: str = ""
    """Of a policy for some projects: for which, such as `kind model, tier 1 or 2`."""
    settings: Settings = Settings()
    """What the fields above were made of."""
    own: "Own | None" = None
    dependencies: "tuple[DependencyRule, ...]" = ()
    waivers: tuple[Waiver, ...] = ()
    layers: tuple[Layer, ...] = ()
    """The files that it is made of, those that it builds upon first."""
    modernise: str = ""
    """What makes a further commit of an upgrade that raises the floor: `ruff`, or nothing."""
    caps: str = "remove"
    """What upgrades do with an upper bound that keeps out a Python which the policy asks for:
    `keep` it, `move` it up, or `remove` it."""
    follow_up: bool = False
    """Whether what an upgrade leaves dead is removed by a proposal of its own afterwards."""
    retention: "Retention | None" = None
    """How old evidence may be, and how long it is kept; None where nothing is said of that."""
    platforms: tuple[str, ...] = ()
    """Where dependencies have to install, the first before all; empty where nothing is said."""

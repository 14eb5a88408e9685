"""Which platforms a project's dependencies have to install on: those asked for, else by policy."""

from typing import NamedTuple

from pylife.dependencies.index import targets
from pylife.errors import ConfigError, UsageError
from pylife.policy import Policy
from pylife.syntax import schema
from pylife.workflow.dependencies.results import PLATFORMS, Asked


class Platforms(NamedTuple):
    """The platforms of a project: of `counting` the worst verdict counts, `further` are told."""

    counting: tuple[str, ...]
    further: tuple[str, ...] = ()


def platforms_of(policy: Policy, asked: Asked) -> Platforms:
    """The platforms that are asked for, else those of the policy, else those that are usual.

    Where nobody asks for any, the first one counts. Raises ConfigError, with its place, where the
    policy names one that is not known.
    """
    if asked.platforms:
        return Platforms(asked.platforms)
    for number, name in enumerate(policy.platforms):
        try:
            targets.find(name)
        except UsageError as error:
            raise _wrong(policy, number, error) from None
    first, *others = dict.fromkeys(policy.platforms or PLATFORMS)
    return Platforms((first,), tuple(others))


def _wrong(policy: Policy, number: int, error: UsageError) -> ConfigError:
    """The error at its place in the last file that says something of platforms."""
    for item in reversed(policy.layers):
        if "platforms" in item.document.value.get("resolve", {}):
            place = ("resolve", "platforms", number)
            return schema.at(item.document, item.shown, error.message, *place, help=error.help)
    return ConfigError(error.message, path=policy.source, help=error.help)

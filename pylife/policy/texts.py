"""A policy as the texts of its files, to be published and read elsewhere."""

from collections.abc import Sequence

from pylife.policy.load import assembled, layer_of
from pylife.policy.records import Layer, Policy


def sources(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The files that `policy` is made of, as (name, text), those that it builds upon first."""
    return tuple((item.shown, item.document.source.text) for item in policy.layers)


def assemble(files: Sequence[tuple[str, str]]) -> Policy:
    """The policy whose `sources` are `files`; raises ConfigError where one of them is wrong."""
    layers: list[Layer] = [layer_of(text.encode(), shown) for shown, text in files]
    return assembled(tuple(layers))

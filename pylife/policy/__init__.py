"""Policies: TOML files that turn the release calendar and a day into a support window."""

from pylife.policy.load import Policy, find, names, parse
from pylife.policy.window import StageInfo, Window, backwards, window

__all__ = ["Policy", "StageInfo", "Window", "backwards", "find", "names", "parse", "window"]

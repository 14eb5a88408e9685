"""Policies: TOML files that turn the release calendar and a day into a support window."""

from pylife.policy.load import Policy, find, names, parse
from pylife.policy.window import StageInfo, Window, window

__all__ = ["Policy", "StageInfo", "Window", "find", "names", "parse", "window"]

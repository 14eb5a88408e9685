"""Which projects there are: `pylife.toml`, or what is found in a tree without one."""

from pylife.fleet.load import Fleet, Member, load, load_all

__all__ = ["Fleet", "Member", "load", "load_all"]

"""Where proposals go: one forge a module, each a `pylife.forges.base.Forge`."""

from pylife.forges.base import Forge, digest
from pylife.forges.local import LocalForge

__all__ = ["Forge", "LocalForge", "digest"]

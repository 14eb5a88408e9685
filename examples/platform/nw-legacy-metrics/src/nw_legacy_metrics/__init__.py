"""Counters and timers with pluggable reporters."""

from .registry import Registry
from .reporters import load_reporter

__all__ = ["Registry", "load_reporter"]

"""Records, names and retries shared by every Northwind ML library."""

from .errors import ConfigurationError, NorthwindError, TransientError
from .names import dotted, slug
from .retries import backoff, retry

__all__ = [
    "ConfigurationError",
    "NorthwindError",
    "TransientError",
    "backoff",
    "dotted",
    "retry",
    "slug",
]

__version__ = "2.3.0"

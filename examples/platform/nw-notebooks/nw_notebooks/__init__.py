"""Helpers for notebooks: tables and sparklines."""

from .show import sparkline, table

__all__ = ["sparkline", "table"]

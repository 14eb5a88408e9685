"""Layered settings for Northwind ML jobs and services."""

from .settings import Settings, load

__all__ = ["Settings", "load"]

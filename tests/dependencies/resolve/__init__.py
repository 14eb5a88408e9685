"""Tests of `pylife.dependencies.resolve`."""

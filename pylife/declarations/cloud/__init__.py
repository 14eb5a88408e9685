"""Runtimes of cloud functions and platforms."""

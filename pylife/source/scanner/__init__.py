"""Reads Python source for what it needs of Python; standard library only.

It is run by the newest interpreter found, which need not be the one that pylife runs on, so it
imports nothing but the standard library and itself, and never what it reads.
"""

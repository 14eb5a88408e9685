"""Parsers that keep exact places: each returns values with spans, none knows a policy.

`text` is the ground: a file's bytes, its lines, and offsets between bytes and
characters. `toml`, `yaml`, `ini` and `python` parse; `edits` changes by span.
"""

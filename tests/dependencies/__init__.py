"""Dependency verdicts: the index, the resolver, blockers and floors."""

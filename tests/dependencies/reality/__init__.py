"""Verdicts held against the real pip under real interpreters."""

"""Inputs, the store, the step of verdicts."""

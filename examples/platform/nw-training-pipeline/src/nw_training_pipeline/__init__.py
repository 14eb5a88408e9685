"""Trains the churn model every night."""

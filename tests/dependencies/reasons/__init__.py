"""Blockers, floors and days, against small worlds in which everything can be tried."""

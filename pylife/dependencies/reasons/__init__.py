"""Why something does not install: all blockers, the floors that would do, and since when."""

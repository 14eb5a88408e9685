"""What test runners are told: tox, nox, pre-commit, cibuildwheel."""

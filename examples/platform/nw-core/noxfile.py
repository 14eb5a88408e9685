"""Test and lint sessions; `nox -l` lists them."""

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["tests"]

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.12")
def lint(session: nox.Session) -> None:
    """Check style and types."""
    session.install("ruff>=0.6", "mypy>=1.11")
    session.run("ruff", "check", "src", "tests")
    session.run("mypy", "src")

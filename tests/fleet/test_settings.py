"""`[check]` of pylife.toml: what counts where."""

import pytest

from pylife.fleet.settings import Settings, covers, parse, selected
from pylife.model import Kind, Project, Severity

LIBRARY = Project(name="core", path="libs/core", kind=Kind.LIBRARY, tier=1, owner="platform")
SERVICE = Project(name="api", path="services/api", kind=Kind.SERVICE, tier=2)


@pytest.mark.parametrize(
    ("code", "select", "ignore", "expected"),
    [
        ("RNG001", (), (), True),
        ("RNG001", ("RNG",), (), True),
        ("DRF101", ("RNG",), (), False),
        ("RNG001", (), ("RNG",), False),
        ("RNG001", ("RNG001",), ("RNG",), True),
        ("RNG002", ("RNG001",), ("RNG",), False),
        ("RNG001", ("RNG",), ("RNG001",), False),
        # As with ruff, ignore decides between two of the same length.
        ("RNG001", ("RNG",), ("RNG",), False),
    ],
)
def test_the_longest_code_decides(
    code: str, select: tuple[str, ...], ignore: tuple[str, ...], *, expected: bool
) -> None:
    assert selected(code, select, ignore) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("docs/**", "docs/a/b.toml", True),
        ("docs/*", "docs/b.toml", True),
        ("docs", "docs/a/b.toml", True),
        ("docs/*", "docs/a/b.toml", False),
        ("**/Dockerfile", "Dockerfile", True),
        ("**/Dockerfile", "a/b/Dockerfile", True),
        ("Dockerfile", "a/b/Dockerfile", True),
        ("*.toml", "a/b.toml", True),
        ("libs/*/tox.ini", "libs/core/tox.ini", True),
        ("libs/*/tox.ini", "libs/core/sub/tox.ini", False),
    ],
)
def test_patterns_of_files(pattern: str, path: str, *, expected: bool) -> None:
    assert covers(pattern, path) is expected


def test_files_and_scopes_ignore_whatever_is_selected() -> None:
    settings = parse(
        {
            "select": ["RNG", "RUN"],
            "per-file-ignores": {"services/**": ["RUN"]},
            "scope": [{"kind": "library", "tier": [1], "ignore": ["RNG004"]}],
        }
    )
    assert settings.wants("RNG004", SERVICE, None)
    assert not settings.wants("RNG004", LIBRARY, None)
    assert settings.wants("RUN201", LIBRARY, "libs/core/Dockerfile")
    assert not settings.wants("RUN201", SERVICE, "services/api/Dockerfile")
    assert not settings.wants("DRF101", SERVICE, None)


def test_severities_replace_the_usual_one_and_spare_the_milder() -> None:
    settings = parse(
        {
            "severity": {"DRF": "error", "DRF102": "info"},
            "scope": [{"name": "api", "severity": {"DRF": "warning"}}],
        }
    )
    warning, info = Severity.WARNING, Severity.INFO
    assert settings.severity_of("DRF101", LIBRARY, warning, warning) is Severity.ERROR
    assert settings.severity_of("DRF101", LIBRARY, info, warning) is info
    assert settings.severity_of("DRF102", LIBRARY, warning, warning) is info
    assert settings.severity_of("DRF102", SERVICE, warning, warning) is warning
    assert settings.severity_of("RNG001", LIBRARY, warning, warning) is warning


def test_the_command_line_goes_before_the_file() -> None:
    settings = Settings(select=("RNG",), ignore=("RNG001",))
    assert settings.narrowed(("DRF",), ()).select == ("DRF",)
    assert settings.narrowed(("RNG001",), ()).wants("RNG001", LIBRARY, None)
    assert not settings.narrowed((), ("RNG002",)).wants("RNG002", LIBRARY, None)
    assert not settings.narrowed((), ("RNG002",)).wants("RNG001", LIBRARY, None)

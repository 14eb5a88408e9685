import pytest

from nw_legacy_metrics import Registry, load_reporter


@pytest.fixture
def registry():
    ticks = iter(range(0, 100, 2))
    return Registry(clock=lambda: next(ticks))


def test_counts_add_up(registry):
    registry.count("rows", 10)
    registry.count("rows")
    assert registry.snapshot() == {"rows": 11}


def test_timers(registry):
    for _ in range(3):
        with registry.timer("load"):
            pass
    assert registry.snapshot() == {"load.calls": 3, "load.seconds": 6}


def test_a_timer_counts_failures_too(registry):
    with pytest.raises(ZeroDivisionError):
        with registry.timer("load"):
            1 / 0
    assert registry.snapshot()["load.calls"] == 1


def test_reporters_are_loaded_from_files(registry, tmp_path):
    path = tmp_path / "shout.py"
    path.write_text("def report(metrics):\n    return sorted(metrics)\n")
    registry.count("rows")
    assert registry.report(load_reporter(str(path))) == ["rows"]
    assert registry.snapshot() == {}


def test_a_file_without_report_is_refused(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("")
    with pytest.raises(TypeError):
        load_reporter(str(path))

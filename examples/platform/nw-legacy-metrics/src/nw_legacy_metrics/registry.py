"""Where counts and times are kept until they are reported."""

import contextlib
import time


class Registry:
    """Counters and timers by name."""

    def __init__(self, clock=time.perf_counter):
        self._clock = clock
        self._counts = {}
        self._times = {}

    def count(self, name, by=1):
        self._counts[name] = self._counts.get(name, 0) + by

    @contextlib.contextmanager
    def timer(self, name):
        start = self._clock()
        try:
            yield
        finally:
            self._times.setdefault(name, []).append(self._clock() - start)

    def snapshot(self):
        """All metrics as one flat dictionary."""
        metrics = dict(self._counts)
        for name, times in self._times.items():
            metrics[name + ".calls"] = len(times)
            metrics[name + ".seconds"] = sum(times)
        return metrics

    def report(self, reporter):
        """Hand everything to a reporter and start anew."""
        metrics = self.snapshot()
        self._counts.clear()
        self._times.clear()
        return reporter.report(metrics)

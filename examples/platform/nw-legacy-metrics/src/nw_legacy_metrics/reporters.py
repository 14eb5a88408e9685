"""Reporters are plain files that a job's operator puts somewhere."""

import imp
import os


def load_reporter(path):
    """The module in the file at `path`, which must define `report(metrics)`."""
    name = "nw_reporter_" + os.path.splitext(os.path.basename(path))[0]
    module = imp.load_source(name, path)
    if not callable(getattr(module, "report", None)):
        raise TypeError("%s defines no report(metrics)" % path)
    return module

"""The report site: static pages that open from disk, made of three JSON documents.

`build` is all that other layers need. What the pages show is decided here; how
it looks is in `reports/` (templates, one style sheet, a little script).
"""

from pylife.site.publish import build, summarise

__all__ = ["build", "summarise"]

"""The icon of a piece of evidence: each kind of failure has a shape, not only a colour."""

from pylife.model import CellStatus

_KINDS = {
    CellStatus.FLAKY: "flaky",
    CellStatus.FAILS_ON_BASELINE: "base",
    CellStatus.TIMEOUT: "time",
    CellStatus.INFRASTRUCTURE: "infra",
    CellStatus.MISSING_INTERPRETER: "absent",
    CellStatus.NEEDS: "needs",
}
_CLASHES = {"fail": "fail-odd", "block": "block-odd"}


def shape(tone: str, status: CellStatus | None, *, contradicts: bool = False) -> str:
    """The name of the symbol in `reports/icons.html`.

    That of the `tone`, but for what is not known because of a kind of failure, and for what
    fails though it is declared.
    """
    if tone == "open" and status is not None:
        return _KINDS.get(status, tone)
    return _CLASHES.get(tone, tone) if contradicts else tone

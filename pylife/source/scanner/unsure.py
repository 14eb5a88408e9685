"""What is not known; as a condition it may be true and false."""


class NotSure:
    """The value of what is not known."""

    def __bool__(self) -> bool:
        raise NotSureError


class NotSureError(Exception):
    """Something depends on what is not known."""


class TooMuchWorkError(Exception):
    """A file whose conditions would take far more work than any that people wrote."""


NOT_SURE = NotSure()

"""The errors that cross a library's edge."""


class NorthwindError(Exception):
    """Base of every error that a Northwind library raises on purpose."""


class ConfigurationError(NorthwindError):
    """Someone has to change a setting before this can work."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class TransientError(NorthwindError):
    """Trying again later may work."""

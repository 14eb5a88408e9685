"""What GitHub's refusals mean, in words with what to do; nothing of a request's headers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pylife.errors import RateLimitedError, ToolError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SAID = 300
"""Characters of GitHub's message that are told."""


class RefusedError(ToolError):
    """GitHub does not do it; `status` is that of its answer, `said` its message."""

    def __init__(self, status: int, said: str, message: str, help: str | None = None) -> None:  # noqa: A002 - as PylifeError has it
        super().__init__(message, help=help)
        self.status = status
        self.said = said


class LostError(ToolError):
    """No whole answer came, so nobody knows whether the request was carried out."""


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn what github3.py and requests raise into a LostError or a RefusedError on `what`."""
    import requests
    from github3 import exceptions  # type: ignore[import-untyped] # it has no types

    try:
        yield
    except (exceptions.IncompleteResponse, exceptions.UnprocessableResponseBody):
        raise LostError(f"GitHub: {what}: the answer has not the form that it should") from None
    except exceptions.GitHubError as error:
        raise explain(error.response, what) from None
    except (exceptions.GitHubException, requests.RequestException) as error:
        reason = _reason(getattr(error, "exception", error))
        raise LostError(f"GitHub: {what}: {reason}") from None


def explain(response: Any, what: str) -> ToolError:
    """The error for a response (of requests) with a status of 400 or more, or without JSON."""
    status = int(response.status_code)
    said = message(response)
    if status < 400 or status >= 500:
        answer = f"{status}" if status >= 500 else f"{status} and nothing that can be read"
        return LostError(f"GitHub: {what}: it answers {answer}")
    text = f"GitHub: {what}: {_MEANS.get(status, f'it answers {status}')}"
    return RefusedError(status, said, f"{text}: {said}" if said else text, _help(response, said))


def message(response: Any) -> str:
    """GitHub's message and its list of errors in one line; empty where there is none."""
    try:
        values = response.json()
    except ValueError:
        return ""
    if not isinstance(values, dict):
        return ""
    errors = values.get("errors")
    more = [_one(error) for error in errors] if isinstance(errors, list) else []
    said = "; ".join(filter(None, [str(values.get("message") or ""), *more]))
    return _CONTROL.sub(" ", said)[:_SAID]


def limited(wait: float) -> RateLimitedError:
    """The error that says for how many seconds GitHub wants to be left alone."""
    error = RateLimitedError(
        f"GitHub asks to be left alone for {wait:.0f} s", help="run again after that time"
    )
    error.wait = wait
    return error


_MEANS = {
    401: "it does not know the token, or the token has expired",
    403: "the token may not do this",
    404: "it is not there, or the token may not see it",
    405: "it cannot be done there",
    409: "it is in no state for this",
    410: "it is switched off there or was deleted",
    422: "it refuses the request",
    451: "it is blocked for legal reasons",
}


def _help(response: Any, said: str) -> str | None:
    """What to do about it, as far as the answer lets one know."""
    low = said.lower()
    if "archived" in low:
        return "exclude the project, or unarchive the repository"
    if "workflow" in low and ("scope" in low or "permission" in low):
        return "give the token the permission to change workflows"
    if "protected branch" in low or "rule violations" in low or "changes must be made" in low:
        return "let the token make and force-push branches that begin with pylife/"
    if "saml" in low:
        return "authorise the token for the organisation's single sign-on"
    if "repository is empty" in low:
        return "push a first commit, or exclude the project"
    if response.status_code == 401:
        return "make a new token"
    needs = response.headers.get("X-Accepted-GitHub-Permissions", "")
    scopes = response.headers.get("X-Accepted-OAuth-Scopes", "")
    if response.status_code in {403, 404} and needs:
        return f"it takes the permissions {_CONTROL.sub(' ', needs)}"
    if response.status_code in {403, 404} and scopes:
        return f"it takes one of the scopes {_CONTROL.sub(' ', scopes)}"
    return None


def _one(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if error.get(key))


def _reason(error: object) -> str:
    """Why no answer came, without the URL or the parts of the connection that libraries tell."""
    text = str(error).lower()
    if "certificate" in text or "ssl" in text:
        return "no secure connection can be made; see that its certificate is trusted"
    if "proxy" in text:
        return "the proxy cannot be used"
    if "timed out" in text or "timeout" in text:
        return "no answer came in time"
    if "name or service" in text or "resolve" in text or "getaddrinfo" in text:
        return "the server's name is not known"
    if "refused" in text:
        return "the server refuses connections"
    return "the connection broke before the answer was whole"

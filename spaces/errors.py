"""Everything a person can cause, as a typed error with the next step; on the wire it is problem+json (RFC 9457).

DemodockError
├── NotFound            404  unknown and forbidden look alike
│   ├── EntryNotFound
│   ├── RevisionNotFound
│   └── Moved           307  where the request's path holds the old name, which is then the new one
├── Unauthorized        401
├── Forbidden           403
├── BadRequest          400  makes no sense for this Space, or is no request we know
│   └── OAuthError               in the words of RFC 6749
│       └── UnknownClient   401
├── Conflict            409
│   ├── StaleRevision   412
│   └── QuotaExceeded           an owner's quota does not allow it now; says which number, and what to do
├── Invalid             422  a value is wrong: says which, and what is allowed
│   ├── CardError            file, line, key, allowed values
│   ├── NoAppFile            the file that the app should start from is not there
│   └── PolicyError          a Dockerfile or repository asks for what the platform refuses
├── TooLarge            413
├── TooMany             429  tried too often; come back after `retry_after` seconds
├── StorageFull         507
├── NotOffered          501  what clients may ask for and this platform does not have
├── Busy                503  come back after `retry_after` seconds
│   ├── EngineUnavailable
│   └── Queued               a Space waits for a GPU; it starts by itself when it gets one
├── BuildFailed              never on the wire as such: ends a build with a Reason
├── StartFailed              never on the wire as such: ends a start with a Reason
├── ImageMissing        503  the engine lost the image; it is built again
└── SetupError               never on the wire: the host lacks something that `demodock up` may not or could not mend
"""

from __future__ import annotations

from typing import Any


class DemodockError(Exception):
    """`message` says what happened, `hint` the next step; `code` is stable for machines."""

    status = 500
    code = "internal"
    media_type = "application/problem+json"
    hub_code: str | None = None
    """What Hub clients look for in `X-Error-Code`."""

    def __init__(self, message: str, *, hint: str = "", code: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.code
        self.extra = extra

    def problem(self) -> dict[str, Any]:
        """The body on the wire; `error` is what Hub clients print."""
        text = f"{self.message} {self.hint}".strip()
        body = {
            "type": f"about:blank#{self.code}",
            "title": self.message,
            "status": self.status,
            "code": self.code,
            "error": text,
        }
        if self.hint:
            body["detail"] = self.hint
        return body | self.extra


class NotFound(DemodockError):
    status, code, hub_code = 404, "not_found", "RepoNotFound"


class EntryNotFound(NotFound):
    code, hub_code = "entry_not_found", "EntryNotFound"


class RevisionNotFound(NotFound):
    code, hub_code = "revision_not_found", "RevisionNotFound"


class Moved(NotFound):
    """The repository `was` is called `became` now, and whoever asked may do there what they asked for."""

    code = "moved"

    def __init__(self, was: str, became: str) -> None:
        super().__init__("Repository not found.", hint=f"{was} is called {became} now.", movedTo=became)
        self.was, self.became = was, became


class Unauthorized(DemodockError):
    status, code = 401, "unauthorized"


class Forbidden(DemodockError):
    status, code = 403, "forbidden"


class BadRequest(DemodockError):
    status, code = 400, "bad_request"


class OAuthError(BadRequest):
    """What a client of the sign-in for apps did wrong, or must wait for; `code` and the body are RFC 6749's."""

    code, media_type = "invalid_request", "application/json"

    def problem(self) -> dict[str, Any]:
        return {"error": self.code, "error_description": f"{self.message} {self.hint}".strip()} | self.extra


class UnknownClient(OAuthError):
    status, code = 401, "invalid_client"


class Conflict(DemodockError):
    status, code = 409, "conflict"


class StaleRevision(Conflict):
    status, code = 412, "stale_revision"


class QuotaExceeded(Conflict):
    """`extra` has the owner, the term of its quota, how much of it is used and how much was wanted."""

    code = "quota_exceeded"


class Invalid(DemodockError):
    status, code = 422, "invalid"


class CardError(Invalid):
    """A wrong value in a Space's configuration; the Space becomes CONFIG_ERROR."""

    code = "config_error"

    def __init__(self, message: str, *, file: str, line: int | None, key: str, allowed: str, hint: str = "") -> None:
        super().__init__(message, hint=hint or f"Allowed: {allowed}.", file=file, line=line, key=key, allowed=allowed)


class NoAppFile(Invalid):
    """The repository lacks the file its app starts from; the Space becomes NO_APP_FILE."""

    code = "no_app_file"


class PolicyError(Invalid):
    code = "policy"


class TooLarge(DemodockError):
    status, code = 413, "too_large"


class TooMany(DemodockError):
    status, code = 429, "too_many"

    def __init__(self, message: str, *, retry_after: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class StorageFull(DemodockError):
    status, code = 507, "storage_full"


class NotOffered(DemodockError):
    status, code = 501, "not_offered"


class Busy(DemodockError):
    status, code = 503, "busy"

    def __init__(self, message: str, *, retry_after: int = 2, hint: str = "", **extra: Any) -> None:
        super().__init__(message, hint=hint, **extra)
        self.retry_after = retry_after


class EngineUnavailable(Busy):
    """The engine did not answer: nobody's fault but the platform's, worth another try."""

    code = "engine_unavailable"


class Queued(Busy):
    """No GPU is free for the Space: it stands in the queue, and the scheduler starts it."""

    code = "waiting_for_gpu"


class BuildFailed(DemodockError):
    """Ends a build. `platform` failures are retried and never blamed on the user."""

    code = "build_failed"

    def __init__(self, message: str, *, code: str, hint: str = "", platform: bool = False, **extra: Any) -> None:
        super().__init__(message, hint=hint, code=code, **extra)
        self.platform = platform


class StartFailed(DemodockError):
    """An instance that never answered, or died."""

    code = "start_failed"


class ImageMissing(DemodockError):
    """The engine no longer has a revision's image: build it again."""

    status, code = 503, "image_missing"


class SetupError(DemodockError):
    """The host lacks something; `hint` is what to type."""

    code = "setup_failed"

"""`Idempotency-Key`: a POST that is repeated with its key gets the first answer and changes nothing.

The key is claimed and the answer kept in the transaction of the change. A refusal keeps nothing, so a corrected request may
use the key again.
"""

import contextlib
import hashlib
from contextvars import ContextVar
from typing import Any, Final

from litestar import Request, Response
from litestar.serialization import encode_json

from deskbell.api.shared.routing import SECRET
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, DeskbellError, Invalid, Problem
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.idempotency import KeptAnswer, claim_key, keep_answer, withdraw_key

# The framework's hook for answers does not get the request. Where a key was claimed, this holds the request's state.
_claiming: Final[ContextVar[dict[str, Any] | None]] = ContextVar("claiming", default=None)
_CLAIMED: Final = "deskbell.idempotency"
_ANSWER: Final = "deskbell.answer"
_BODY: Final = "deskbell.body"
_KEPT_HEADERS: Final = frozenset({"etag", "location"})


class KeyReused(Conflict):
    """The key was already used with a different request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    default = "idempotency_key.reused"


class AnswerNotKept(Conflict):
    """The request was already processed, and its response contained a secret that is shown only once."""

    code = "ALREADY_DONE"
    default = "idempotency_key.answer_not_kept"


class Replay(DeskbellError):
    """Ends a request with the answer to its first occurrence. Not a refusal."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__("replayed")
        self.answer = answer

    def response(self) -> Response[bytes]:
        """The first answer, marked as repeated."""
        headers = {**self.answer.headers, "Idempotent-Replayed": "true"}
        return Response(
            self.answer.body, status_code=self.answer.status, headers=headers, media_type="application/json"
        )


async def claim(request: Request[Any, Any, Any], uow: UnitOfWork) -> None:
    """Claims the request's key for this unit. Raises `Replay` with the first answer, `Conflict` for another request."""
    key = request.headers.get("idempotency-key")
    if key is None or request.scope["method"] != "POST" or uow.anonymous:
        return
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Invalid([Problem.at("Idempotency-Key", "idempotency_key.form")])
    caller = uow.actor.api_key_id or uow.actor.id
    kept = await claim_key(uow, caller, key, await _fingerprint(request, uow.actor))
    if kept is not None:
        if not kept.same_request:
            raise KeyReused
        if kept.status is None:
            raise AnswerNotKept
        raise Replay(kept)
    state: Any = request.scope["state"]
    state[_CLAIMED] = (caller, key)
    _claiming.set(state)


async def keep(request: Request[Any, Any, Any], uow: UnitOfWork) -> None:
    """Keeps the answer with the claimed key, in the same transaction as the change."""
    claimed = request.scope["state"].pop(_CLAIMED, None)
    answer: Response[Any] | None = request.scope["state"].pop(_ANSWER, None)
    if claimed is None or answer is None or request.route_handler.opt.get(SECRET):
        return
    content = answer.content
    body = content if isinstance(content, bytes) else encode_json(content)
    headers = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT_HEADERS}
    status = answer.status_code or request.route_handler.status_code
    await keep_answer(uow, claimed[0], claimed[1], status, headers, body)


async def withdraw(request: Request[Any, Any, Any], uow: UnitOfWork) -> None:
    """Frees the claimed key after a refusal and its rollback."""
    claimed = request.scope["state"].pop(_CLAIMED, None)
    if claimed is not None:
        with contextlib.suppress(*DATABASE_ERRORS):  # a lost connection has already rolled the claim back
            await withdraw_key(uow, *claimed)


async def note_answer(answer: Response[Any]) -> Response[Any]:
    """Litestar `after_request`: stores the answer for `keep` where a key was claimed."""
    state = _claiming.get()
    if state is not None:
        state[_ANSWER] = answer
    return answer


def note_body(request: Request[Any, Any, Any], content: str) -> None:
    """Sets what identifies a body that a late handler has read, for comparison with a repeat."""
    request.scope["state"][_BODY] = content


async def _fingerprint(request: Request[Any, Any, Any], actor: Actor) -> bytes:
    """Identifies a request by method, path, parameters, body and the caller's rights."""
    digest = hashlib.sha256(f"{request.scope['method']} {request.scope['path']}?".encode())
    digest.update(request.scope["query_string"])
    # After a change of role, a kept answer might show more than a new request would. An API key's scopes never change.
    digest.update(f"\n{actor.role} {actor.verified} {actor.platform_admin}\n".encode())
    noted: str | None = request.scope["state"].get(_BODY)
    digest.update(b"\n" + (await request.body() if noted is None else noted.encode()))
    return digest.digest()

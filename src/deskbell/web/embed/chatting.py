"""The calls of a chat on other sites. Its token opens this chat alone."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from deskbell.features.chats import service
from deskbell.runtime.limits import HOUR, Limit
from deskbell.web.embed.gate import Caller, answered
from deskbell.web.forms import read_form
from deskbell.web.help.visiting import HelpRequest, visit
from deskbell.web.portal.contact import TRAP

_BEGUN: Final = Limit(20, HOUR)
_SAID: Final = Limit(600, HOUR)
_GONE: Final = {"token": ""}


@post("/embed/{organization:str}/chats")
async def begin_chat(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """Begins a chat; the answer has its token."""

    async def work(caller: Caller) -> Any:
        given = await read_form(request)
        if given.get(TRAP):
            return _GONE
        async with visit(request, organization, writes=True) as at:
            await at.enter()
            name, email, text = given.get("name"), given.get("email"), given.get("text").replace("\r\n", "\n")
            return {"token": await service.begin(at.uow, name, email, text, caller.language)}

    return await answered(request, organization, work, limit=("chats", _BEGUN), status=201)


@get("/embed/{organization:str}/chat")
async def read_chat(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """The words of a chat, and its state."""

    async def work(caller: Caller) -> Any:
        async with visit(request, organization, writes=True) as at:
            return await service.read(at.uow, _token(request), caller.organization_id)

    return await answered(request, organization, work)


@post("/embed/{organization:str}/chat/messages")
async def say_in_chat(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """Adds words to a chat; the answer is the chat with them."""

    async def work(caller: Caller) -> Any:
        given = await read_form(request)
        async with visit(request, organization, writes=True) as at:
            token = _token(request)
            await service.say(at.uow, token, caller.organization_id, given.get("text").replace("\r\n", "\n"))
            return await service.read(at.uow, token, caller.organization_id)

    return await answered(request, organization, work, limit=("chat-messages", _SAID), status=201)


@post("/embed/{organization:str}/chat/end")
async def end_chat(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """Ends a chat; what comes next goes by mail."""

    async def work(caller: Caller) -> Any:
        async with visit(request, organization, writes=True) as at:
            token = _token(request)
            await service.leave(at.uow, token, caller.organization_id)
            return await service.read(at.uow, token, caller.organization_id)

    return await answered(request, organization, work)


HANDLERS: Final[list[Any]] = [begin_chat, read_chat, say_in_chat, end_chat]


def _token(request: HelpRequest) -> str:
    return request.query_params.get("token", "")

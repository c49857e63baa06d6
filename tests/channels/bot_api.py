"""A Bot API server of ours: what Telegram does, as far as the bot can see it.

It keeps every chat as the person's phone shows it, delivers updates to the webhook again until they are
accepted (or keeps them for getUpdates), and breaks on demand.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.local_server import LocalServer
from tests.channels.phone import PhoneMessage

TOKEN = "7000000001:AAF-only-the-tests-know-this-one"
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Repère", "username": "repere_test_bot"}
LONGEST_DATA = 64  # bytes of a button
DELIVERED_WITHIN = 1500  # attempts of the webhook, a fifth of a second apart

Json = dict[str, Any]


class BotApi:
    """The server, and the people who use it."""

    def __init__(self) -> None:
        app = Starlette(routes=[Route("/bot{token}/{method}", self._call, methods=["GET", "POST"])])
        self.server = LocalServer(app)
        self.calls: list[tuple[str, Json]] = []
        self.last_at = 0.0  # when the last message was accepted (time.perf_counter)
        self.phones: defaultdict[int, dict[int, PhoneMessage]] = defaultdict(dict)
        self.sent: list[tuple[int, str]] = []  # every message accepted, in order, deleted ones too
        self.blocked: set[int] = set()
        self.left_groups: list[int] = []
        self.webhook: Json = {}
        self.too_many = 0  # so many of the next messages get "429, retry after 1 s"
        self.too_early = 0  # messages that came before that second was over
        self.undeletable: set[int] = set()  # chats whose messages are too old to be deleted
        self.refused_keyboards = False  # 400 for every message with buttons
        self.swallowed = 0  # so many of the next messages are accepted, and the answer never comes
        self.slow = 0  # so many of the next messages are accepted, and the answer comes once ``let_go``
        self.let_go = False
        self.hold_after: int | None = None  # from so many messages on, none is accepted nor answered
        self.held = 0
        self._open_at = 0.0
        self._client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=40))
        self._numbers = itertools.count(100)
        self._update_ids = itertools.count(880_000_001)
        self._pending: list[Json] = []
        self._lock = threading.Lock()

    async def close(self) -> None:
        await self._client.aclose()
        self.server.stop()

    # -- people --------------------------------------------------------------------------------

    def message_update(self, chat: int, kind: str = "message", **fields: Any) -> Json:
        """An update about a private message; ``fields`` go into the message."""
        number = fields.pop("number", None) or next(self._numbers)
        person = {"id": chat, "is_bot": False, **PROFILE}
        message = {
            "message_id": number,
            "date": 1_760_000_000,
            "chat": {"id": chat, "type": "private", **PROFILE_OF_CHAT},
            "from": person,
            **fields,
        }
        if kind == "edited_message":
            message["edit_date"] = 1_760_000_100
        with self._lock:
            if "text" in fields:
                self.phones[chat][number] = PhoneMessage(number, fields["text"], mine=True)
        return {"update_id": next(self._update_ids), kind: message}

    def press_update(self, chat: int, payload: str) -> Json:
        """An update about a button; on the message that shows it."""
        shown = [m for m in self.phones[chat].values() if payload in [data for _, data in m.buttons]]
        message = {
            "message_id": shown[-1].number if shown else 1,
            "date": 1_760_000_000,
            "chat": {"id": chat, "type": "private", **PROFILE_OF_CHAT},
            "from": BOT,
            "text": "…",
        }
        query = {
            "id": str(next(self._numbers)),
            "from": {"id": chat, "is_bot": False, **PROFILE},
            "chat_instance": "1",
            "data": payload,
            "message": message,
        }
        return {"update_id": next(self._update_ids), "callback_query": query}

    def member_update(self, chat: int, status: str, chat_type: str = "private") -> Json:
        def member(word: str) -> Json:
            more: Json = {"until_date": 0} if word == "kicked" else {}
            return {"user": BOT, "status": word, **more}

        changed = {
            "chat": {"id": chat, "type": chat_type, "title": "un groupe"},
            "from": {"id": 5550001, "is_bot": False, **PROFILE},
            "date": 1_760_000_000,
            "old_chat_member": member("member"),
            "new_chat_member": member(status),
        }
        return {"update_id": next(self._update_ids), "my_chat_member": changed}

    def raw_update(self, **fields: Any) -> Json:
        return {"update_id": next(self._update_ids), **fields}

    async def deliver(self, update: Json, attempts: int = DELIVERED_WITHIN) -> int:
        """To the webhook, again until it is accepted; or into the queue of getUpdates. The last status."""
        if not self.webhook.get("url"):
            with self._lock:
                self._pending.append(update)
            return 200
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        for _ in range(attempts):
            try:
                answer = await self._client.post(self.webhook["url"], json=update, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code == httpx.codes.OK or attempts == 1:
                return answer.status_code
            await asyncio.sleep(0.2)
        raise AssertionError("the webhook never accepted an update")

    def shown(self, chat: int) -> list[PhoneMessage]:
        """What the bot said, as the phone shows it now."""
        return [message for _, message in sorted(self.phones[chat].items()) if not message.mine]

    def pending(self) -> int:
        with self._lock:
            return len(self._pending)

    # -- the Bot API ------------------------------------------------------------------------------

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return _error(401, "Unauthorized")
        form = {key: _value(value) for key, value in parse_qsl((await request.body()).decode())}
        with self._lock:
            self.calls.append((method, form))
        found = getattr(self, f"_{method.lower()}", None)
        if found is None:
            return _error(404, "Not Found: method not found")
        answer: Response = await found(form)
        return answer

    async def _getme(self, form: Json) -> Response:
        return _ok({**BOT, "can_join_groups": True, "can_read_all_group_messages": False})

    async def _setwebhook(self, form: Json) -> Response:
        self.webhook = form
        return _ok(True)

    async def _deletewebhook(self, form: Json) -> Response:
        self.webhook = {}
        return _ok(True)

    async def _setmycommands(self, form: Json) -> Response:
        return _ok(True)

    async def _answercallbackquery(self, form: Json) -> Response:
        return _ok(True)

    async def _getupdates(self, form: Json) -> Response:
        if self.webhook.get("url"):
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(form.get("offset") or 0)
        for _ in range(int(form.get("timeout") or 0) * 50 + 1):
            with self._lock:
                self._pending = [each for each in self._pending if each["update_id"] >= offset]
                if self._pending:
                    return _ok(self._pending[:100])
            await asyncio.sleep(0.02)
        return _ok([])

    async def _sendmessage(self, form: Json) -> Response:
        chat, text = int(form["chat_id"]), str(form["text"])
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        self.too_early += time.monotonic() < self._open_at
        if self.too_many:
            self.too_many -= 1
            self._open_at = time.monotonic() + 1
            return _error(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        if not text or len(text.encode("utf-16-le")) // 2 > 4096:
            return _error(400, "Bad Request: message is too long")
        keyboard = form.get("reply_markup") or {}
        too_long = any(len(data.encode()) > LONGEST_DATA for _, data in _buttons(keyboard))
        if too_long or (self.refused_keyboards and keyboard):
            return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        with self._lock:
            held = self.hold_after is not None and len(self.sent) >= self.hold_after
            if held:
                self.held += 1
            else:
                message = PhoneMessage(next(self._numbers), text)
                message.buttons = _buttons(keyboard)
                message.covered = any(each["type"] == "spoiler" for each in form.get("entities") or [])
                message.silent = form.get("disable_notification") is True
                self.phones[chat][message.number] = message
                self.last_at = time.perf_counter()
                self.sent.append((chat, text))
        while held and self.hold_after is not None:
            await asyncio.sleep(0.02)
        if held:
            return _error(500, "Internal Server Error")
        if self.swallowed:
            self.swallowed -= 1
            await asyncio.sleep(120)
        if self.slow:
            self.slow -= 1
            while not self.let_go:
                await asyncio.sleep(0.02)
        return _ok(_message(chat, message))

    async def _editmessagetext(self, form: Json) -> Response:
        message = self.phones[int(form["chat_id"])].get(int(form["message_id"]))
        if message is None:
            return _error(400, "Bad Request: message to edit not found")
        message.text = str(form["text"])
        message.buttons = _buttons(form.get("reply_markup") or {})
        message.edits += 1
        return _ok(_message(int(form["chat_id"]), message))

    async def _deletemessages(self, form: Json) -> Response:
        if int(form["chat_id"]) in self.undeletable:
            return _error(400, "Bad Request: message can't be deleted for everyone")
        for number in form["message_ids"]:
            self.phones[int(form["chat_id"])].pop(int(number), None)
        return _ok(True)

    async def _deletemessage(self, form: Json) -> Response:
        mine = self.phones[int(form["chat_id"])].get(int(form["message_id"]))
        # Of such a chat only what they wrote last is young enough.
        if int(form["chat_id"]) in self.undeletable and mine and not mine.mine:
            return _error(400, "Bad Request: message can't be deleted for everyone")
        self.phones[int(form["chat_id"])].pop(int(form["message_id"]), None)
        return _ok(True)

    async def _sendchataction(self, form: Json) -> Response:
        if int(form["chat_id"]) in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        return _ok(True)

    async def _leavechat(self, form: Json) -> Response:
        self.left_groups.append(int(form["chat_id"]))
        self.blocked.add(int(form["chat_id"]))
        return _ok(True)


# What Telegram tells about a person, and nobody may read: searched for in everything that is kept.
PROFILE = {"first_name": "Mirabellune", "last_name": "Quatrevents", "username": "mirabellune_q4v"}
PROFILE_OF_CHAT = dict(PROFILE)


def _value(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _buttons(keyboard: Json) -> list[tuple[str, str]]:
    return [
        (each["text"], each["callback_data"]) for row in keyboard.get("inline_keyboard", []) for each in row
    ]


def _message(chat: int, message: PhoneMessage) -> Json:
    return {
        "message_id": message.number,
        "date": 1_760_000_000,
        "chat": {"id": chat, "type": "private", **PROFILE_OF_CHAT},
        "from": BOT,
        "text": message.text,
    }


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, description: str, parameters: Json | None = None) -> Response:
    body: Json = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return JSONResponse(body, code)

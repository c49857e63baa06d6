"""The messaging apps that are turned on, and their one webhook route."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request, Response, status

from handoff.channels.channel import Channel
from handoff.channels.delivery import Delivery
from handoff.channels.desk import Desk, Office
from handoff.errors import StoreUnavailableError
from handoff.store.feed import Feed
from handoff.together import running_beside

LARGEST_DELIVERY_BYTES = 512 * 1024

router = APIRouter()


class Messaging:
    """A desk and a delivery for each app."""

    def __init__(self, channels: Sequence[Channel], office: Office, feed: Feed) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._desks = {channel.name: Desk(channel, office) for channel in channels}
        self._deliveries = [
            Delivery(
                channel,
                office.store,
                feed,
                office.addresses,
                office.notes,
                office.words,
                self._desks[channel.name].take,
            )
            for channel in channels
        ]

    async def webhook(self, name: str, request: Request) -> Response:
        """What an app sends us. An app that is off answers like one that does not exist.

        503: it could not be kept, and the app delivers it again.
        """
        if name not in self._channels:
            return Response(status_code=status.HTTP_404_NOT_FOUND)
        size = int(request.headers.get("Content-Length") or LARGEST_DELIVERY_BYTES + 1)
        if request.method == "POST" and size > LARGEST_DELIVERY_BYTES:
            return Response(status_code=status.HTTP_413_CONTENT_TOO_LARGE)
        try:
            return await self._channels[name].webhook(request, self._desks[name].take)
        except StoreUnavailableError:
            return Response(status_code=status.HTTP_503_SERVICE_UNAVAILABLE)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Delivers for as long as the app lives. An app that cannot be reached holds nothing up."""
        try:
            async with running_beside(*(delivery.run() for delivery in self._deliveries)):
                yield
        finally:
            await asyncio.gather(*(each.finish() for each in self._deliveries), return_exceptions=True)
            await asyncio.gather(*(each.close() for each in self._channels.values()), return_exceptions=True)


@router.api_route("/webhooks/{name}", methods=["GET", "POST"])
async def webhook(name: str, request: Request) -> Response:
    """The door of every messaging app (docs/channels.md)."""
    messaging: Messaging = request.app.state.messaging
    return await messaging.webhook(name, request)

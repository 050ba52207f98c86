"""What every request of the API goes through: an id in and out, time and status counted, failures logged."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.api.metrics import Metrics
from console.wire import problem
from core.words import sentence

ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
logger = logging.getLogger(__name__)


class Requests:
    """ASGI middleware that gives every answer an X-Request-ID, the client's own where it sent a good one.

    What nobody expected becomes a 500 whose traceback is in the log alone, under the request's id.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = scope["request_id"] = given if ID.fullmatch(given) else uuid4().hex
        # What the mount noted; the API's own router puts its route in its place.
        scope["route"] = None
        status, began = 0, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            logger.exception("request %s to %s failed", request_id, scope["path"])
            if status:
                raise
            detail = sentence("The console failed; its log has the reason under {request}.", request=request_id)
            await problem(500, detail, request_id=request_id)(scope, receive, send_with_id)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self.metrics.count(scope["method"], route, status, time.perf_counter() - began)

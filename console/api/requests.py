"""What every request of the API goes through: an id in and out, time and status counted, failures logged."""

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.api.metrics import Metrics
from console.wire import REQUEST_ID, problem, request_id_of
from core.words import sentence

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
        request_id = scope["request_id"] = request_id_of(HTTPConnection(scope))
        # What the mount noted; the API's own router puts its route in its place.
        scope["route"] = None
        status, began = 0, time.perf_counter()
        scope["began"] = began

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
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

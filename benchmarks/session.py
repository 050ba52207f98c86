"""A reader of the console without a browser: opens pages over Streamlit's own websocket and waits for their end."""

import time
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.measuring import MeasurementFailed

LONGEST = 120.0


class Session:
    """One open tab."""

    def __init__(self, port: int) -> None:
        address = f"127.0.0.1:{port}"
        self._socket = connect(
            f"ws://{address}/_stcore/stream", origin=f"http://{address}", subprotocols=["streamlit"], max_size=None
        )

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.close()

    def open(self, page: str) -> float:
        """The seconds from asking for a page ("" is the first one) until its script has ended."""
        message = BackMsg()
        message.rerun_script.page_name = page
        return self._ask(message)

    def _ask(self, message: BackMsg) -> float:
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while time.perf_counter() - began < LONGEST:
            answer = ForwardMsg.FromString(self._socket.recv(LONGEST))
            self._check(answer)
            if answer.WhichOneof("type") == "script_finished":
                return time.perf_counter() - began
        raise MeasurementFailed(f"The page {message.rerun_script.page_name!r} did not end within {LONGEST:g} s.")

    def _check(self, answer: ForwardMsg) -> None:
        if answer.WhichOneof("type") == "page_not_found":
            raise MeasurementFailed("The console has no such page.")
        if answer.HasField("delta") and answer.delta.new_element.HasField("exception"):
            raise MeasurementFailed(f"The page failed: {answer.delta.new_element.exception.message}")

"""Requests to the feed: what is tried again, until when, and the words for what went wrong.

Tried again is only what left the feed where it was: no connection, one that was closed before any answer, or an answer
that says "later" (429, 502, 503, 504). No text holds the user, the password or the query of an address.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay, wait_exponential_jitter

from core.errors import FeedAnswerInvalid, FeedUnavailable
from core.words import sentence

LATER = (429, 502, 503, 504)
LATER_AGAIN = sentence("try again later.")
SECONDS_TO_CONNECT = 5.0
LONGEST_PAUSE = 20.0
ATTEMPTS = 8
REDIRECTS = 3


class Deadline:
    """The end of a span of time that began when this was made."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until the end, never less than a moment, for use as a timeout."""
        return max(self._end - time.monotonic(), 0.01)

    def is_over(self) -> bool:
        return time.monotonic() >= self._end


class _TryAgain(FeedUnavailable):
    """A failure that left the feed where it was."""


@dataclass(frozen=True)
class Wire:
    """The feed's address and the query of each request; ``first_pause`` in seconds doubles from retry to retry."""

    url: str
    parameters: Mapping[str, str]
    first_pause: float = 0.5

    @property
    def shown(self) -> str:
        """The address as an error or a log may show it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def hide(self, text: str) -> str:
        """``text`` without the values of our own parameters, which may be keys."""
        secrets = (value for name, value in self.parameters.items() if name != "group_number" and value)
        for secret in secrets:
            text = text.replace(secret, "...")
        return text

    @contextmanager
    def answer(
        self, path: str, seconds: float, *, attempts: int = ATTEMPTS, loss: str = ""
    ) -> Iterator[requests.Response]:
        """An answer whose body can be read while the context is open; it and all retries take at most ``seconds``.

        ``loss`` says what an answer that does not come whole costs. Raises FeedUnavailable for such a one and where
        none comes, FeedAnswerInvalid where the body cannot be unpacked.
        """
        deadline = Deadline(seconds)
        with requests.Session() as session:
            # Proxies and keys come from our own settings or not at all.
            session.trust_env = False
            response = self._open(session, path, deadline, attempts, loss)
            with self._body(response, deadline, loss):
                yield response

    def _open(
        self, session: requests.Session, path: str, deadline: Deadline, attempts: int, loss: str
    ) -> requests.Response:
        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            stop=stop_after_attempt(attempts) | stop_before_delay(deadline.seconds),
            wait=wait_exponential_jitter(multiplier=self.first_pause, max=LONGEST_PAUSE, jitter=self.first_pause),
            reraise=True,
        )
        for attempt in retrying:
            with attempt:
                return self._ask(session, path, deadline, loss)
        raise AssertionError("tenacity ends with a value or an error")

    def _ask(self, session: requests.Session, path: str, deadline: Deadline, loss: str) -> requests.Response:
        try:
            response = self._follow(session, path, deadline)
        except requests.ReadTimeout:
            raise FeedUnavailable(self._late(deadline, loss)) from None
        except requests.RequestException as error:
            again = isinstance(error, requests.ConnectionError) and not isinstance(error, requests.exceptions.SSLError)
            text = sentence(
                "The feed at {address} cannot be reached: {cause}; check FEED_URL and the feed.",
                address=self.shown,
                cause=_cause(error),
            )
            raise (_TryAgain if again else FeedUnavailable)(text) from None
        if response.status_code in LATER:
            response.close()
            raise _TryAgain(
                sentence(
                    "The feed at {address} answered {status} each time; try again later.",
                    address=self.shown,
                    status=response.status_code,
                )
            )
        return response

    def _follow(self, session: requests.Session, path: str, deadline: Deadline) -> requests.Response:
        """The answer, after redirects within the feed's own host."""
        url, query = self.url + path, dict(self.parameters)
        for _ in range(REDIRECTS + 1):
            timeout = (min(SECONDS_TO_CONNECT, deadline.left()), deadline.left())
            response = session.get(url, params=query, timeout=timeout, stream=True, allow_redirects=False)
            if not response.is_redirect:
                return response
            response.close()
            url, query = urljoin(url, response.headers["Location"]), {}
            if urlsplit(url).hostname != urlsplit(self.url).hostname:
                break
        raise FeedUnavailable(
            sentence(
                "The feed at {address} sends its visitors elsewhere: set FEED_URL to where it moved.",
                address=self.shown,
            )
        )

    @contextmanager
    def _body(self, response: requests.Response, deadline: Deadline, loss: str) -> Iterator[None]:
        """Watch over the reading of a body: its end, its form and its time."""

        def cut() -> None:
            with suppress(OSError, ValueError, RuntimeError):
                response.raw.shutdown()

        # A timeout of the socket starts anew with each byte, so that a dripping answer would go on for ever.
        watch = Timer(deadline.left(), cut)
        watch.daemon = True
        watch.start()
        try:
            yield
            if deadline.is_over():
                self._give_up(deadline, loss)
        except requests.exceptions.ContentDecodingError:
            raise FeedAnswerInvalid(
                sentence(
                    "The answer of the feed at {address} cannot be unpacked; {loss}", address=self.shown, loss=loss
                )
            ) from None
        except requests.RequestException:
            self._give_up(deadline, loss)
        finally:
            watch.cancel()
            response.close()

    def _give_up(self, deadline: Deadline, loss: str) -> NoReturn:
        if deadline.is_over():
            raise FeedUnavailable(self._late(deadline, loss)) from None
        raise FeedUnavailable(
            sentence(
                "The answer of the feed at {address} broke off; {loss}",
                address=self.shown,
                loss=loss or LATER_AGAIN,
            )
        ) from None

    def _late(self, deadline: Deadline, loss: str) -> str:
        return sentence(
            "The feed at {address} did not answer in full within {seconds:g} s; {loss}",
            address=self.shown,
            seconds=deadline.seconds,
            loss=loss or LATER_AGAIN,
        )


def _cause(error: BaseException) -> str:
    """The system's own words at the bottom of an error: the texts above them repeat the whole address."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, OSError) and link.strerror and not isinstance(link, requests.RequestException):
            return link.strerror.lower()
        link = _below(link)
    is_late = isinstance(error, requests.Timeout)
    return sentence("no connection in time") if is_late else sentence("the connection was closed")


def _below(error: BaseException) -> BaseException | None:
    inner = [getattr(error, "reason", None), *error.args, error.__cause__, error.__context__]
    return next((link for link in inner if isinstance(link, BaseException)), None)

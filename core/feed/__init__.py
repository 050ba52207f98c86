"""All HTTP to the feed, and the inbox where an answer lies until its rows are stored."""

from core.feed.client import Feed, open_feed

__all__ = ["Feed", "open_feed"]

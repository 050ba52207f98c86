"""Reasons that name every statistic over its limit: the sentence for a reader, and the list for whoever wants it."""

import re

MANY = re.compile(r"(?: Also [^()]+\([^()]*\)\.){3,}")
ONE = re.compile(r"Also ([^()]+\([^()]*\))\.")


def shortened(reason: str) -> tuple[str, list[str]]:
    """A stored (English) reason without its list of further changes, and that list; three or more make a list."""
    found = MANY.search(reason)
    if found is None:
        return reason, []
    return reason[: found.start()] + reason[found.end() :], ONE.findall(found[0])

"""Reasons that name every statistic over its limit: the sentence for a reader, and the list for whoever wants it."""

import re

MANY = re.compile(r"(?: Also [^()]+\([^()]*\)\.){3,}")
ONE = re.compile(r"Also ([^()]+\([^()]*\))\.")


def parted(reason: str) -> tuple[str, list[str], str]:
    """A stored (English) reason: what stands before its list of further changes, that list, and what comes after."""
    found = MANY.search(reason)
    if found is None:
        return reason, [], ""
    return reason[: found.start()], ONE.findall(found[0]), reason[found.end() :].strip()


def shortened(reason: str) -> tuple[str, list[str]]:
    """A stored (English) reason without its list of further changes, and that list; three or more make a list."""
    before, further, after = parted(reason)
    return f"{before} {after}".rstrip() if further else before, further

"""Which true values are an honest test of the version that gave the price.

A version that was trained on a home knows its price: it would be praised for its memory. The homes of the test split
are never trained on; of the others each version keeps by 32 bits of their hash which it was trained on. Two homes
share those by chance: of 600,000 homes one in 7,000 strangers is taken for known, and left out for nothing.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.contract import Contract
from core.identity import splits
from core.words import sentence

Trained = NDArray[np.uint32]
AS_STORED = np.dtype("<u4")
TRAINED_ON, NOT_KNOWN, OTHER_HOME, UNCLEAR = "trained_on", "not_known", "other_home", "unclear"
REASONS: Mapping[str, str] = {
    TRAINED_ON: sentence("the version was trained on this property"),
    NOT_KNOWN: sentence("nobody noted which properties this version was trained on"),
    OTHER_HOME: sentence("the listing differs from what was asked about"),
    UNCLEAR: sentence("the batch has this property at several prices"),
}


def reasons(homes: Sequence[int | None], trained: Callable[[], Trained | None], contract: Contract) -> list[str]:
    """Why the true value of each home (n) is no honest test of a version; "" where it is one.

    ``trained`` tells which homes the version was trained on, None where nobody noted it; it is asked only where that
    decides. Of a request that names no whole home nobody can tell, and it counts.
    """
    found = [""] * len(homes)
    named = np.array([place for place, home in enumerate(homes) if home is not None], dtype=np.int64)
    hashes = np.array([homes[place] for place in named], dtype=np.int64)
    is_doubtful = splits(hashes, contract) != "test"
    if not is_doubtful.any():
        return found
    known = trained()
    hits = np.ones(len(hashes), dtype=bool) if known is None else np.isin(_short(hashes), known)
    for place in named[is_doubtful & hits]:
        found[place] = NOT_KNOWN if known is None else TRAINED_ON
    return found


def trained_to_bytes(properties: NDArray[np.int64]) -> bytes:
    """The homes that a version was trained on, from the hashes (n,) of its rows' properties; 4 bytes each."""
    return np.unique(_short(properties)).astype(AS_STORED).tobytes()


def trained_from_bytes(content: bytes) -> Trained:
    """What ``trained_to_bytes`` made, ascending."""
    return np.frombuffer(content, dtype=AS_STORED)


def _short(hashes: NDArray[np.int64]) -> Trained:
    # The upper bits of a hash decide its split: the lower ones tell the homes of a split apart.
    return (hashes.view(np.uint64) & np.uint64(0xFFFFFFFF)).astype(np.uint32)

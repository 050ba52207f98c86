"""Profiles as bytes."""

import io
import json
import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.records import NumberProfile, Profile
from core.words import sentence


def profile_to_bytes(profile: Profile) -> bytes:
    """The profile as a NumPy archive that loads without pickle, lightly compressed: it is written with each batch."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, numbers in profile.numbers.items():
        counts = numbers.counts.astype(np.min_scalar_type(int(numbers.counts.max(initial=0))))
        arrays |= {f"{name}.values": numbers.values, f"{name}.counts": counts}
        arrays[f"{name}.missing"] = np.array(numbers.missing)
    header = {"rows": profile.rows, "numbers": list(profile.numbers), "categories": profile.categories}
    buffer = io.BytesIO()
    np.savez(buffer, header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
    return zlib.compress(buffer.getvalue(), level=1)


@lru_cache(maxsize=6)
def profile_from_bytes(content: bytes) -> Profile:
    """The inverse of ``profile_to_bytes``; raises StoreError where the bytes are something else.

    The last few are remembered: a batch is compared three times, and with some profiles twice.
    """
    try:
        with np.load(io.BytesIO(zlib.decompress(content)), allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes())
            numbers = {
                name: NumberProfile(
                    arrays[f"{name}.values"], arrays[f"{name}.counts"].astype(np.int64), int(arrays[f"{name}.missing"])
                )
                for name in header["numbers"]
            }
    except (zlib.error, ValueError, KeyError, OSError, EOFError) as error:
        raise StoreError(
            sentence("A stored profile cannot be read, so nothing can be compared with it: {error}.", error=error)
        ) from error
    return Profile(header["rows"], numbers, header["categories"])

"""Resamples as bytes."""

import io
import json
from dataclasses import asdict
from zipfile import BadZipFile

import numpy as np

from core.errors import StoreError
from core.records import Resamples, Segment, SpreadOfErrors


def resamples_to_bytes(resamples: Resamples) -> bytes:
    """Resamples as an npz archive without pickled objects: some 250 KB, whatever the holdout's size."""
    head = {name: value for name, value in asdict(resamples).items() if name != "values"}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, head=np.array(json.dumps(head)), values=resamples.values)
    return buffer.getvalue()


def resamples_from_bytes(content: bytes) -> Resamples:
    """The resamples of ``resamples_to_bytes``; raises StoreError where the bytes are something else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            head, values = json.loads(str(archive["head"])), archive["values"]
        segments = tuple(Segment(**segment) for segment in head["segments"])
        errors = head.get("errors")
        spread = SpreadOfErrors(**{name: tuple(found) for name, found in errors.items()}) if errors else None
        other = {"metrics": tuple(head["metrics"]), "segments": segments, "values": values, "errors": spread}
        return Resamples(**{**head, **other})
    except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, BadZipFile) as error:
        raise StoreError(f"The stored resamples of a version cannot be read: {error}.") from error

"""Reasons as bytes, with the rows that they are of."""

import io
import json
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from core.errors import ModelNotLoadable
from core.records import Explanation, StoredReasons
from core.words import sentence

ROWS = ("keys", "target", "batches")


def reasons_to_bytes(stored: StoredReasons) -> bytes:
    """Stored reasons as an npz archive without pickled objects; texts lie in it as JSON."""
    explanation = stored.explanation
    data = {name: explanation.data[name] for name in explanation.data.columns}
    texts = {str(name): column.tolist() for name, column in data.items() if column.dtype.kind not in "fiub"}
    numbers = {f"number:{name}": column.to_numpy() for name, column in data.items() if column.dtype.kind in "fiub"}
    head = {
        "version": stored.version,
        "features": explanation.features,
        "columns": [str(name) for name in data],
        "texts": texts,
        "segments": stored.segments.tolist(),
    }
    arrays = {name: getattr(explanation, name) for name in ("base", "values", "predictions")}
    arrays |= {name: getattr(stored, name) for name in ROWS}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, head=np.array(json.dumps(head)), **arrays, **numbers)  # type: ignore[arg-type]
    return buffer.getvalue()


def reasons_from_bytes(content: bytes) -> StoredReasons:
    """The reasons of ``reasons_to_bytes``; raises ModelNotLoadable where the bytes are something else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            head = json.loads(str(archive["head"]))
            texts = {name: np.array(values, dtype=object) for name, values in head["texts"].items()}
            columns = {name: texts.get(name, archive.get(f"number:{name}")) for name in head["columns"]}
            base, values, predictions = archive["base"], archive["values"], archive["predictions"]
            rows = {name: archive[name] for name in ROWS}
        segments, version = np.array(head["segments"], dtype=str), head["version"]
        explanation = Explanation(tuple(head["features"]), base, values, pd.DataFrame(columns), predictions)
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise ModelNotLoadable(sentence("The stored reasons cannot be read: {error}.", error=error)) from error
    return StoredReasons(explanation, segments=segments, version=version, **rows)

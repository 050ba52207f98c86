"""Explanations as bytes."""

import io
import json
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from core.errors import ModelNotLoadable
from core.records import Explanation
from core.words import sentence


def explanation_to_bytes(explanation: Explanation) -> bytes:
    """An explanation as an npz archive without pickled objects; texts lie in it as JSON."""
    data = {name: explanation.data[name] for name in explanation.data.columns}
    texts = {str(name): column.tolist() for name, column in data.items() if column.dtype.kind not in "fiub"}
    numbers = {f"number:{name}": column.to_numpy() for name, column in data.items() if column.dtype.kind in "fiub"}
    head = json.dumps({"features": explanation.features, "columns": [str(name) for name in data], "texts": texts})
    buffer = io.BytesIO()
    arrays = {"base": explanation.base, "values": explanation.values, "predictions": explanation.predictions}
    np.savez_compressed(buffer, head=np.array(head), **arrays, **numbers)  # type: ignore[arg-type]
    return buffer.getvalue()


def explanation_from_bytes(content: bytes) -> Explanation:
    """The explanation of ``explanation_to_bytes``; raises ModelNotLoadable where the bytes are something else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            head = json.loads(str(archive["head"]))
            texts = {name: np.array(values, dtype=object) for name, values in head["texts"].items()}
            columns = {name: texts.get(name, archive.get(f"number:{name}")) for name in head["columns"]}
            base, values, predictions = archive["base"], archive["values"], archive["predictions"]
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise ModelNotLoadable(sentence("The stored explanation cannot be read: {error}.", error=error)) from error
    return Explanation(tuple(head["features"]), base, values, pd.DataFrame(columns), predictions)

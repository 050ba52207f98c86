"""A model of trees in its leanest form: arrays that answer one row in a fraction of a millisecond.

It needs neither scikit-learn nor pandas nor MLflow, so that a process which only predicts stays small, and it is plain
arrays and JSON, so that nothing runs when it is read.
"""

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelNotLoadable
from core.records import Interval
from core.training.interval import Calibration
from core.training.model import TabularModel
from core.training.trees import Tree, doubled, fill_of, read_ensembles
from core.words import sentence

Matrix = NDArray[np.float64]
NODE_ARRAYS = ("feature", "threshold", "missing_left", "left", "right", "value")


@dataclass(frozen=True)
class Trees:
    """All trees of a model as one table of nodes: ``roots`` (t,) and, for k nodes, six arrays (k,).

    A leaf points to itself. ``depth`` steps lead from every root to its leaf.
    """

    roots: NDArray[np.int32]
    depth: int
    feature: NDArray[np.int32]
    threshold: Matrix
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Matrix

    def sum(self, row: Matrix) -> float:
        """The sum of all trees' values for one row of the matrix."""
        place = self.roots
        for _ in range(self.depth):
            found = row[self.feature[place]]
            goes_left = (found <= self.threshold[place]) | (np.isnan(found) & self.missing_left[place])
            place = np.where(goes_left, self.left[place], self.right[place])
        return float(self.value[place].sum())


@dataclass(frozen=True)
class LeanModel:
    """Answers one row of features as ``TabularModel.predict`` does, to the last digits of a float.

    The row that the trees read is the encoder's, twice: as it is, and with missing values filled in from ``fill`` and
    rounded to single precision, as a forest reads it. ``places`` says in which row of its column's table (k + 1, w) the
    numbers of a text stand; the last row is of a text that was never seen.
    """

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    ratios: tuple[tuple[str, str], ...]
    places: Mapping[str, Mapping[str, int]]
    tables: Mapping[str, Matrix]
    fill: Matrix
    trees: Trees
    base: float
    is_log: bool
    calibration: Calibration | None = None

    def predict_row(self, row: Mapping[str, Any]) -> tuple[float, Interval | None]:
        """The value, in the target's unit, of one row as ``core.cleaning.feature_row`` makes it, and its range."""
        encoded = np.array([*self._encode(row)], dtype=np.float64)
        linear = self.base + self.trees.sum(doubled(encoded, self.fill))
        return self._in_unit(linear), self._interval(linear)

    def unknown(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The features of a row whose text was never seen in training; one that is missing is not among them."""
        return tuple(name for name in self.texts if row[name] and str(row[name]) not in self.places[name])

    def _interval(self, linear: float) -> Interval | None:
        if self.calibration is None:
            return None
        low, high = self.calibration.ends_of(linear)
        return Interval(self._in_unit(low), self._in_unit(high), self.calibration.level)

    def _in_unit(self, linear: float) -> float:
        return math.exp(linear) if self.is_log else linear

    def _encode(self, row: Mapping[str, Any]) -> Iterator[float]:
        yield from (row[name] for name in self.numbers)
        yield from (float(row[name]) if str(row[name]).isdecimal() else math.nan for name in self.codes)
        yield from (row[over] / row[under] if row[under] > 0 else math.nan for over, under in self.ratios)
        for name in self.texts:
            yield from self.tables[name][self.places[name].get(str(row[name]), -1)]


def make_lean(model: Any) -> LeanModel | None:
    """The lean form of a model; None where it has none: a model of another program, or one that is not all trees."""
    if not isinstance(model, TabularModel):
        return None
    encoder = model.encoder
    width = len(encoder.sources)
    found = read_ensembles(model.regressors, width)
    if not found:
        return None
    share = 1 / len(found)
    return LeanModel(
        columns=model.columns,
        numbers=encoder.numbers,
        codes=encoder.codes,
        texts=encoder.texts,
        ratios=encoder.ratios,
        places={name: _places(encoder.tables[name].texts.tolist()) for name in encoder.texts},
        tables={name: encoder.tables[name].columns for name in encoder.texts},
        fill=fill_of(found, width),
        trees=_join([tree for part in found for tree in part.trees], share),
        base=share * sum(part.base for part in found),
        is_log=model.is_log,
        calibration=model.calibration,
    )


def lean_to_bytes(model: LeanModel) -> bytes:
    """A lean model as an npz archive without pickled objects."""
    names = ("columns", "numbers", "codes", "texts", "ratios", "base", "is_log")
    head = {name: getattr(model, name) for name in names} | {"depth": model.trees.depth}
    head["words"] = {name: list(places) for name, places in model.places.items()}
    if model.calibration is not None:
        head["calibration"] = asdict(model.calibration)
    arrays = {name: getattr(model.trees, name) for name in ("roots", *NODE_ARRAYS)}
    arrays |= {f"table_{place}": model.tables[name] for place, name in enumerate(model.texts)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, head=np.frombuffer(json.dumps(head).encode(), np.uint8), fill=model.fill, **arrays)
    return buffer.getvalue()


def lean_from_bytes(content: bytes) -> LeanModel:
    """The inverse of ``lean_to_bytes``; raises ModelNotLoadable where the bytes are something else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            head = json.loads(archive["head"].tobytes())
            trees = Trees(depth=head.pop("depth"), **{name: archive[name] for name in ("roots", *NODE_ARRAYS)})
            fill = archive["fill"]
            words, tables = _of_an_earlier_release(head) or (head.pop("words"), _stored_tables(head["texts"], archive))
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise ModelNotLoadable(
            sentence("The stored lean form of a model cannot be read: {error}.", error=error)
        ) from error
    for name in ("columns", "numbers", "codes", "texts"):
        head[name] = tuple(head[name])
    head["ratios"] = tuple((over, under) for over, under in head["ratios"])
    if "calibration" in head:
        head["calibration"] = Calibration(**head["calibration"])
    places = {name: _places(known) for name, known in words.items()}
    return LeanModel(**head, places=places, tables=tables, fill=fill, trees=trees)


def _stored_tables(names: Sequence[str], archive: Mapping[str, Matrix]) -> dict[str, Matrix]:
    return {name: archive[f"table_{place}"] for place, name in enumerate(names)}


def _of_an_earlier_release(head: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, Matrix]] | None:
    """The words and tables of a form that held one number a text; None of another."""
    if "otherwise" not in head:
        return None
    found, otherwise = head.pop("tables"), head.pop("otherwise")
    tables = {name: np.array([[*known.values(), otherwise[name]]]).T for name, known in found.items()}
    return {name: list(known) for name, known in found.items()}, tables


def _join(trees: Sequence[Tree], share: float) -> Trees:
    sizes = [len(tree.left) for tree in trees]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    offsets = np.repeat(starts, sizes)
    joined = {name: np.concatenate([getattr(tree, name) for tree in trees]) for name in NODE_ARRAYS}
    return Trees(
        roots=starts,
        depth=max(tree.depth for tree in trees),
        feature=joined["feature"].astype(np.int32),
        threshold=joined["threshold"].astype(np.float64),
        missing_left=joined["missing_left"],
        left=(joined["left"] + offsets).astype(np.int32),
        right=(joined["right"] + offsets).astype(np.int32),
        value=joined["value"].astype(np.float64) * share,
    )


def _places(words: Sequence[str]) -> dict[str, int]:
    return {word: place for place, word in enumerate(words)}

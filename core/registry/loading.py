"""A version's model from its artifact, without running any code that lies in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from core.errors import ModelNotLoadable
from core.words import sentence

# What may be built from an artifact beyond what skops itself trusts: data holders, none of which runs code.
TRUSTED = (
    "core.training.encoding.Encoder",
    "core.training.encoding.TextCodes",
    "core.training.interval.Calibration",
    "core.training.model.TabularModel",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)
# How the stores that MLflow fetches from say that something is not there, or not to be had by this program.
SIGNS_OF_ABSENCE = (
    *("No such artifact", "No such file", "NoSuchKey", "NoSuchBucket", "404", "does not exist", "not found"),
    *("Not a directory", "Permission denied", "AccessDenied", "Unable to locate credentials"),
    *("Could not find a registered artifact repository", "Invalid artifact path", "No credentials"),
)
DESCRIPTION = "MLmodel"
# A description is a few kilobytes and a model on millions of rows a few hundred megabytes: more is no model, and would
# take the memory of everything else.
MOST_BYTES = {DESCRIPTION: 5_000_000, "skops": 4_000_000_000}


@dataclass(frozen=True)
class LoadedModel:
    """A version's model, and the names of the features that it reads, in their order."""

    number: int
    model: Any
    columns: tuple[str, ...]


def load(place: str, number: int, tracking_uri: str) -> LoadedModel:
    """Download and load a version; raises ModelNotLoadable where it is not a scikit-learn model in skops format."""
    from mlflow.artifacts import download_artifacts

    with tempfile.TemporaryDirectory() as folder:
        with present(number):
            path = Path(download_artifacts(place, dst_path=folder, tracking_uri=tracking_uri))
        description = read_description(path / DESCRIPTION, number)
        with readable(number):
            name = skops_file(description.flavors, number)
        model = read_skops(path / name, number)
        with readable(number):
            return LoadedModel(number, model, _columns(description, model, number))


@contextmanager
def present(number: int) -> Iterator[None]:
    """Raises ModelNotLoadable where a version's files are gone, or lie where this program has no library for.

    A store that does not answer is left to others: its versions may be there in a minute.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, ImportError) and not any(sign in str(error) for sign in SIGNS_OF_ABSENCE):
            raise
        said = sentence(
            "The files of version {number} cannot be fetched: {reason}.", number=number, reason=_reason_of(error)
        )
        raise ModelNotLoadable(said) from error


@contextmanager
def readable(number: int) -> Iterator[None]:
    """Whatever goes wrong over files that were fetched is the version's own fault: raises ModelNotLoadable.

    Another program wrote them, so that anything may be in them and any kind of exception may come of reading it.
    """
    try:
        yield
    except ModelNotLoadable:
        raise
    except Exception as error:
        raise ModelNotLoadable(
            sentence(
                "Version {number} cannot be read from its file: {reason}.", number=number, reason=_reason_of(error)
            )
        ) from error


def schema(place: str, number: int, tracking_uri: str) -> dict[str, str] | None:
    """What a version reads, from its signature: a type by column; None where it has none.

    Raises ModelNotLoadable where its description is not there or cannot be read.
    """
    from mlflow.artifacts import download_artifacts

    with tempfile.TemporaryDirectory() as folder:
        with present(number):
            where = f"{place.rstrip('/')}/{DESCRIPTION}"
            path = Path(download_artifacts(where, dst_path=folder, tracking_uri=tracking_uri))
        description = read_description(path, number)
    with readable(number):
        inputs = description.get_input_schema()
        if inputs is None or not inputs.has_input_names():
            return None
        return {str(column.name): str(column.type.name) for column in inputs.inputs}


def read_description(path: Path, number: int) -> Any:
    """MLflow's description of a model from its file; raises ModelNotLoadable where it is none."""
    from mlflow.models import Model

    with readable(number):
        _check_size(path.stat().st_size, MOST_BYTES[DESCRIPTION])
        return Model.load(str(path))


def skops_file(flavors: dict[str, Any], number: int) -> str:
    """The name of the model's file; raises ModelNotLoadable for a flavour or format that is not taken."""
    flavor = flavors.get("sklearn")
    if flavor is None:
        raise ModelNotLoadable(
            sentence(
                "Version {number} is no scikit-learn model (MLflow flavours: {flavors}).",
                number=number,
                flavors=", ".join(flavors) or "none",
            )
        )
    if flavor.get("serialization_format") != "skops":
        raise ModelNotLoadable(
            sentence(
                "Version {number} is stored as {flavor}, which can run code when it is loaded: log it again in the "
                "skops format.",
                number=number,
                flavor=flavor.get("serialization_format", "pickle"),
            )
        )
    return str(flavor["pickled_model"])


def read_skops(path: Path, number: int) -> Any:
    """The model of a skops file; raises ModelNotLoadable where it holds no model, or a type that is not trusted."""
    from skops.io import get_untrusted_types, load

    with readable(number):
        with ZipFile(path) as archive:
            _check_size(sum(entry.file_size for entry in archive.infolist()), MOST_BYTES["skops"])
        unknown = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED))
        if unknown:
            raise ModelNotLoadable(
                sentence(
                    "Version {number} holds types that are not trusted: {unknown}.",
                    number=number,
                    unknown=", ".join(unknown),
                )
            )
        model = load(path, trusted=list(TRUSTED))
        if not callable(getattr(model, "predict", None)):
            kind = type(model).__name__
            raise ModelNotLoadable(
                sentence("Version {number} holds a {kind}, which cannot predict.", number=number, kind=kind)
            )
        return model


def _check_size(found: int, most: int) -> None:
    if found > most:
        raise ValueError(
            sentence("it takes {found:,} bytes, more than the {most:,} of any model", found=found, most=most)
        )


def _reason_of(error: Exception) -> str:
    """An exception on one line; its kind as well where its text alone says little, such as a key's name."""
    text = " ".join(str(error).split()).rstrip(".")[:300]
    return text if text and not isinstance(error, LookupError) else f"{type(error).__name__} {text}".strip()


def _columns(description: Any, model: Any, number: int) -> tuple[str, ...]:
    inputs = description.get_input_schema()
    if inputs is not None and inputs.has_input_names():
        return tuple(map(str, inputs.input_names()))
    names = getattr(model, "columns", getattr(model, "feature_names_in_", None))
    if names is None:
        raise ModelNotLoadable(
            sentence("Version {number} does not say which columns it reads: log it with a signature.", number=number)
        )
    return tuple(map(str, names))

"""A version's model from its artifact, without running any code that lies in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
# How the stores that MLflow fetches from say that something is not there.
SIGNS_OF_ABSENCE = ("No such artifact", "No such file", "NoSuchKey", "NoSuchBucket", "404", "does not exist")


@dataclass(frozen=True)
class LoadedModel:
    """A version's model, and the names of the features that it reads, in their order."""

    number: int
    model: Any
    columns: tuple[str, ...]


def load(place: str, number: int, tracking_uri: str) -> LoadedModel:
    """Download and load a version; raises ModelNotLoadable where it is not a scikit-learn model in skops format."""
    from mlflow.artifacts import download_artifacts
    from mlflow.models import Model

    with tempfile.TemporaryDirectory() as folder:
        with present(number):
            path = Path(download_artifacts(place, dst_path=folder, tracking_uri=tracking_uri))
        description = Model.load(str(path))
        model = read_skops(path / skops_file(description.flavors, number), number)
        return LoadedModel(number, model, _columns(description, model, number))


@contextmanager
def present(number: int) -> Iterator[None]:
    """Raises ModelNotLoadable where a version's files are gone, or lie where this program has no library for.

    A store that does not answer is left to others: its versions may be there in a minute.
    """
    try:
        yield
    except Exception as error:
        text = " ".join(str(error).split()).rstrip(".")
        if not isinstance(error, ImportError) and not any(sign in text for sign in SIGNS_OF_ABSENCE):
            raise
        said = sentence("The files of version {number} cannot be fetched: {reason}.", number=number, reason=text[:300])
        raise ModelNotLoadable(said) from error


def schema(place: str, tracking_uri: str) -> dict[str, str] | None:
    """What a version reads, from its signature: a type by column; None where it has none."""
    from mlflow.artifacts import download_artifacts
    from mlflow.models import Model

    with tempfile.TemporaryDirectory() as folder:
        path = download_artifacts(f"{place.rstrip('/')}/MLmodel", dst_path=folder, tracking_uri=tracking_uri)
        description: Any = Model.load(path)
        inputs = description.get_input_schema()
    if inputs is None or not inputs.has_input_names():
        return None
    return {str(column.name): str(column.type.name) for column in inputs.inputs}


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
    """The object of a skops file; raises ModelNotLoadable where it holds a type that is not trusted."""
    from skops.io import get_untrusted_types, load

    try:
        unknown = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED))
        if unknown:
            raise ModelNotLoadable(
                sentence(
                    "Version {number} holds types that are not trusted: {unknown}.",
                    number=number,
                    unknown=", ".join(unknown),
                )
            )
        return load(path, trusted=list(TRUSTED))
    except (ValueError, TypeError, LookupError, AttributeError, ImportError, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")[:300]
        raise ModelNotLoadable(
            sentence("Version {number} cannot be read from its file: {reason}.", number=number, reason=reason)
        ) from error


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

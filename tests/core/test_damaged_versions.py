"""Versions whose files another program has broken: each says what is wrong with it, in one sentence, and no more."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
import skops.io
from hypothesis import HealthCheck, given
from hypothesis import settings as kept_to
from hypothesis import strategies as st
from mlflow.models import infer_signature
from mlflow.sklearn import save_model
from sklearn.linear_model import LinearRegression

from core.errors import ModelNotLoadable
from core.loop.scoring import score_version
from core.records import Holdout, LabelledRows, Ranked
from core.registry import LoadedModel, loading

FEATURES = pd.DataFrame({"bed": [1.0, 2.0, 3.0, 4.0], "bath": [1.0, 1.0, 2.0, 3.0]})
TARGET = np.array([100.0, 200.0, 300.0, 400.0])
FEW = kept_to(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def fitted() -> LinearRegression:
    return LinearRegression().fit(FEATURES, TARGET)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a version that can be read."""
    folder = tmp_path_factory.mktemp("sound") / "model"
    signature = infer_signature(FEATURES, TARGET)
    save_model(fitted(), str(folder), serialization_format="skops", signature=signature, pip_requirements=[])
    return folder


@pytest.fixture
def damaged(sound: Path, tmp_path: Path) -> Path:
    """A copy of them to break."""
    return Path(shutil.copytree(sound, tmp_path / "model"))


def load(folder: Path) -> LoadedModel:
    return loading.load(folder.as_uri(), 7, "sqlite://")


def schema(folder: Path) -> dict[str, str] | None:
    return loading.schema(folder.as_uri(), 7, "sqlite://")


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    """The skops file with the object of its schema changed."""
    with ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["schema.json"] = json.dumps(change(json.loads(entries["schema.json"]))).encode()
    with ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def zipped(**entries: str) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def test_a_sound_version_is_read(damaged: Path) -> None:
    assert load(damaged).model.predict(FEATURES) == pytest.approx(fitted().predict(FEATURES))
    assert schema(damaged) == {"bed": "double", "bath": "double"}


MODELS: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda content: b"no zip file" * 1000,
    "nothing": lambda content: b"",
    "truncated": half,
    "another zip": lambda content: zipped(readme="hello"),
    "no JSON": lambda content: zipped(schema_json="{"),
    "a list": lambda content: zipped(schema_json="[1, 2]"),
    "deep": lambda content: zipped(schema_json="[" * 100_000),
    "a dict": lambda content: skops.io.dumps({"a": 1}),
    "a number": lambda content: skops.io.dumps(1.5),
}


@pytest.mark.parametrize("kind", MODELS)
def test_a_broken_model_file_is_the_version_s_own_fault(damaged: Path, kind: str) -> None:
    path = damaged / "model.skops"
    path.write_bytes(MODELS[kind](path.read_bytes()))
    with pytest.raises(ModelNotLoadable, match=r"^Version 7 .*\.$") as told:
        load(damaged)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 400


DESCRIPTIONS = {
    "invalid YAML": "flavors: [1, {\n  a: b: c",
    "nothing": "",
    "a text": "hello",
    "a list": "- 1\n- 2\n",
    "no flavours": "model_uuid: abc\n",
    "flavours of another type": "flavors: 7\n",
    "a flavour of another type": "flavors:\n  sklearn: 7\n",
    "no file's name": "flavors:\n  sklearn:\n    serialization_format: skops\n",
    "a file that is not there": "flavors:\n  sklearn:\n    serialization_format: skops\n    pickled_model: x\n",
    "code": "!!python/object/apply:os.system ['true']\n",
    "huge": "a: 'b'\n" * 1_000_000,
    "bytes": "\x00\x01\x02",
}


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_a_broken_description_is_the_version_s_own_fault(damaged: Path, kind: str) -> None:
    (damaged / "MLmodel").write_text(DESCRIPTIONS[kind])
    with pytest.raises(ModelNotLoadable, match=r"^Version 7 .*\.$"):
        load(damaged)


@pytest.mark.parametrize("kind", ["invalid YAML", "a text", "huge", "bytes"])
def test_a_broken_description_says_no_columns(damaged: Path, kind: str) -> None:
    (damaged / "MLmodel").write_text(DESCRIPTIONS[kind])
    with pytest.raises(ModelNotLoadable, match="Version 7 cannot be read from its file"):
        schema(damaged)


@pytest.mark.parametrize("name", ["MLmodel", "model.skops"])
def test_a_file_that_is_missing_or_a_folder_is_the_version_s_own_fault(damaged: Path, name: str) -> None:
    (damaged / name).unlink()
    with pytest.raises(ModelNotLoadable, match=r"[vV]ersion 7"):
        load(damaged)
    (damaged / name).mkdir()
    with pytest.raises(ModelNotLoadable, match=r"[vV]ersion 7"):
        load(damaged)
    with pytest.raises(ModelNotLoadable, match=r"[vV]ersion 7"):
        schema(damaged / "not_there")


def test_a_place_that_no_library_reaches_is_the_version_s_own_fault() -> None:
    with pytest.raises(ModelNotLoadable, match="The files of version 7 cannot be fetched"):
        loading.load("nowhere://bucket/model", 7, "sqlite://")


@FEW
@given(st.data())
def test_whatever_bytes_are_lost_or_changed_nothing_else_is_raised(sound: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["MLmodel", "model.skops"]))
    content = bytearray((sound / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    check_bytes(sound, name, bytes(content))


def check_bytes(sound: Path, name: str, content: bytes) -> None:
    before = (sound / name).read_bytes()
    (sound / name).write_bytes(content)
    try:
        assert isinstance(load(sound), LoadedModel)
    except ModelNotLoadable:
        return
    finally:
        (sound / name).write_bytes(before)


@FEW
@given(st.data())
def test_whatever_types_lie_in_the_file_nothing_else_is_raised(sound: Path, data: st.DataObject) -> None:
    """Any part of the schema replaced; what can be loaded all the same answers, or says that it cannot."""
    path = sound / "model.skops"
    before = path.read_bytes()
    other = data.draw(st.sampled_from([None, -1, "x", [], {}, [1, "a"], {"__class__": "dict"}]))
    try:
        rewritten(path, lambda schema: changed(data, schema, other))
        scored = score_version(HOLDOUT, load(sound)).ranked
        assert scored.metrics or scored.problem
    except ModelNotLoadable:
        return
    finally:
        path.write_bytes(before)


def changed(data: st.DataObject, part: Any, other: Any) -> Any:
    """A nested object with one of its parts, drawn step by step, replaced."""
    if not isinstance(part, dict | list) or not part or data.draw(st.integers(0, 5)) == 0:
        return other
    key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    part[key] = changed(data, part[key], other)
    return part


HOLDOUT = Holdout(LabelledRows(FEATURES, TARGET, np.array(["a", "a", "b", "b"])), np.arange(4))


class Stub:
    """A model whose ``predict`` does what a test says."""

    def __init__(self, act: Callable[[pd.DataFrame], Any]) -> None:
        self.predict = act


def raising(error: BaseException) -> Callable[[pd.DataFrame], Any]:
    def predict(features: pd.DataFrame) -> Any:
        raise error

    return predict


ANSWERS: dict[str, tuple[Callable[[pd.DataFrame], Any], str]] = {
    "raises": (raising(ValueError("bad")), "The model cannot answer for these rows: bad."),
    "asserts": (raising(AssertionError()), "The model cannot answer for these rows: AssertionError."),
    "runs out": (raising(MemoryError("too much")), "The model cannot answer for these rows: too much."),
    "opens a file": (raising(FileNotFoundError("x.bin")), "The model cannot answer for these rows: x.bin."),
    "raises its own": (raising(type("Own", (Exception,), {})("a\nb")), "The model cannot answer for these rows: a b."),
    "NaN": (lambda rows: np.full(len(rows), np.nan), "The model gave a value that is no finite number."),
    "infinite": (lambda rows: np.full(len(rows), np.inf), "The model gave a value that is no finite number."),
    "too few": (lambda rows: np.ones(1), "The model must give one number for each of 4 rows, got shape (1,)."),
    "a table": (lambda rows: np.ones((4, 2)), "The model must give one number for each of 4 rows, got shape (4, 2)."),
    "texts": (lambda rows: ["a"] * 4, "The model cannot answer for these rows: could not convert"),
    "nothing": (lambda rows: None, "The model must give one number for each of 4 rows, got shape ()."),
    "astronomic": (lambda rows: np.full(len(rows), 1e300), "The model gave 1e+300, too large a number"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_model_that_gives_no_answers_is_scored_as_a_problem(kind: str) -> None:
    act, words = ANSWERS[kind]
    scored = score_version(HOLDOUT, LoadedModel(7, Stub(act), ("bed", "bath")))
    assert scored.resamples == b""
    assert scored.ranked == Ranked(7, {}, scored.ranked.problem)
    assert scored.ranked.problem.startswith(words)

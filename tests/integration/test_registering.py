"""What the documents tell another program to do, done: the version is scored, explained and promoted."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core import store
from core.loop import Loop, execute
from core.registry.loading import MOST_BYTES, TRUSTED
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

DOCUMENT = (Path(__file__).parents[2] / "docs" / "registering.md").read_text(encoding="utf-8")


def test_the_example_registers_a_version_that_is_scored_explained_and_promoted(
    make_loop: Callable[..., Loop], tmp_path: Path
) -> None:
    loop = make_loop([listings(300)], promotion_min_gain="0.99")
    cycle(loop)
    code = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert code is not None
    environ = {"MLFLOW_TRACKING_URI": loop.settings.tracking_uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    subprocess.run(
        [sys.executable, "-c", code[1]], env=os.environ | environ, cwd=tmp_path, check=True, capture_output=True
    )
    execute(loop, queue(loop, "ranking"))
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        found = store.load_scores(connection, model=model, holdout=str(store.last_holdout(connection, model=model)))
    assert found[2].problem == ""
    assert found[2].metrics["mae"] > 0
    assert loop.registry.schema(2) == dict.fromkeys(["bed", "bath", "house_size"], "double") | {"state": "string"}
    execute(loop, queue(loop, "explanation", version=2))
    execute(loop, queue(loop, "promotion", by="ana", version=2, reason="to see"))
    assert loop.registry.production() == 2


def test_the_document_names_every_type_that_is_trusted_and_the_limit() -> None:
    foreign = [name for name in TRUSTED if not name.startswith("core.")]
    assert all(f"`{name}`" in DOCUMENT for name in foreign)
    assert f"up to {MOST_BYTES['skops'] // 10**9} GB" in DOCUMENT

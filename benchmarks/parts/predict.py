"""Predict: one row, end to end over HTTP with its record stored, beside the recipe's call and MLflow's own server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from benchmarks.bench import Bench
from benchmarks.console import Program, free_port, running, running_console
from benchmarks.listings import received
from benchmarks.measuring import Found, in_child
from benchmarks.table import Line, Target, at_least, times
from benchmarks.world import SQLITE, World, opened
from core import cleaning

DISTINCT_ROWS = 50


def measure(bench: Bench) -> Iterator[Line]:
    """p50 and p95 of all three with many clients at once, ours and the recipe's with one, and the sustained rate."""
    for database in bench.databases:
        world = bench.trained(database, bench.sizes.accumulated)
        in_child("benchmarks.recipe.training:train_small", folder=world.folder, rows=bench.sizes.little)
        yield from _measure_in(bench, world)


def _measure_in(bench: Bench, world: World) -> Iterator[Line]:
    many = f"{bench.sizes.clients} clients, {world.database}"
    with running_console(world) as console:
        ours = _drive(bench, console.port, "/api/predict", _rows(), bench.sizes.calls)
        ours_alone = _drive(bench, console.port, "/api/predict", _rows(), bench.sizes.calls // 4, 1)
    with _recipe(world) as service:
        recipe = _drive(bench, service.port, "/api/predict", _rows(), bench.sizes.slow_calls)
        recipe_alone = _drive(bench, service.port, "/api/predict", _rows(), bench.sizes.slow_calls // 4, 1)
    yield _line(f"p50, {many}", ours["p50"], recipe["p50"], times(10))
    yield _line(f"p95, {many}", ours["p95"], recipe["p95"])
    yield _line(f"p50, one client, {world.database}", ours_alone["p50"], recipe_alone["p50"])
    yield Line("predict", f"calls a second, {many}", ours["rate"], "", recipe["rate"], at_least(200))
    if world.database == SQLITE:
        with _mlflow(world) as server:
            bodies = in_child("benchmarks.parts.predict:records", world=world.as_argument())["bodies"]
            served = _drive(bench, server.port, "/invocations", bodies, bench.sizes.calls // 2)
        step, note = f"p50, {many}, beside mlflow models serve", "the recipe's column is MLflow's"
        yield Line("predict", step, ours["p50"], "ms", served["p50"], times(1), note=note)


def records(world: dict[str, Any]) -> Found:
    """The same rows in the form that MLflow's server takes, made into features beforehand."""
    from benchmarks.listings import typed

    features = cleaning.to_features(typed(DISTINCT_ROWS, 77), opened(world).contract)
    spelled = features.astype(object).where(features.notna(), None)
    return {"bodies": [{"dataframe_records": [row]} for row in spelled.to_dict("records")]}


def _line(step: str, ours: float, recipe: float, target: Target | None = None) -> Line:
    return Line("predict", step, ours, "ms", recipe, target)


def _rows() -> list[dict[str, Any]]:
    frame = received(DISTINCT_ROWS, 77).drop(columns="price")
    return [
        {name: value for name, value in row.items() if value is not None and value == value}
        for row in frame.astype(object).to_dict("records")
    ]


def _drive(bench: Bench, port: int, path: str, bodies: list[Any], calls: int, clients: int = 0) -> Found:
    many = clients or bench.sizes.clients
    return in_child("benchmarks.load:drive", port=port, path=path, bodies=bodies, clients=many, calls=calls)


def _recipe(world: World) -> AbstractContextManager[Program]:
    port = free_port()
    command = ["-m", "benchmarks.recipe.serve", str(port), f"sqlite:///{world.folder}/recipe.db", world.raw_url]
    return running(command, {}, world, port, "/docs")


def _mlflow(world: World) -> AbstractContextManager[Program]:
    port, tracking = free_port(), {"MLFLOW_TRACKING_URI": f"sqlite:///{world.folder}/mlflow.db"}
    command = ["-m", "mlflow", "models", "serve", "-m", "models:/model_experiment@production", "-p", str(port)]
    return running([*command, "--env-manager", "local", "--workers", "1"], tracking, world, port, "/ping")

"""A seeded search over families and parameters, selected on the validation rows."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Contract
from core.errors import TrainingError
from core.records import Candidate, LabelledRows, SearchPlan, Trial
from core.training.drawing import Draw, count_draws, planned_draws
from core.training.encoding import Encoder, encoder_for
from core.training.families import FAMILIES, Parameters
from core.training.interval import Calibration, calibrate
from core.training.model import TabularModel
from core.training.scoring import answers, measure, score
from core.training.spread import Spread, here
from core.training.texts import MANY_ROWS
from core.training.threads import one_thread
from core.words import sentence

LEAST_ROWS = 30
# Parameters are chosen on at most this many train rows and validation rows; the chosen ones are fitted on all.
SEARCHED_ROWS = 20_000
# Where the search saw only a part of the rows, as many validation rows are kept out of the final fit, for its range.
CALIBRATION_ROWS = 5_000
OnTrial = Callable[[Trial, int, int], bool | None]


@dataclass(frozen=True)
class Encoded:
    """Rows to fit on: their encoder, the matrix (n, d) that it made, and their target (n,) on the fitting scale."""

    encoder: Encoder
    matrix: NDArray[np.float64]
    target: NDArray[np.float64]
    is_log: bool
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """What every draw of a search is fitted and judged on: encoded once, as the rows are the same for all."""

    train: Encoded
    matrix: NDArray[np.float64]
    target: NDArray[np.float64]
    seed: int


@dataclass(frozen=True)
class Attempt:
    """A trial with its metrics on the validation rows; without its model, which would only fill memory and wire."""

    trial: Trial
    metrics: dict[str, float]
    calibration: Calibration | None


def train_candidate(
    train: LabelledRows,
    validation: LabelledRows,
    test: LabelledRows,
    contract: Contract,
    plan: SearchPlan,
    on_trial: OnTrial,
    spread: Spread = here,
) -> Candidate:
    """The best model of a search: chosen on the validation rows, fitted on train and validation rows, scored on test.

    Its ``validation`` metrics are those of the fit on the train rows alone (at most 20,000 rows of each).
    No parameter set is tried twice; where there are fewer than were asked for, the search ends when all are tried.
    ``on_trial(trial, done, planned)`` is told of each trial, in their order; it says True where that is enough, so that
    no further one is begun, and may raise to stop the search.
    ``spread`` does the fits of the search. The test rows are never fitted on.
    Raises TrainingError where there are too few rows, or a target is no finite number.
    """
    began = time.perf_counter()
    _check(train, validation, test, contract, plan)
    is_rich = len(train) + len(validation) <= MANY_ROWS
    task = _task(_sample(train, plan.seed), _sample(validation, plan.seed), contract, plan.seed, is_rich)
    attempts = _search(task, plan, on_trial, spread)
    best = min(attempts, key=lambda attempt: attempt.trial.score)
    chosen = best.trial
    model = _fit_finally(best, train, validation, contract, plan.seed, is_rich)
    return Candidate(
        model=model,
        family=chosen.family,
        parameters=chosen.parameters,
        trials=tuple(attempt.trial for attempt in attempts),
        metrics={"validation": best.metrics, "test": score(model, test)},
        seed=plan.seed,
        seconds=time.perf_counter() - began,
    )


def fit(
    family: str, parameters: Parameters, rows: LabelledRows, contract: Contract, seed: int, is_rich: bool = True
) -> TabularModel:
    """A model of one family and parameter set; on the logarithm of the target where all of it is above 0."""
    return fit_encoded(family, parameters, encode(rows, contract, seed, is_rich), seed)


def encode(rows: LabelledRows, contract: Contract, seed: int, is_rich: bool) -> Encoded:
    """Rows as regressors are fitted on them; without ``is_rich`` a text is its average alone."""
    is_log = bool(rows.target.min() > 0)
    target = np.log(rows.target) if is_log else rows.target
    encoder = encoder_for(contract)
    matrix = encoder.fit_transform(rows.features, target, seed, is_rich)
    return Encoded(encoder, matrix, target, is_log, contract.feature_names)


def fit_encoded(family: str, parameters: Parameters, rows: Encoded, seed: int) -> TabularModel:
    """The same as ``fit``, of rows that are encoded already."""
    regressors = FAMILIES[family](parameters, len(rows.target), seed)
    for regressor in regressors:
        with one_thread():
            regressor.fit(rows.matrix, rows.target)
    return TabularModel(rows.encoder, regressors, rows.is_log, rows.columns)


def _task(train: LabelledRows, validation: LabelledRows, contract: Contract, seed: int, is_rich: bool) -> Task:
    encoded = encode(train, contract, seed, is_rich)
    return Task(encoded, encoded.encoder.transform(validation.features), validation.target, seed)


def _search(task: Task, plan: SearchPlan, on_trial: OnTrial, spread: Spread) -> list[Attempt]:
    attempts: list[Attempt] = []
    is_enough, planned = threading.Event(), count_draws(plan)
    with closing(spread(try_draw, task, _until(is_enough, planned_draws(plan), plan.seconds))) as found:
        for made in found:
            attempts.append(made)
            if on_trial(made.trial, len(attempts), planned):
                is_enough.set()
    return attempts


def try_draw(task: Task, draw: Draw) -> Attempt:
    """Fit one parameter set on the train rows and judge it on the validation rows."""
    began = time.perf_counter()
    model = fit_encoded(draw.family, draw.parameters, task.train, task.seed)
    found = model.in_unit(model.linear(task.matrix))
    error = _log_error(task.target, found, model.is_log)
    seconds = time.perf_counter() - began
    trial = Trial(draw.number, draw.family, draw.parameters, error, seconds)
    return Attempt(trial, measure(model, task.target, found), _calibrated(task.target, found, model.is_log))


def _fit_finally(
    best: Attempt, train: LabelledRows, validation: LabelledRows, contract: Contract, seed: int, is_rich: bool
) -> TabularModel:
    """The chosen draw fitted on train and validation rows, with a range from rows that were not fitted on.

    Those are the validation rows as the search's own fit answered them, which had nearly as many rows to learn from.
    Where it had far fewer, its errors are larger than the final fit's and a part of the validation rows is kept out.
    """
    family, parameters = best.trial.family, dict(best.trial.parameters)
    if len(train) <= SEARCHED_ROWS:
        model = fit(family, parameters, joined(train, validation), contract, seed, is_rich)
        model.calibration = best.calibration
        return model
    fitted, kept_out = _parted(validation, min(CALIBRATION_ROWS, len(validation) // 2), seed)
    model = fit(family, parameters, joined(train, fitted), contract, seed, is_rich)
    model.calibration = _calibrated(kept_out.target, answers(model, kept_out.features), model.is_log)
    return model


def _calibrated(target: NDArray[np.float64], found: NDArray[np.float64], is_log: bool) -> Calibration | None:
    if not is_log:
        return calibrate(found, target)
    return calibrate(np.log(found), np.log(np.maximum(target, 1e-300)))


def _log_error(target: NDArray[np.float64], found: NDArray[np.float64], is_log: bool) -> float:
    """The root mean squared log error; without the logarithm where the target may be 0 or less."""
    if is_log:
        target, found = np.log(np.maximum(target, 1e-300)), np.log(found)
    return float(np.sqrt(np.mean(np.square(found - target))))


def _until(is_enough: threading.Event, draws: Iterator[Draw], seconds: float) -> Iterator[Draw]:
    """The first draw, and those that are asked for before the time is over and it is enough."""
    began = time.perf_counter()
    for one in draws:
        yield one
        if is_enough.is_set() or time.perf_counter() - began >= seconds:
            return


def _check(
    train: LabelledRows, validation: LabelledRows, test: LabelledRows, contract: Contract, plan: SearchPlan
) -> None:
    unknown = [family for family in plan.families if family not in FAMILIES]
    if unknown:
        raise TrainingError(
            sentence(
                "A family must be one of {names}, got {name}.",
                names=", ".join(FAMILIES),
                name=", ".join(unknown),
            )
        )
    if len(train) < LEAST_ROWS:
        raise TrainingError(
            sentence(
                "A training needs at least {least} rows in the train split, got {rows}.",
                least=LEAST_ROWS,
                rows=len(train),
            )
        )
    for name, rows in (("train", train), ("validation", validation), ("test", test)):
        if not len(rows):
            raise TrainingError(sentence("A training needs rows in the {part} split, got none.", part=name))
        if not np.isfinite(rows.target).all():
            raise TrainingError(
                sentence(
                    "The target {target} must be a finite number in every row of {part}.",
                    target=contract.target,
                    part=name,
                )
            )


def _sample(rows: LabelledRows, seed: int) -> LabelledRows:
    return rows if len(rows) <= SEARCHED_ROWS else _parted(rows, SEARCHED_ROWS, seed)[1]


def _parted(rows: LabelledRows, count: int, seed: int) -> tuple[LabelledRows, LabelledRows]:
    """All but ``count`` random rows, and those; both in their order."""
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    return _chosen(rows, np.sort(shuffled[count:])), _chosen(rows, np.sort(shuffled[:count]))


def _chosen(rows: LabelledRows, places: NDArray[np.int64]) -> LabelledRows:
    return LabelledRows(rows.features.iloc[places], rows.target[places], rows.segments[places])


def joined(first: LabelledRows, second: LabelledRows) -> LabelledRows:
    """The rows of both, one after the other."""
    return LabelledRows(
        pd.concat([first.features, second.features]),
        np.concatenate([first.target, second.target]),
        np.concatenate([first.segments, second.segments]),
    )

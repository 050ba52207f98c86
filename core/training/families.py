"""The kinds of regressor that a search draws from, and the parameters that it may draw."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Parameters = dict[str, Any]
BAGGED_ROWS = 50_000
# Of several that are averaged, in turn; a single one is fitted for the first.
LOSSES = ("squared_error", "absolute_error", "absolute_error")
AVERAGED_ROWS = (3_000, 15_000)
# Of several, from as many rows on: as many times the leaves, as many cuts deeper. On fewer rows that does not pay. More
# trees would pay too, but a file of 100,000 rows with its reasons would take longer than half a minute.
LARGER_ROWS, LEAVES, DEEPER = 7_500, 2, 3
# Above as many rows each step is this much larger and there are as many fewer: a tree takes long there.
MANY_ROWS, STRIDE = 100_000, 3


def boosting(parameters: Mapping[str, Any], rows: int, seed: int) -> list[Any]:
    """Gradient-boosted trees on histograms; averaged where that pays: not on a few nor on many rows.

    Of three, two are fitted for the absolute error: together they are nearer to the typical price than for the squared
    error alone, and less blind to rare dear rows than for the absolute error alone. Averaged trees may be larger, as
    what one of them learns by heart the others do not. Otherwise they are shallow because the time of SHAP values
    grows with their leaves. On very many rows a third of the trees, each with three times the drawn learning rate,
    come within a few per cent of all of them.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    own = {name: value for name, value in parameters.items() if name != "members"}
    members = int(parameters["members"]) if AVERAGED_ROWS[0] <= rows <= AVERAGED_ROWS[1] else 1
    if members > 1 and rows >= LARGER_ROWS:
        own["max_leaf_nodes"], own["max_depth"] = own["max_leaf_nodes"] * LEAVES, own["max_depth"] + DEEPER
    if rows > MANY_ROWS:
        own["learning_rate"], own["max_iter"] = own["learning_rate"] * STRIDE, max(1, own["max_iter"] // STRIDE)
    return [
        HistGradientBoostingRegressor(**own, loss=loss, early_stopping=False, random_state=seed + member)
        for member, loss in enumerate(LOSSES[:members])
    ]


def extra_trees(parameters: Mapping[str, Any], rows: int, seed: int) -> list[Any]:
    """Trees with random cuts, each on at most 50,000 rows and bounded, so that SHAP values stay affordable."""
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    bag = {"bootstrap": True, "max_samples": BAGGED_ROWS} if rows > BAGGED_ROWS else {}
    forest = ExtraTreesRegressor(**parameters, **bag, random_state=seed)
    return [make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), forest)]


def linear(parameters: Mapping[str, Any], rows: int, seed: int) -> list[Any]:
    """Ridge regression, the baseline, on ranks made normal: a value far outside the training rows cannot run away."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    quantiles = min(1000, rows)
    ranks = QuantileTransformer(n_quantiles=quantiles, output_distribution="normal", random_state=seed)
    return [make_pipeline(imputer, ranks, Ridge(**parameters))]


Build = Callable[[Mapping[str, Any], int, int], list[Any]]
FAMILIES: dict[str, Build] = {"histogram_boosting": boosting, "extra_trees": extra_trees, "linear": linear}
DEFAULTS: dict[str, Parameters] = {
    "histogram_boosting": {
        "members": len(LOSSES),
        "learning_rate": 0.07,
        "max_iter": 200,
        "max_leaf_nodes": 63,
        "max_depth": 7,
        "min_samples_leaf": 5,
        "l2_regularization": 0.0,
        "max_features": 0.3,
    },
    "extra_trees": {"n_estimators": 60, "min_samples_leaf": 5, "max_depth": 8, "max_features": 0.5},
    "linear": {"alpha": 1.0},
}
CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "histogram_boosting": {
        "learning_rate": (0.05, 0.07, 0.1),
        "max_iter": (150, 200, 300),
        "max_leaf_nodes": (15, 31, 63),
        "max_depth": (5, 6, 7),
        "min_samples_leaf": (5, 10, 20, 40),
        "l2_regularization": (0.0, 1.0, 10.0),
        "max_features": (0.3, 0.5, 0.8),
    },
    "extra_trees": {"min_samples_leaf": (3, 5, 10), "max_features": (0.3, 0.5, 1.0)},
    "linear": {"alpha": (0.1, 1.0, 10.0, 100.0)},
}


def draw(family: str, random: np.random.Generator) -> Parameters:
    """A random parameter set of a family."""
    drawn = {name: options[int(random.integers(len(options)))] for name, options in CHOICES[family].items()}
    return DEFAULTS[family] | drawn

"""The recipe's reasons: KernelExplainer over the whole pipeline with 100 background rows."""

import time
from typing import Any

from benchmarks.recipe.training import READ, pipeline
from core.contract import load_contract


def explain(rows: int, background: int, fitted_on: int) -> dict[str, Any]:
    """The time that KernelExplainer takes a row."""
    import pandas as pd
    import shap

    from benchmarks.parts.models import labelled

    parts = labelled(fitted_on, 6, load_contract("real_estate"))
    model = pipeline().set_params(model__n_estimators=200, model__max_depth=6)
    model.fit(parts["train"].features[READ], parts["train"].target)
    states = sorted(set(parts["train"].features["state"]))

    def price(matrix: Any) -> Any:
        frame = pd.DataFrame(matrix, columns=READ).astype(float)
        return model.predict(frame.assign(state=[states[int(code)] for code in frame["state"]]))

    features = parts["test"].features[READ]
    codes = features.assign(state=[states.index(name) if name in states else 0 for name in features["state"]])
    explainer = shap.KernelExplainer(price, codes.head(background))
    began = time.perf_counter()
    explainer.shap_values(codes.tail(rows), silent=True)
    return {"seconds": (time.perf_counter() - began) / rows}

"""The force plot of SHAP's own making: the one place that knows streamlit-shap."""

from typing import Any

import numpy as np
import streamlit as st

from console.charts.reasons import label_of, value_text
from console.charts.style import DOWN, UP
from console.language import _
from core.cleaning import from_features
from core.contract import Contract
from core.records import Explanation

HEIGHT = 150
THOUSANDS_FROM = 10_000
NO_NUMBER = "\u200b"
# SHAP draws black text: on a dark page it needs a light ground of its own.
GROUND = "<style>[class*='st-key-force_'] iframe { background: #ffffff; border-radius: 8px; }</style>"


def show_force_plot(explanation: Explanation, row: int, contract: Contract, key: str) -> None:
    """One row's reasons as forces that push the prediction up and down; ``key`` begins with ``force_``."""
    import shap

    values, target = from_features(dict(explanation.data.iloc[row]), contract), contract.target_column
    # SHAP writes large numbers with exponents: thousands are readable.
    is_large = abs(float(explanation.predictions[row])) >= THOUSANDS_FROM
    unit = _("{target} (1,000 {unit})", target=target.label, unit=target.unit) if is_large else target.label_with_unit
    size = 1000.0 if is_large else 1.0
    plot = shap.force_plot(
        float(explanation.base[row]) / size,
        explanation.values[row] / size,
        # SHAP takes a list for names, and leaves the values out.
        np.array([_shown(value_text(name, value, contract)) for name, value in values.items()], dtype=object),
        feature_names=[_shown(label_of(name, contract)) for name in explanation.features],
        out_names=unit,
        plot_cmap=[UP, DOWN],
    )
    with st.container(key=key):
        st.html(GROUND)
        _embed(plot)


def _shown(text: str) -> str:
    """A text as it may stand in the frame's script, which nothing from outside must be able to end, and as it is: a
    code such as 33120 would be rounded like a number."""
    return text.replace("<", "‹") + (NO_NUMBER if text[-1:].isdigit() else "")


def _embed(plot: Any) -> None:
    """By streamlit-shap; by Streamlit itself where that is not there, or calls what a later Streamlit has no more."""
    try:
        from streamlit_shap import st_shap

        st_shap(plot, height=HEIGHT)
    except (ImportError, AttributeError):
        import shap

        # As streamlit-shap does it: the page in the frame brings SHAP's script with it.
        st.iframe(f"<head>{shap.getjs()}</head><body>{plot.html()}</body>", height=HEIGHT)

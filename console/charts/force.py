"""The force plot of SHAP's own making: the one place that knows streamlit-shap."""

import streamlit as st

from console.language import _
from core.cleaning import from_features
from core.contract import Contract
from core.records import Explanation

HEIGHT = 150
# SHAP draws black text: on a dark page it needs a light ground of its own.
GROUND = "<style>.st-key-force_plot iframe { background: #ffffff; border-radius: 8px; }</style>"


def show_force_plot(explanation: Explanation, row: int, contract: Contract) -> None:
    """One row's reasons as forces that push the prediction up and down from the base value."""
    import shap
    from streamlit_shap import st_shap

    values = from_features(dict(explanation.data.iloc[row]), contract)
    plot = shap.force_plot(
        float(explanation.base[row]),
        explanation.values[row],
        [_("not given") if value is None else str(value) for value in values.values()],
        feature_names=[contract[name].label if name in contract else name for name in explanation.features],
        out_names=contract.target_column.label_with_unit,
    )
    with st.container(key="force_plot"):
        st.html(GROUND)
        st_shap(plot, height=HEIGHT)

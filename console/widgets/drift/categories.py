"""The categories: what was measured of each, and the shares of one."""

from functools import partial

import streamlit as st

from console import widgets
from console.charts import drift as charts
from console.drift import Comparison, categories_table, new_and_vanished
from console.language import _
from core.records import Profile


def show_categories(comparison: Comparison) -> None:
    """Every category in numbers, and one closely."""
    profiles, contract = comparison.profiles, comparison.contract
    if profiles is None:
        st.caption(_("The profiles of this comparison are no longer stored."))
        return
    st.dataframe(categories_table(comparison), hide_index=True, alt=_("Every category with all that was measured"))
    st.caption(_("Total variation: 0 for equal shares, 1 for none in common. New and vanished: names of either side."))
    names = profiles[1].categories
    parts = {name: (contract[name].label, partial(_show_category, comparison, profiles, name)) for name in names}
    widgets.tabs(parts, "categories")


def _show_category(comparison: Comparison, profiles: tuple[Profile, Profile], name: str) -> None:
    for sentence in new_and_vanished(comparison, name):
        st.markdown(widgets.escaped(sentence))
    before, now = (profile.categories.get(name, {}) for profile in profiles)
    alt = _("Shares of {column} before and now", column=comparison.contract[name].label)
    widgets.figure(charts.category_shares(before, now), f"shares_{name}", alt)

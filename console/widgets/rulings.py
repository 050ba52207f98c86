"""What the rules of a promotion found, one line a rule."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from console.language import _, told
from console.widgets.panels import escaped


def rulings(found: Iterable[Mapping[str, Any]]) -> None:
    """Each rule with its numbers and whether it is kept; ``found`` holds rulings as a decision keeps them."""
    for ruling in found:
        mark = ":green[:material/check:]" if ruling["passed"] else ":red[:material/close:]"
        word = _("kept") if ruling["passed"] else _("not kept")
        st.markdown(f"{mark} **{word}** · {escaped(told(str(ruling['sentence'])))}")

"""Long reasons: the sentence stays, the list is taken out of it, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from console.long_reasons import shortened

FIRST = "Version 2 was trained: Against the previous batch (collection 1, batch 0): Price mean −62.6 % (limit 15 %)."
LAST = " Promoted: Version 2 keeps every rule."
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["Lot size std", "Price 75 % quantile"]), st.floats(-99, 999).map(lambda x: f"{x:+.1f} %")
    )
)


@given(CHANGES)
def test_three_or_more_further_changes_are_a_list(changes: list[tuple[str, str]]) -> None:
    further = [f"{name} {size} (limit 15 %)" for name, size in changes]
    whole = FIRST + "".join(f" Also {change}." for change in further) + LAST
    text, found = shortened(whole)
    assert found == (further if len(further) >= 3 else [])
    assert text == (FIRST + LAST if len(further) >= 3 else whole)


@given(st.text())
def test_any_other_text_stays_as_it_is(text: str) -> None:
    if " Also " not in text:
        assert shortened(text) == (text, [])

"""A card as Markdown: whatever stands in its texts, it is read as text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from console.drift import Verdict
from console.model_card.markdown import as_markdown
from console.report.parts import Part

SAID = Verdict("wait", "Version 1", "Trained because: *new* data")


def written(*parts: Part) -> list[str]:
    return as_markdown("Model card", "Listings.", SAID, iter(parts), "Made today.").splitlines()


def test_words_are_a_list_and_tables_are_tables_below_their_heading() -> None:
    table = [{"Metric": "MAE", "Test rows": "$ 120"}, {"Metric": "RMSE", "Test rows": "$ 400"}]
    lines = written(Part("Metrics", words=["One.", "Two."], tables=([], table)))
    start = lines.index("## Metrics")
    assert lines[start + 2 : start + 4] == ["- One.", "- Two."]
    assert lines[start + 5 : start + 8] == ["| Metric | Test rows |", "| --- | --- |", r"| MAE | \$ 120 |"]
    assert lines[-1] == "Made today."


@given(st.text())
def test_no_text_of_a_table_makes_another_cell_or_line(text: str) -> None:
    line = written(Part("Data", tables=([{"Column": text, "Missing": "0 %"}],)))[-3]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3


def test_a_part_of_figures_alone_says_where_they_are() -> None:
    figures = (object(),)
    assert "Its figures are in the HTML document." in written(Part("Errors", figures=figures))  # type: ignore[arg-type]
    assert "HTML" not in " ".join(written(Part("Errors", tables=([{"A": "b"}],), figures=figures)))  # type: ignore[arg-type]

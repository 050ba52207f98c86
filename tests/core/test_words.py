"""Sentences that core makes are English, and their templates are found again by their patterns."""

import pytest

from core.words import sentence, with_stop


def test_a_sentence_is_its_template_filled() -> None:
    assert (
        sentence("checking {rows:,} rows of {name}", rows=12_345, name="batch 3") == "checking 12,345 rows of batch 3"
    )
    assert sentence("Nothing was fetched.") == "Nothing was fetched."


@pytest.mark.parametrize(
    ("written", "ended"),
    [("only batch 2", "only batch 2."), ("Why not? ", "Why not?"), ("It drifted.", "It drifted."), ("", "")],
)
def test_what_a_person_wrote_ends_as_a_sentence(written: str, ended: str) -> None:
    assert with_stop(written) == ended

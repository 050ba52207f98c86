"""Sentences that core makes are English, and their templates are found again by their patterns."""

from core.words import sentence


def test_a_sentence_is_its_template_filled() -> None:
    assert (
        sentence("checking {rows:,} rows of {name}", rows=12_345, name="batch 3") == "checking 12,345 rows of batch 3"
    )
    assert sentence("Nothing was fetched.") == "Nothing was fetched."

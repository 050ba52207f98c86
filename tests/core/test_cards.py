"""Model cards: true of the rows that they were made from, and the same after they were stored."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cards import card_from_bytes, card_to_bytes, make_card
from core.cards.making import SPARSE
from core.comparison.errors import SHOWN_ROWS
from core.contract import Contract
from core.errors import RegistryError
from core.records import Card, LabelledRows


class Factor:
    """Answers with the size times a factor: something to be wrong with."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        return features["house_size"].to_numpy() * self.factor


def rows(contract: Contract, count: int, seed: int) -> LabelledRows:
    random = np.random.default_rng(seed)
    size = random.uniform(500, 4000, count)
    columns = {
        column.name: np.array([f"t{n % 7}" if n % 5 else "" for n in range(count)], dtype=object)
        if column.is_text
        else np.where(np.arange(count) % 4 == 0, np.nan, random.uniform(0, 9, count))
        for column in contract.features
    }
    features = pd.DataFrame({**columns, "house_size": size})[list(contract.feature_names)]
    segments = np.array([f"s{int(n**0.5) % 9}" for n in range(count)])
    return LabelledRows(features, size * 100 * random.lognormal(0, 0.2, count), segments)


def made(contract: Contract, train: int = 400, test: int = 300, factor: float = 100.0) -> Card:
    return make_card(Factor(factor), rows(contract, train, 1), rows(contract, test, 2), contract, 7)


def test_a_card_says_what_the_training_rows_hold(contract: Contract) -> None:
    train, card = rows(contract, 400, 1), made(contract)
    seen = {feature.name: feature for feature in card.features}
    assert set(seen) == set(contract.feature_names)
    size = train.features["house_size"]
    assert (seen["house_size"].low, seen["house_size"].high) == (size.min(), size.max())
    text = next(column.name for column in contract.features if column.is_text)
    assert seen[text].distinct == 7
    assert seen[text].missing == pytest.approx(0.2)
    assert (card.target_low, card.target_high) == (train.target.min(), train.target.max())
    names, counts = np.unique(train.segments, return_counts=True)
    assert card.sparse[0] == (names[counts.argmin()], counts.min())
    assert len(card.sparse) == SPARSE


def test_the_bands_and_the_histogram_hold_every_test_row_once(contract: Contract) -> None:
    card = made(contract)
    assert sum(band.rows for band in card.of("band")) == sum(card.counts) == 300
    assert all(cohort.rows >= 30 for cohort in card.of("cohort"))


@pytest.mark.parametrize(("factor", "sign"), [(200.0, 1), (30.0, -1)])
def test_a_model_that_says_too_much_has_a_bias_above_zero_everywhere(
    contract: Contract, factor: float, sign: int
) -> None:
    assert all(np.sign(segment.bias) == sign for segment in made(contract, factor=factor).segments)


def test_at_most_a_thousand_rows_are_kept_and_the_same_ones_each_time(contract: Contract) -> None:
    card = made(contract, test=1500)
    assert len(card.actual) == len(card.predicted) == SHOWN_ROWS
    assert card == made(contract, test=1500)
    assert len(card_to_bytes(card)) < 100_000


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 60), st.floats(1, 1e4))
def test_a_card_is_the_same_after_it_was_stored(contract: Contract, test: int, factor: float) -> None:
    card = made(contract, test=test, factor=factor)
    assert card_from_bytes(card_to_bytes(card)) == card


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"schema": "model-card/9"}', b'{"schema": "model-card/1"}'])
def test_what_is_no_card_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(RegistryError, match="cannot be read"):
        card_from_bytes(content)

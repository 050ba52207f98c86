"""Prices that were given come back by their link; prices of what could be are kept nowhere; what is unknown is said."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core import store
from core.errors import InputError
from core.loop import Loop, execute
from core.prediction import (
    Predictor,
    explain_rows,
    link_of,
    open_predictor,
    predict_rows,
    recall,
    try_price,
    try_values,
)
from core.records import Prediction
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]
FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}
DATED = FORM | {"prev_sold_date": "2015-03-15"}


def asked(predictor: Predictor, row: dict[str, Any], request_id: str = "ab12") -> Prediction:
    return explain_rows(predictor, [row], "page", request_id, "end user")[0][0]


def count(loop: Loop) -> int:
    with store.reading(loop.raw) as connection:
        return store.count_predictions(connection, tables=loop.tables)


def test_a_link_brings_the_same_price_back_and_says_when_a_newer_version_gives_another(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    predictor = open_predictor(loop)
    given = asked(predictor, DATED)
    found = recall(predictor, link_of(given), may_open_all=True)
    assert found.prediction == given
    assert found.today is None
    assert found.explanation is not None
    assert found.explanation.predictions[0] == pytest.approx(given.value)
    execute(loop, queue(loop, "training", reason="another", families=["linear"]))
    execute(loop, queue(loop, "promotion", version=2, reason="to see"))
    later = recall(open_predictor(loop), link_of(given), may_open_all=True)
    assert later.prediction == given
    assert later.today is not None
    assert later.today.version == 2
    assert later.today.value != pytest.approx(given.value)
    assert count(loop) == 1


def test_a_price_whose_version_is_gone_comes_back_without_its_reasons(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    predictor = open_predictor(loop)
    given = asked(predictor, FORM)
    loop.registry.remove(1)
    found = recall(open_predictor(loop), link_of(given), may_open_all=True)
    assert found.prediction.value == given.value
    assert found.explanation is None
    assert found.problem


def test_no_other_spelling_of_a_link_opens_a_price(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    predictor = open_predictor(loop)
    given = asked(predictor, FORM)
    with pytest.raises(InputError):
        predict_rows(predictor, [{"bed": "many"}], "page", "cd34")
    wrong = ["", "1", f"{given.id}.", f"{given.id}.ab1", "999.ab12", f"{given.id}.ab12 ", "x.ab12", "2.cd34", "9" * 30]
    for link in wrong:
        with pytest.raises(InputError, match="There is no price under this link"):
            recall(predictor, link, may_open_all=True)
    assert link_of(replace(given, id=None)) == ""


def test_an_end_user_opens_no_price_by_an_id_that_a_program_chose(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    predictor = open_predictor(loop)
    [of_a_program] = predict_rows(predictor, [FORM], "api", "order-66")
    with pytest.raises(InputError, match="There is no price under this link"):
        recall(predictor, link_of(of_a_program), may_open_all=False)
    assert recall(predictor, link_of(of_a_program), may_open_all=True).prediction.value == of_a_program.value
    given = asked(predictor, FORM)
    assert recall(predictor, link_of(given), may_open_all=False).prediction.value == given.value


def test_what_could_be_is_priced_as_what_is_and_kept_nowhere(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    predictor = open_predictor(loop)
    given = asked(predictor, FORM)
    before = count(loop)
    assert try_price(predictor, given.inputs).value == given.value
    tried = try_values(predictor, given.inputs, "house_size", [900.0, 1800.0, 3600.0])
    assert [entry.inputs["house_size"] for entry in tried] == [900.0, 1800.0, 3600.0]
    assert tried[1].value == given.value
    assert tried[0].value != tried[2].value
    assert {(entry.id, link_of(entry)) for entry in tried} == {(None, "")}
    assert count(loop) == before
    with pytest.raises(InputError, match="house_size"):
        try_values(predictor, given.inputs, "house_size", [0.0])


@pytest.mark.parametrize("family", ["histogram_boosting", "linear"])
def test_texts_that_were_never_seen_are_priced_and_named(make_loop: MakeLoop, family: str) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    execute(loop, queue(loop, "training", reason="one family", families=[family]))
    execute(loop, queue(loop, "promotion", version=2, reason="to see"))
    predictor = open_predictor(loop)
    [known, odd, empty] = predict_rows(predictor, [FORM, FORM | {"city": "Foo", "zip_code": "99999"}, {}], "api")
    assert known.unknown == ()
    assert odd.unknown == ("city", "zip_code")
    assert empty.unknown == ()
    assert min(known.value, odd.value, empty.value) > 0


def test_a_cycle_stores_the_places_of_its_clean_rows_and_retention_lets_them_go(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    with store.reading(loop.clean) as connection:
        places = store.list_places(connection, tables=loop.tables)
        found = [
            store.load_place(connection, tables=loop.tables, contract=loop.contract, place=place) for place in places
        ]
        assert sum(map(len, found)) == store.count_clean(connection, tables=loop.tables, batch=1)
    with store.writing(loop.clean) as connection:
        store.delete_clean(connection, tables=loop.tables, batch=1)
        assert store.list_places(connection, tables=loop.tables) == []

"""The card of the version that the page has chosen: read, taken away, and trained again from."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from console import actions, data, state
from console.language import _, told
from console.model_card import Facts, card_html, card_json, card_markdown, card_parts, headline, not_again
from console.report.parts import Part
from console.widgets.documents import document_button
from console.widgets.fragments import clicked
from console.widgets.panels import escaped, figure, verdict
from console.widgets.pickers import chosen_version
from core.errors import ConsoleError
from core.loop.modelling import batches_of
from core.loop.repeating import order_again
from core.records import Card, Ranked, Version

# The version in production and the newest others stand beside one of another program.
MOST_BESIDE = 4


def show_card(versions: Sequence[Version], ranked: Mapping[int, Ranked]) -> None:
    """The card of the version that is chosen above."""
    chosen = chosen_version(versions, "version")
    facts = _facts(chosen, versions, ranked)
    verdict(*_headline(facts))
    _actions(facts)
    for place, part in enumerate(card_parts(facts)):
        _part(part, f"card_{place}")


def _headline(facts: Facts) -> tuple[str, str, str]:
    said = headline(facts)
    return said.tone, said.headline, said.detail


def _facts(version: Version, versions: Sequence[Version], ranked: Mapping[int, Ranked]) -> Facts:
    labels = {batch.id: batch.label for batch in data.batches()}
    tried = len(data.trials(version.number))
    mark = version.tags.get("fingerprint")
    own = ranked.get(version.number, Ranked(version.number))
    return Facts(
        version=version,
        contract=state.contract(),
        zone=state.zone(),
        card=_kept(version.number),
        tried=tried,
        holdout=own.metrics,
        batches={key: labels.get(key, _("no longer listed")) for key in batches_of(version)},
        twins=tuple(v for v in versions if mark and v.tags.get("fingerprint") == mark and v.number != version.number),
        order=order_again(version, tried),
        live=data.live(version.number),
        **_of_a_foreign(version, ranked, own),
    )


def _of_a_foreign(version: Version, ranked: Mapping[int, Ranked], own: Ranked) -> dict[str, Any]:
    """What is asked only for a version that another program registered."""
    if "plan" in version.tags:
        return {}
    current = data.production()
    scored = [number for number in sorted(ranked, reverse=True) if ranked[number].metrics and number != version.number]
    beside = sorted(scored, key=lambda number: not current or number != current.version)[:MOST_BESIDE]
    try:
        schema = data.schema(version.number)
    except ConsoleError:
        schema = None
    return {"schema": schema, "problem": own.problem, "others": {number: ranked[number].metrics for number in beside}}


def _kept(number: int) -> Card | None:
    """What was kept of a version's training; one that cannot be read is said to be so, and stands as one without."""
    try:
        return data.card(number)
    except ConsoleError as error:
        st.warning(escaped(told(str(error))), icon=":material/warning:")
        return None


def _actions(facts: Facts) -> None:
    name = f"model_card_{facts.version.number}"
    with st.container(horizontal=True):
        document_button(
            _("Model card (HTML)"),
            _("One file with every figure and number of this card; it needs no network."),
            f"{name}.html",
            lambda: card_html(facts, data.now()),
        )
        document_button(
            _("Model card (Markdown)"),
            _("The same words and tables as text, for a repository or a wiki."),
            f"{name}.md",
            lambda: card_markdown(facts, data.now()),
        )
        document_button(
            _("Model card (JSON)"),
            _("The same numbers for a program, with what trains the version again."),
            f"{name}.json",
            lambda: card_json(facts, data.now()),
        )
        st.button(
            _("Train again from this card"),
            icon=":material/replay:",
            disabled=facts.order is None,
            on_click=clicked(_train_again),
            args=(facts,),
            help=not_again()
            if facts.is_foreign
            else _("A training with the same batches, families, seed and number of parameter sets."),
            key="train_again",
        )


def _train_again(facts: Facts) -> None:
    if facts.order is not None:
        actions.train(**facts.order)


def _part(part: Part, key: str) -> None:
    st.header(part.title, anchor=False)
    if part.words:
        st.markdown("\n".join(f"- {escaped(said)}" for said in part.words))
    for table in filter(None, part.tables):
        st.dataframe(table, hide_index=True, alt=part.title)
    for place, chart in enumerate(part.figures):
        figure(chart, f"{key}_{place}", part.title)

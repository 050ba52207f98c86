"""The card of the version that the page has chosen: read, taken away, and trained again from."""

from collections.abc import Mapping, Sequence

import streamlit as st

from console import actions, data, state
from console.language import _
from console.model_card import Facts, card_html, card_json, card_markdown, card_parts, headline
from console.report.parts import Part
from console.widgets.documents import document_button
from console.widgets.panels import empty_panel, escaped, figure, verdict
from console.widgets.pickers import chosen_version
from core.loop.modelling import batches_of
from core.loop.repeating import order_again
from core.records import Ranked, Version


def show_card(versions: Sequence[Version], ranked: Mapping[int, Ranked]) -> None:
    """The card of the version that is chosen above."""
    chosen = chosen_version(versions, "version")
    if "plan" not in chosen.tags:
        what = _("Version {number} was registered by another program.", number=chosen.number)
        empty_panel(what, _("Only a version that this console trained has a card: choose one above."))
        return
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
    return Facts(
        version=version,
        contract=state.contract(),
        zone=state.zone(),
        card=data.card(version.number),
        tried=tried,
        holdout=ranked[version.number].metrics if version.number in ranked else {},
        batches={key: labels.get(key, _("no longer listed")) for key in batches_of(version)},
        twins=tuple(v for v in versions if mark and v.tags.get("fingerprint") == mark and v.number != version.number),
        order=order_again(version, tried),
        live=data.live(version.number),
    )


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
            on_click=_train_again,
            args=(facts,),
            help=_("A training with the same batches, families, seed and number of parameter sets."),
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

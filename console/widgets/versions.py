"""Which version is in production and how well it does, and every version beside it."""

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from console import data, state
from console.codes import word
from console.formats import METRICS, amount, metric_value, moment
from console.language import _, plural, told
from console.widgets.panels import escaped, verdict
from core.policy import better_by, difference_change, judge
from core.records import Comparison, Difference, Promotion, Ranked, Version

# Pixels for ``+112.7 % [+108.1, +117.8], may be chance``, in Spanish too.
DIFFERENCE = 310


def production_verdict(production: Promotion | None, ranked: Mapping[int, Ranked]) -> None:
    """The version in production, its error, and since when, by whom and why it is."""
    if production is None:
        verdict("trouble", _("No version is in production"), _("Promote one below, so that people get prices."))
        return
    metric, own = data.promotion_rules().rules.metric, ranked.get(production.version)
    headline = _(
        "Version {number} is in production: {metric} {value} on the holdout",
        number=production.version,
        metric=METRICS[metric].label,
        value=metric_value(metric, own.metrics.get(metric) if own else None, state.contract()),
    )
    since = _(
        "Since {moment}, by {who}: {reason}",
        moment=moment(production.at, state.zone()),
        who=word(production.by),
        reason=told(production.reason),
    )
    verdict("well", headline, since)


def versions_table(versions: Sequence[Version], ranked: Mapping[int, Ranked], current: int | None) -> None:
    """Every version with its metrics, its difference to the one in production, and whether it keeps the rules."""
    comparisons, rules = data.comparisons(), data.promotion_rules().rules
    own = {each.number: ranked.get(each.number, Ranked(each.number)) for each in versions}
    rows = [
        {
            _("Version"): version.number,
            _("In production"): _("now") if version.number == current else "",
            _("Against production"): difference_text(comparisons.get(version.number), rules.metric),
            _("Rules"): _rules_kept(comparisons.get(version.number)),
            **_metrics(own[version.number]),
            _("Trained"): moment(version.created_at, state.zone()),
            _("Cause"): word(version.tags.get("cause", "")),
            _("Data"): _data(version),
            _("Why"): told(version.tags.get("reason", "")) or _("registered by another program"),
            **({_("In MLflow"): link} if (link := data.mlflow_link(version)) else {}),
        }
        for version in versions
    ]
    config = {
        _("In MLflow"): st.column_config.LinkColumn(display_text=_("its run")),
        # As wide as a change with its interval and its verdict, which a column of its own accord is not.
        _("Against production"): st.column_config.TextColumn(width=DIFFERENCE),
    }
    st.dataframe(rows, hide_index=True, column_config=config, alt=_("Versions, the newest first"))
    _unscored(versions, ranked)
    st.caption(
        _(
            "All on the same holdout rows, which no version was trained on. Against production: the change of {metric} "
            "with its 95 % interval, both versions on the same 1,000 resamples of the properties.",
            metric=METRICS[rules.metric].label,
        )
    )


def why_unscored(ranked: Mapping[int, Ranked], number: int) -> str:
    """Why a version has no score on the current holdout, in a sentence; "" where it has one."""
    if number not in ranked:
        return _(
            "Version {number} was not scored on the current holdout yet: press Score what is missing.", number=number
        )
    return told(ranked[number].problem)


def _unscored(versions: Sequence[Version], ranked: Mapping[int, Ranked]) -> None:
    """Each version that the table has no metrics of, with the reason in words."""
    known = {each.number: reason for each in versions if (reason := why_unscored(ranked, each.number))}
    lines = [_("**Not scored: version {number}.** {reason}", number=n, reason=escaped(w)) for n, w in known.items()]
    if lines:
        st.warning("  \n".join(lines), icon=":material/warning:")


def difference_text(comparison: Comparison | None, metric: str) -> str:
    """The change of a metric with its interval, "" where it is not known."""
    found = comparison.of(metric) if comparison else None
    return change_of(found) if found else ""


def change_of(difference: Difference) -> str:
    """``−3.1 % [−4.0, −2.2] better``."""
    text = told(difference_change(difference))
    if difference.is_none:
        return text
    if not difference.excludes_zero:
        return _("{change}, may be chance", change=text)
    return _("{change}, better", change=text) if better_by(difference) > 0 else _("{change}, worse", change=text)


def _data(version: Version) -> str:
    """``6 batches, 21,342 rows``: what a version was made of; "" where another program made it."""
    batches = [key for key in version.tags.get("batches", "").split(",") if key]
    if not batches:
        return ""
    rows = sum(json.loads(version.tags.get("rows", "{}")).values())
    return plural("{count} batch, {rows} rows", "{count} batches, {rows} rows", len(batches), rows=amount(rows))


def _metrics(own: Ranked) -> dict[str, str]:
    contract = state.contract()
    return {METRICS[name].label: metric_value(name, own.metrics.get(name), contract) for name in METRICS}


def _rules_kept(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    found = judge(comparison, data.promotion_rules().rules)
    kept = sum(ruling.passed for ruling in found)
    return _("all {count} kept", count=len(found)) if kept == len(found) else f"{kept} / {len(found)}"

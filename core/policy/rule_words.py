"""Rules, their limits and what they found, in words."""

import math

from core.contract import Contract
from core.policy.rules import RULE_KINDS
from core.policy.words import STATISTIC_LABELS
from core.records import Finding, RuleKey
from core.words import sentence


def fault(key: RuleKey, limit: float, contract: Contract) -> str:
    """What is wrong with a limit, in one sentence; "" where nothing is."""
    kind = RULE_KINDS[key.kind]
    shown = limit * kind.scale
    if math.isfinite(limit) and kind.low <= round(shown, 9) <= kind.high:
        return ""
    return sentence(
        "{rule}: the limit must lie between {low} and {high}, got {got}.",
        rule=rule_name(key, contract),
        low=_with_unit(kind.low, kind.unit),
        high=_with_unit(kind.high, kind.unit),
        got=_with_unit(shown, kind.unit),
    )


def rule_name(key: RuleKey, contract: Contract) -> str:
    """A rule in words: ``The mean of Price``, ``PSI of City``."""
    column = contract[key.column].label if key.column in contract else key.column
    match key.kind:
        case "change":
            return sentence("The {statistic} of {column}", statistic=STATISTIC_LABELS[key.statistic], column=column)
        case "missing":
            return sentence("Missing values of {column}", column=column)
        case "new_category":
            return sentence("New values of {column}", column=column)
        case "stability":
            return sentence("PSI of {column}", column=column)
        case kind:
            return RULE_KINDS[kind].label


def limit_words(key: RuleKey, limit: float | None) -> str:
    """A limit in words: ``15 %``, ``0.25``, ``30 rows``, or ``off``."""
    kind = RULE_KINDS[key.kind]
    if limit is None or (kind.zero_is_off and limit == 0):
        return sentence("off")
    return _with_unit(limit * kind.scale, kind.unit)


def finding_words(finding: Finding, limit: float, contract: Contract) -> str:
    """What a rule that fired found, with its numbers and its limit, as a sentence."""
    if finding.key.column:
        return _column_words(finding, limit, contract)
    if finding.key.kind in ("live_ape", "live_mae"):
        return _live_words(finding, limit, contract)
    return _batch_words(finding, limit)


def change_words(key: RuleKey, before: float | None, now: float | None, contract: Contract) -> str:
    """A change of a rule in words."""
    return sentence(
        "{rule}: {before} before, now {now}",
        rule=rule_name(key, contract),
        before=limit_words(key, before),
        now=limit_words(key, now),
    )


def _column_words(finding: Finding, limit: float, contract: Contract) -> str:
    key, most = finding.key, limit_words(finding.key, limit)
    column = contract[key.column].label if key.column in contract else key.column
    if key.kind == "missing":
        return sentence(
            "{column} is missing in {now} of the rows, {before} in the reference (limit {limit} more).",
            column=column,
            now=_share(finding.now),
            before=_share(finding.before),
            limit=most,
        )
    if key.kind == "new_category":
        return sentence(
            "{share} of the rows have a value of {column} that the reference does not know (limit {limit}).",
            share=_share(finding.value),
            column=column,
            limit=most,
        )
    value = f"{finding.value:.3g}"
    return sentence("PSI of {column} is {value} (limit {limit}).", column=column, value=value, limit=most)


def _live_words(finding: Finding, limit: float, contract: Contract) -> str:
    unit = contract.target_column.unit

    def shown(value: float | None) -> str:
        return _share(value or 0.0) if finding.key.kind == "live_ape" else f"{value or 0.0:,.0f} {unit}".strip()

    values = {
        "live": shown(finding.now),
        "low": shown(finding.low),
        "high": shown(finding.high),
        "holdout": shown(finding.before),
        "more": _share(finding.value),
        "count": f"{finding.count:,}",
        "limit": limit_words(finding.key, limit),
    }
    if finding.key.kind == "live_ape":
        return sentence(
            "The median error on {count} true values is {live} (95 % interval {low} to {high}), {more} above the "
            "{holdout} on the holdout (limit {limit}).",
            **values,
        )
    return sentence(
        "The mean absolute error on {count} true values is {live} (95 % interval {low} to {high}), {more} above the "
        "{holdout} on the holdout (limit {limit}).",
        **values,
    )


def _batch_words(finding: Finding, limit: float) -> str:
    most, share = limit_words(finding.key, limit), _share(finding.value)
    rows, of = f"{finding.now:,.0f}", f"{finding.before:,.0f}"
    match finding.key.kind:
        case "few_rows" | "many_rows":
            return sentence(
                "The batch has {rows} rows, {share} of a usual one (limit {limit}).", rows=rows, share=share, limit=most
            )
        case "least_rows":
            return sentence(
                "Too small to judge: {rows} of {all} rows can be used, at least {limit} are asked for.",
                rows=rows,
                all=of,
                limit=f"{limit:,.10g}",
            )
        case "most_rejected":
            return sentence(
                "Too broken to judge: {rows} of {all} rows were rejected, {share} (at most {limit}).",
                rows=rows,
                all=of,
                share=share,
                limit=most,
            )
        case _:
            return sentence(
                "{rows} of {all} rows were rejected, {share} (limit {limit}).",
                rows=rows,
                all=of,
                share=share,
                limit=most,
            )


def _share(share: float) -> str:
    return f"{share * 100:,.1f} %"


def _with_unit(value: float, unit: str) -> str:
    number = f"{value:,.10g}"
    match unit:
        case "%":
            return f"{number} %"
        case "points":
            return sentence("{number} points", number=number)
        case "rows":
            return sentence("{number} rows", number=number)
        case _:
            return number

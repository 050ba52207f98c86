"""All SQL but the queue's: keyword functions that take the connection first, one transaction a step."""

from .approvals import (
    decide_approval,
    list_approvals,
    load_promotion_rules,
    put_forward,
    renew_approval,
    store_promotion_rules,
    supersede,
)
from .batches import (
    count_rows,
    current_collection,
    find_batch,
    last_batch,
    list_batches,
    list_earlier,
    list_rows,
    load_batch,
    load_received,
    open_collection,
    store_batch,
    usual_rows,
)
from .clean import (
    count_clean,
    count_splits,
    load_clean,
    storing_clean,
)
from .comparisons import (
    largest_changes,
    load_changes,
    load_data_comp,
    load_reports,
    store_reports,
)
from .engines import (
    migrate,
    open_engine,
    reading,
    shown,
    writing,
)
from .gauges import (
    Gauges,
    load_gauges,
)
from .held import (
    held_batches,
)
from .history import (
    count_history,
    list_history,
)
from .ledger import (
    count_actions,
    current_promotion,
    last_training,
    list_actions,
    list_decisions,
    list_promotions,
    load_decision,
    note_action,
    store_decision,
    store_promotion,
)
from .places import (
    list_places,
    load_place,
    store_places,
)
from .predictions import (
    count_predictions,
    list_predictions,
    load_prediction,
    store_many_predictions,
    store_predictions,
)
from .profiles import (
    accumulated_profile,
    load_profile,
)
from .quality import (
    load_facts,
    store_facts,
)
from .readmitted import (
    store_readmitted,
)
from .received import (
    Received,
    receive,
)
from .rejected import (
    count_rejected,
    list_reasons,
    list_rejected,
    mark_readmitted,
    stream_rejected,
)
from .retention import (
    batches_of,
    delete_clean,
    delete_received,
    forget_scores,
    list_collections,
    mark_rows_deleted,
    versions_ever_in_production,
)
from .rules import (
    list_rules,
    load_rules,
    store_rules,
)
from .scores import (
    forget_resamples,
    holdout_metrics,
    last_holdout,
    list_resampled,
    load_resamples,
    load_scores,
    store_resamples,
    store_scores,
)
from .serving import (
    load_serving,
    store_serving,
)
from .stamp import (
    Stamp,
    load_stamp,
)
from .true_values import (
    any_names_home,
    find_answered,
    list_met,
    load_trained_on,
    load_truth,
    load_waiting,
    store_trained_on,
    store_truths,
)

__all__ = [
    "Gauges",
    "Received",
    "Stamp",
    "accumulated_profile",
    "any_names_home",
    "batches_of",
    "count_actions",
    "count_clean",
    "count_history",
    "count_predictions",
    "count_rejected",
    "count_rows",
    "count_splits",
    "current_collection",
    "current_promotion",
    "decide_approval",
    "delete_clean",
    "delete_received",
    "find_answered",
    "find_batch",
    "forget_resamples",
    "forget_scores",
    "held_batches",
    "holdout_metrics",
    "largest_changes",
    "last_batch",
    "last_holdout",
    "last_training",
    "list_actions",
    "list_approvals",
    "list_batches",
    "list_collections",
    "list_decisions",
    "list_earlier",
    "list_history",
    "list_met",
    "list_places",
    "list_predictions",
    "list_promotions",
    "list_reasons",
    "list_rejected",
    "list_resampled",
    "list_rows",
    "list_rules",
    "load_batch",
    "load_changes",
    "load_clean",
    "load_data_comp",
    "load_decision",
    "load_facts",
    "load_gauges",
    "load_place",
    "load_prediction",
    "load_profile",
    "load_promotion_rules",
    "load_received",
    "load_reports",
    "load_resamples",
    "load_rules",
    "load_scores",
    "load_serving",
    "load_stamp",
    "load_trained_on",
    "load_truth",
    "load_waiting",
    "mark_readmitted",
    "mark_rows_deleted",
    "migrate",
    "note_action",
    "open_collection",
    "open_engine",
    "put_forward",
    "reading",
    "receive",
    "renew_approval",
    "shown",
    "store_batch",
    "store_decision",
    "store_facts",
    "store_many_predictions",
    "store_places",
    "store_predictions",
    "store_promotion",
    "store_promotion_rules",
    "store_readmitted",
    "store_reports",
    "store_resamples",
    "store_rules",
    "store_scores",
    "store_serving",
    "store_trained_on",
    "store_truths",
    "storing_clean",
    "stream_rejected",
    "supersede",
    "usual_rows",
    "versions_ever_in_production",
    "writing",
]

"""The frozen records that travel between the rooms."""

from core.records.decisions import Decision, Promotion, Ranked, StoredDecision
from core.records.drift import (
    REFERENCES,
    STATISTICS,
    CategoryDrift,
    ChangeInterval,
    DriftReport,
    Examination,
    Measurement,
    Missing,
    NumberDrift,
    NumberProfile,
    Profile,
    severity,
)
from core.records.history import OUTCOMES, HistoryEntry, HistoryFilter
from core.records.models import Candidate, Explanation, SearchPlan, TrainingFacts, TrainingOrder, Trial, Version
from core.records.predictions import Interval, Prediction, PredictionRecord
from core.records.quality import Band, ColumnFacts, Quality
from core.records.rows import Batch, CheckedBatch, Collection, FeedBatch, KeptRow, LabelledRows, RejectedRow
from core.records.rules import HOLD_DEFAULTS, Evidence, Finding, RuleKey, Rules, SetRule
from core.records.runs import LogLine, Run, RunStep

__all__ = [
    "HOLD_DEFAULTS",
    "OUTCOMES",
    "REFERENCES",
    "STATISTICS",
    "Band",
    "Batch",
    "Candidate",
    "CategoryDrift",
    "ChangeInterval",
    "CheckedBatch",
    "Collection",
    "ColumnFacts",
    "Decision",
    "DriftReport",
    "Evidence",
    "Examination",
    "Explanation",
    "FeedBatch",
    "Finding",
    "HistoryEntry",
    "HistoryFilter",
    "Interval",
    "KeptRow",
    "LabelledRows",
    "LogLine",
    "Measurement",
    "Missing",
    "NumberDrift",
    "NumberProfile",
    "Prediction",
    "PredictionRecord",
    "Profile",
    "Promotion",
    "Quality",
    "Ranked",
    "RejectedRow",
    "RuleKey",
    "Rules",
    "Run",
    "RunStep",
    "SearchPlan",
    "SetRule",
    "StoredDecision",
    "TrainingFacts",
    "TrainingOrder",
    "Trial",
    "Version",
    "severity",
]

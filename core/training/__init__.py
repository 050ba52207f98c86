"""Search, fit and score a candidate: pure but for the processor's time."""

from core.training.drawing import count_draws
from core.training.encoding import Encoder
from core.training.families import FAMILIES
from core.training.lean import LeanModel, lean_from_bytes, lean_to_bytes, make_lean
from core.training.model import TabularModel
from core.training.scoring import answers, measure, metrics_of, ranges_of, score
from core.training.search import LEAST_ROWS, train_candidate
from core.training.spread import Spread, here

__all__ = [
    "FAMILIES",
    "LEAST_ROWS",
    "Encoder",
    "LeanModel",
    "Spread",
    "TabularModel",
    "answers",
    "count_draws",
    "here",
    "lean_from_bytes",
    "lean_to_bytes",
    "make_lean",
    "measure",
    "metrics_of",
    "ranges_of",
    "score",
    "train_candidate",
]

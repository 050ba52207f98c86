"""Files with many rows: read within bounds, answered part by part, written so that nothing in them runs."""

from core.prediction.files.answering import Part, Problem, answer_table
from core.prediction.files.decimals import decimals_of
from core.prediction.files.table import MOST_ROWS, Table, match_columns, read_table, titles
from core.prediction.files.writing import (
    answer_header,
    answer_rows,
    as_csv,
    as_excel,
    problem_rows,
)

__all__ = [
    "MOST_ROWS",
    "Part",
    "Problem",
    "Table",
    "answer_header",
    "answer_rows",
    "answer_table",
    "as_csv",
    "as_excel",
    "decimals_of",
    "match_columns",
    "problem_rows",
    "read_table",
    "titles",
]

"""The report of a batch: a page that needs no network, and its numbers."""

from console.report.numbers import SCHEMA, numbers_json
from console.report.page import report_html

__all__ = ["SCHEMA", "numbers_json", "report_html"]

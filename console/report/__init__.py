"""Documents to take away: pages that need no network. The report of a batch, with its numbers, is one of them."""

from console.report.numbers import SCHEMA, numbers_json
from console.report.page import document_html, report_html

__all__ = ["SCHEMA", "document_html", "numbers_json", "report_html"]

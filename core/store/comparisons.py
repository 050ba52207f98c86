"""Drift reports, number by number."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, case, delete, func, insert, select, text

from core.records import DriftReport, Measurement
from core.tables import drift_measurements, drift_reports


def store_reports(connection: Connection, *, batch: int, reports: Iterable[DriftReport], at: datetime) -> None:
    """Store the reports of a batch in place of all earlier ones."""
    of_batch = drift_reports.c.batch_id == batch
    earlier = select(drift_reports.c.id).where(of_batch)
    connection.execute(delete(drift_measurements).where(drift_measurements.c.report_id.in_(earlier)))
    connection.execute(delete(drift_reports).where(of_batch))
    rows: list[dict[str, Any]] = []
    for report in reports:
        values = {"reference": report.reference, "reference_label": report.reference_label, "compared_at": at}
        key = connection.execute(insert(drift_reports).values(batch_id=batch, **values)).inserted_primary_key
        rows += [_to_row(int(key[0]) if key else 0, measured) for measured in report.measurements]
    if rows:
        connection.execute(insert(drift_measurements), rows)


def load_reports(connection: Connection, *, batch: int) -> dict[str, DriftReport]:
    """The reports of a batch by reference."""
    query = (
        select(drift_reports.c.reference, drift_reports.c.reference_label, drift_measurements)
        .join(drift_measurements, drift_measurements.c.report_id == drift_reports.c.id)
        .where(drift_reports.c.batch_id == batch)
    )
    found: dict[tuple[str, str], list[Measurement]] = {}
    for row in connection.execute(query):
        found.setdefault((row.reference, row.reference_label), []).append(_from_row(row._mapping))
    return {name: DriftReport(name, label, tuple(measured)) for (name, label), measured in found.items()}


def load_changes(connection: Connection, *, reference: str, limit: int = 2000) -> pd.DataFrame:
    """Every measurement against one reference over the newest batches: one row a batch, column and statistic."""
    query = (
        select(drift_reports.c.batch_id, drift_measurements)
        .join(drift_measurements, drift_measurements.c.report_id == drift_reports.c.id)
        .where(drift_reports.c.reference == reference)
        .order_by(drift_reports.c.batch_id.desc())
        .limit(limit)
    )
    result = connection.execute(query)
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()))


def largest_changes(connection: Connection, *, batches: Collection[int]) -> dict[tuple[int, str], Measurement]:
    """The measurement that lies furthest over (or nearest to) its limit, by batch and reference."""
    measured = drift_measurements.c
    times = func.abs(measured.relative_change) / measured.limit_value
    without_number = case((measured.exceeded, 1e300), else_=0.0)
    severity = case((measured.relative_change.is_(None), without_number), else_=times)
    place = func.row_number().over(
        partition_by=measured.report_id, order_by=(severity.desc(), measured.column_name, measured.statistic)
    )
    ranked = (
        select(drift_reports.c.batch_id, drift_reports.c.reference, *measured, place.label("place"))
        .join(drift_measurements, measured.report_id == drift_reports.c.id)
        .where(drift_reports.c.batch_id.in_(batches))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {(row.batch_id, row.reference): _from_row(row._mapping) for row in rows}


def load_data_comp(connection: Connection) -> pd.DataFrame:
    """The view ``data_comp``: one wide row a comparison, the oldest first."""
    result = connection.execute(text("SELECT * FROM data_comp ORDER BY id"))
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()))


def _to_row(report: int, measurement: Measurement) -> dict[str, Any]:
    return {
        "report_id": report,
        "column_name": measurement.column,
        "statistic": measurement.statistic,
        "reference_value": measurement.reference,
        "current_value": measurement.current,
        "relative_change": measurement.change,
        "limit_value": measurement.limit,
        "exceeded": measurement.exceeded,
        "note": measurement.note,
    }


def _from_row(row: Mapping[Any, Any]) -> Measurement:
    return Measurement(
        column=row["column_name"],
        statistic=row["statistic"],
        reference=row["reference_value"],
        current=row["current_value"],
        change=row["relative_change"],
        limit=row["limit_value"],
        exceeded=bool(row["exceeded"]),
        note=row["note"],
    )

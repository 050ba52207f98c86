"""``python -m benchmarks [part ...]``: measure, print the table, write it as JSON. ``make bench`` does the same."""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bench import FULL, QUICK, Bench
from benchmarks.measuring import MeasurementFailed
from benchmarks.table import Line, as_record, as_text, write
from benchmarks.world import MARIADB, SQLITE, answers

PARTS = (
    *("ingest", "exactness", "growth", "big_batch", "training", "quality"),
    *("ranking", "predict", "shap_values", "pages", "memory"),
)
RESULTS = Path(__file__).parent / "results"
# Whoever has real listings keeps them beside the checkout: their licence may not let them into it.
LISTINGS = Path(__file__).parents[2] / "shared" / "data" / "realtor_head.csv"
SERVER = "mysql+pymysql://root@127.0.0.1:3306"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that are asked for; the exit code is 1 where a part could not be measured."""
    options = _parse(arguments)
    lines: list[Line] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
        databases = tuple(options.database or (SQLITE, MARIADB))
        is_there = MARIADB not in databases or answers(options.server)
        databases = databases if is_there else tuple(name for name in databases if name != MARIADB)
        bench = Bench(QUICK if options.quick else FULL, databases, options.server, folder, stack, _listings(options))
        for part in options.parts or PARTS:
            lines += _measured(part, bench)
    text = as_text(lines, is_judged=not options.quick)
    sys.stdout.write(text if is_there else f"{text}\nNo {MARIADB} answered: its lines were not measured.\n")
    name = options.out or ("quick" if options.quick else "-".join(options.parts) or "all")
    write(as_record(lines, options.date, options.quick), RESULTS / f"{name}.json" if not options.out else Path(name))
    return int(any(line.ours is None for line in lines))


def _measured(part: str, bench: Bench) -> Iterator[Line]:
    """The lines of a part; one that failed is said to be not measured, and the others go on."""
    measure = importlib.import_module(f"benchmarks.parts.{part}").measure
    try:
        for line in measure(bench):
            sys.stderr.write(as_text([line], is_judged=False).splitlines()[-1] + "\n")
            yield line
    except MeasurementFailed as error:
        sys.stderr.write(f"{error}\n")
        yield Line(part, "not measured", None, note=str(error).splitlines()[-1][:120])


def _listings(options: argparse.Namespace) -> Path | None:
    if options.listings is None:
        return LISTINGS if LISTINGS.exists() else None
    file = Path(options.listings)
    if not file.is_file():
        raise SystemExit(f"--listings must be a CSV file of real listings, got {options.listings!r}: there is none.")
    return file


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="What the console costs, beside the recipe.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; all of it by default")
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that the suite runs, judges nothing")
    parser.add_argument("--database", action="append", choices=[SQLITE, MARIADB], help="one database only")
    parser.add_argument("--server", default=SERVER, help="the MySQL-compatible server, where it may make databases")
    parser.add_argument("--listings", help="a CSV file of real listings with the contract's columns, for the quality")
    parser.add_argument("--date", default="", help="the date that the result is written with")
    parser.add_argument("--out", help="the JSON file; by default one in benchmarks/results/ named after the parts")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

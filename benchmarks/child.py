"""A measured process: does one thing, then says how long it took and how much memory it ever held.

Run by ``measuring.in_child`` as ``python -m benchmarks.child module:function '{"argument": ...}'``.
"""

import importlib
import json
import sys
from pathlib import Path


def status_mb(field: str, process: str = "self") -> float:
    """A field of /proc/<process>/status in MB: VmHWM is the peak resident set of this program alone, VmRSS the present.

    ``ru_maxrss`` would not do: a process inherits there the peak of the one that started it.
    """
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f"/proc/{process}/status has no {field}")


def main(name: str, arguments: str) -> None:
    """Call ``module:function`` with keyword arguments given as JSON; the last line of stdout is its answer as JSON."""
    module, _, function = name.partition(":")
    found = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    sys.stdout.write(json.dumps({**found, "peak_mb": status_mb("VmHWM")}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A worker that waits is light: the heavy libraries are loaded by the processes of its runs, and go with them."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("numpy", "pandas", "sklearn", "mlflow", "shap", "numba", "requests", "core.registry", "core.training")


def test_a_waiting_worker_loads_no_heavy_library() -> None:
    program = f"import sys, core.loop.worker; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_start_that_migrates_nothing_loads_no_heavy_library(tmp_path: Path) -> None:
    addresses = [f"sqlite:///{tmp_path / name}.db" for name in ("raw", "clean")]
    program = f"""
import sys
from core import store
from core.contract import load_contract
for address, which in zip({addresses!r}, ("raw", "clean"), strict=True):
    store.migrate(store.open_engine(address), which, load_contract("real_estate"))
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

"""A worker that waits is light: the heavy libraries are loaded by the processes of its runs, and go with them."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "sklearn", "mlflow", "shap", "numba", "requests", "core.registry", "core.training")


def test_a_waiting_worker_loads_no_heavy_library() -> None:
    program = f"import sys, core.loop.worker; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

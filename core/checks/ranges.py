"""Values outside the contract's ranges."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Column, Contract


def out_of_range(series: pd.Series, column: Column) -> NDArray[np.bool_]:
    """Which values (n,) lie outside the column's range; a missing value does not."""
    if column.kind == "date":
        low, high = (str(end) if end is not None else None for end in (column.min, column.max))
        codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
        # The last place stands for a missing value, whose code is -1.
        return np.array([*((low and text < low) or (high and text > high) for text in texts), False], dtype=bool)[codes]
    outside = np.zeros(len(series), dtype=bool)
    if column.is_number:
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        if column.min is not None:
            outside |= numbers < column.min
        if column.max is not None:
            outside |= numbers > column.max
    return outside


def count_out_of_range(frame: pd.DataFrame, contract: Contract) -> dict[str, int]:
    """How many values of each column lie outside its range; columns without any are left out."""
    counts = {column.name: int(out_of_range(frame[column.name], column).sum()) for column in contract.columns}
    return {name: count for name, count in counts.items() if count}

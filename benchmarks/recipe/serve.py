"""The recipe's prediction: each call loads the model, opens a connection and writes with ``to_sql``."""

import sys
from typing import Any

import pandas as pd
from fastapi import FastAPI
from sqlalchemy import create_engine

from benchmarks.recipe.training import MODEL, READ

ASKED = ["brokered_by", "status", *READ, "street", "city", "zip_code", "prev_sold_date"]
TEXTS = ["status", "state", "city", "prev_sold_date"]


def predict(row: dict[str, Any], tracking_uri: str, raw_url: str) -> float:
    """One price, with its record stored."""
    import mlflow

    mlflow.set_tracking_uri(tracking_uri)
    model = mlflow.sklearn.load_model(f"models:/{MODEL}@production")
    # The first row makes the table: what it lacks must not become a column of numbers that later rows have texts for.
    frame = pd.DataFrame([row]).reindex(columns=ASKED).astype(dict.fromkeys(TEXTS, object))
    price = float(model.predict(frame[READ])[0])
    engine = create_engine(raw_url)
    frame.assign(prediction=price).to_sql("recipe_predictions", engine, if_exists="append", index=False)
    engine.dispose()
    return price


def serve(port: int, tracking_uri: str, raw_url: str) -> None:
    """Answer POST /api/predict until ended."""
    import uvicorn

    app = FastAPI()

    @app.post("/api/predict")
    def answer(row: dict[str, Any]) -> dict[str, float]:
        return {"prediction": predict(row, tracking_uri, raw_url)}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])

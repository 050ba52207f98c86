"""A load of a running console: most clients ask for one price, some for a list or for reasons. ``make load`` runs it.

Locust has a page of its own where it is started without ``--headless``. A console with a password needs ``--token``.
"""

from argparse import ArgumentParser
from itertools import cycle
from typing import Any

from locust import FastHttpUser, events, task

from benchmarks.listings import received

ROWS_IN_A_LIST = 20
FRAME = received(200, 77).drop(columns="price").astype(object)
ROWS: list[dict[str, Any]] = [
    {name: value for name, value in row.items() if value == value and value is not None}
    for row in FRAME.to_dict("records")
]


@events.init_command_line_parser.add_listener
def add_token(parser: ArgumentParser) -> None:
    """The token of programs, from the command line or the environment."""
    parser.add_argument("--token", env_var="API_TOKEN", default="", is_secret=True, help="what programs send")


class Program(FastHttpUser):
    """A client that asks again as soon as it is answered."""

    def on_start(self) -> None:
        """Take the token and a place in the rows."""
        self.rows = cycle(ROWS)
        token = self.environment.parsed_options.token
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    @task(8)
    def one(self) -> None:
        """One price."""
        self.client.post("/api/predict", json=next(self.rows), headers=self.headers, name="one price")

    @task(1)
    def many(self) -> None:
        """A list of prices."""
        rows = [next(self.rows) for _ in range(ROWS_IN_A_LIST)]
        name = f"{ROWS_IN_A_LIST} prices in a list"
        self.client.post("/api/predict", json=rows, headers=self.headers, name=name)

    @task(1)
    def reasons(self) -> None:
        """One price with its reasons."""
        self.client.post("/api/explain", json=next(self.rows), headers=self.headers, name="one price and its reasons")

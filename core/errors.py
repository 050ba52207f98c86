"""Every error that the console raises on purpose.

ConsoleError
├── SettingsError            a setting has a wrong value
├── ContractError            a contract file is wrong
├── InputError               a value that a person or program gave is wrong
│   └── RowsInvalid          some of many rows have wrong values
├── NotAllowed               somebody asked for what their role may not do
├── FeedError
│   ├── FeedUnavailable      the feed did not answer in time, or refused
│   ├── FeedAnswerInvalid    the feed answered something that is no batch
│   └── FeedExhausted        the feed has handed out every batch
├── StoreError               a database did not take or give what was asked
├── RegistryError
│   ├── RegistryUnavailable  MLflow does not answer
│   ├── ModelNotLoadable     a version exists but cannot be used
│   └── NoProductionModel    nothing was promoted yet
├── TrainingError            the data cannot be trained on
├── ClusterUnavailable       the Dask cluster does not answer, or gave up a part of the work
└── RunError
    ├── RunCancelled         an operator asked the run to stop
    ├── RunInterrupted       the worker was told to stop
    ├── LeaseHeld            another worker is working
    └── LeaseLost            the lease ran out or was taken over

The text of each is one sentence for the reader of a page or a log: what, whose, what it must be,
what it got, what to do.
"""

from collections.abc import Mapping
from typing import Any


class ConsoleError(Exception):
    """Base of all errors that the console raises on purpose."""


class SettingsError(ConsoleError):
    """A setting has a wrong value; the program must not start."""


class ContractError(ConsoleError):
    """A contract file is wrong."""


class InputError(ConsoleError):
    """A value that a person or a program gave is wrong.

    ``problems`` maps each field to its sentence; it is empty where no single field is at fault.
    """

    def __init__(self, message: str, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.problems = dict(problems or {})

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.problems)


class RowsInvalid(InputError):
    """Some of many rows have wrong values: ``rows`` maps the place (from 0) of each to its problems.

    ``problems`` are those of the first of them.
    """

    def __init__(self, message: str, rows: Mapping[int, Mapping[str, str]]) -> None:
        super().__init__(message, next(iter(rows.values()), {}))
        self.rows = {place: dict(problems) for place, problems in rows.items()}

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.rows)


class NotAllowed(ConsoleError):
    """Somebody who is signed in asked for what their role may not do."""


class FeedError(ConsoleError):
    """The feed could not give a batch."""


class FeedUnavailable(FeedError):
    """The feed did not answer in time, or refused."""


class FeedAnswerInvalid(FeedError):
    """The feed answered something that is no batch."""


class FeedExhausted(FeedError):
    """The feed has handed out every batch."""


class StoreError(ConsoleError):
    """A database did not take or give what was asked."""


class RegistryError(ConsoleError):
    """MLflow did not take or give what was asked."""


class RegistryUnavailable(RegistryError):
    """MLflow does not answer."""


class ModelNotLoadable(RegistryError):
    """A version exists but cannot be used."""


class NoProductionModel(RegistryError):
    """No version is in production yet."""


class TrainingError(ConsoleError):
    """The data cannot be trained on."""


class ClusterUnavailable(ConsoleError):
    """The Dask cluster does not answer, or gave up a part of the work."""


class RunError(ConsoleError):
    """A run did not reach its end."""


class RunCancelled(RunError):
    """An operator asked the run to stop."""


class RunInterrupted(RunError):
    """The worker was told to stop while the run was going on."""


class LeaseHeld(RunError):
    """Another worker is working."""


class LeaseLost(RunError):
    """The lease ran out or another worker took it over."""

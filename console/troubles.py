"""What is told of a failure: an operator may read all of it, end users and programs no address and no account."""

import logging

from console import state
from console.language import told
from core.errors import (
    ConsoleError,
    InputError,
    ModelNotLoadable,
    NoProductionModel,
    NotAllowed,
    RegistryError,
    StoreError,
)
from core.words import sentence

NO_MODEL = sentence("There is no model in production yet.")
NOT_LOADED = sentence("The version in production cannot be loaded.")
NO_STORE = sentence("The database does not answer; what is asked for may not be stored.")
NO_REGISTRY = sentence("MLflow does not answer; reasons and new versions have to wait.")
# About what the reader did, or is waiting for: nothing in them is of this installation.
FOR_ALL = (InputError, NotAllowed, NoProductionModel)
NEUTRAL: tuple[tuple[type[ConsoleError], str], ...] = (
    (StoreError, NO_STORE),
    (ModelNotLoadable, sentence("The version that is asked cannot be loaded.")),
    (RegistryError, NO_REGISTRY),
)
OTHERWISE = sentence("The console cannot do this now; its log says why.")
logger = logging.getLogger(__name__)


def neutral(error: ConsoleError) -> str:
    """An English sentence for everybody; the rest is for the log."""
    if isinstance(error, FOR_ALL):
        return str(error)
    return next((words for kind, words in NEUTRAL if isinstance(error, kind)), OTHERWISE)


def in_words(error: ConsoleError) -> str:
    """What the reader of a page is told, in their language."""
    if state.is_operator():
        return told(str(error))
    if not isinstance(error, FOR_ALL):
        logger.warning("an end user was told of: %s", error)
    return told(neutral(error))

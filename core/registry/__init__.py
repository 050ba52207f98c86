"""All of MLflow: versions of the model, what is known of each, and which of them is in production."""

from core.registry.loading import LoadedModel
from core.registry.registry import PRODUCTION, Registry, open_registry

__all__ = ["PRODUCTION", "LoadedModel", "Registry", "open_registry"]

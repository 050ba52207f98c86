"""The HTTP interface under /api: prices and reasons for programs, the model, and whether the console is well."""

from console.api.routes import create_api

__all__ = ["create_api"]

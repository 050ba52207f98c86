"""Run by alembic with the connection that ``core.store.engines`` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="console_version", transaction_per_migration=False)
context.run_migrations()

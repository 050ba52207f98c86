"""Migrations of the raw and the clean database, by alembic: a folder of revisions for each."""

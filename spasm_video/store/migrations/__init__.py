"""Alembic's folder: the revisions of the store, shipped with the package."""

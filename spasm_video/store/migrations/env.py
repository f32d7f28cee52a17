"""How Alembic reaches the store: by the connection it is handed, within its transaction."""

from __future__ import annotations

from alembic import context

from spasm_video.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # also on SQLite, where we say BEGIN ourselves
)
context.run_migrations()

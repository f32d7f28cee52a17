"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """What it changes, and what happens to the rows that are there."""
    ${upgrades if upgrades else "raise NotImplementedError"}

"""The flavor that an instance was started with."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("hardware", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("instance", "hardware")

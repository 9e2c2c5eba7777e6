"""What of the shelf a revision's instances have mounted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("preload", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("revision", "preload")

"""Where a Space stands that waits for a GPU, and what made it wait."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("gpurequest", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("waits", sa.String(), nullable=False, server_default="in_line"))
        batch_op.add_column(sa.Column("cause", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("gpurequest", schema=None) as batch_op:
        for column in ("cause", "waits", "line"):
            batch_op.drop_column(column)

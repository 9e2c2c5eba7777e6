"""Large files that repositories hold."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lfsobject",
        sa.Column("repository", sa.Integer(), nullable=False),
        sa.Column("oid", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("git_oid", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("repository", "oid"),
    )
    with op.batch_alter_table("lfsobject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lfsobject_oid"), ["oid"], unique=False)


def downgrade() -> None:
    op.drop_table("lfsobject")

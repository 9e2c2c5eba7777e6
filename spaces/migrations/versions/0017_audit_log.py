"""The audit log, which the database lets nobody change."""

import sqlalchemy as sa
from alembic import op

from spaces.models.append_only import statements

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("auditentry", schema=None) as batch_op:
        for column in ("action", "actor", "at", "subject"):
            batch_op.create_index(batch_op.f(f"ix_auditentry_{column}"), [column], unique=False)
    for statement in statements("auditentry", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("auditentry")

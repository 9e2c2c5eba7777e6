"""Pull requests."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pullrequest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("merged", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("repository", "number"),
    )
    with op.batch_alter_table("pullrequest", schema=None) as batch_op:
        for column in ("author_id", "repository"):
            batch_op.create_index(batch_op.f(f"ix_pullrequest_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("pullrequest")

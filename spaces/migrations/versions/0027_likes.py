"""Likes, and the texts by which the gallery finds Spaces; every card is read again for them."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "like",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"]),
        sa.PrimaryKeyConstraint("owner_id", "number"),
    )
    op.create_index(op.f("ix_like_number"), "like", ["number"], unique=False)
    for table in ("space", "repository"):
        op.add_column(table, sa.Column("likes", sa.Integer(), nullable=False, server_default="0"))
    for column in ("shown", "inner"):
        op.add_column("repocard", sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.add_column("repocard", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE repocard SET \"commit\" = ''")


def downgrade() -> None:
    for column in ("pinned", "inner", "shown"):
        op.drop_column("repocard", column)
    for table in ("repository", "space"):
        op.drop_column(table, "likes")
    op.drop_index(op.f("ix_like_number"), table_name="like")
    op.drop_table("like")

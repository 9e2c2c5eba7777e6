"""What READMEs say, and the tags by which repositories are found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repocard",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "repotag",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", "tag"),
    )
    with op.batch_alter_table("repotag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repotag_tag"), ["tag"], unique=False)


def downgrade() -> None:
    op.drop_table("repotag")
    op.drop_table("repocard")

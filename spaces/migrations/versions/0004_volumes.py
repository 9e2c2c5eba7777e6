"""Volumes, and what of the shelf an instance has mounted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("repository", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("mount_path", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("space_id", "mount_path"),
    )
    with op.batch_alter_table("volume", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volume_space_id"), ["space_id"], unique=False)
    op.add_column("instance", sa.Column("folders", sa.String(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("instance", "folders")
    op.drop_table("volume")

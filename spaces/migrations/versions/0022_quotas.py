"""Quotas, and the ledger of GPU time."""

import sqlalchemy as sa
from alembic import op

from spaces.models.append_only import statements

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TERMS = (
    "guarantee",
    "weight",
    "gpus",
    "gpu_seconds_per_day",
    "gpu_seconds_per_month",
    "cpus",
    "memory",
    "running_spaces",
    "storage",
    "builds",
    "builds_per_day",
)


def upgrade() -> None:
    op.create_table(
        "quota",
        sa.Column("owner_id", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(term, sa.Float(), nullable=True) for term in TERMS),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id"),
    )
    op.create_table(
        "gpuuse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("middle", sa.Float(), nullable=False),
        sa.Column("refunded", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token", "device", "slot", "day"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("gpuuse", schema=None) as batch_op:
        for column in ("day", "owner_id", "space_id"):
            batch_op.create_index(batch_op.f(f"ix_gpuuse_{column}"), [column], unique=False)
    for statement in statements("gpuuse", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("gpuuse")
    op.drop_table("quota")

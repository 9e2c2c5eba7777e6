"""GPU devices, what flavors ask of them, and whose Spaces may have a flavor."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FLAVORS = [
    ("t4-small", "Nvidia T4 - small", 4, 15, 1, "T4", 15),
    ("t4-medium", "Nvidia T4 - medium", 8, 30, 1, "T4", 15),
    ("a10g-small", "Nvidia A10G - small", 4, 15, 1, "A10G", 24),
    ("a10g-large", "Nvidia A10G - large", 12, 46, 1, "A10G", 24),
    ("a10g-largex2", "2x Nvidia A10G - large", 24, 92, 2, "A10G", 24),
    ("a10g-largex4", "4x Nvidia A10G - large", 48, 184, 4, "A10G", 24),
    ("l4x1", "1x Nvidia L4", 8, 30, 1, "L4", 24),
    ("l4x4", "4x Nvidia L4", 48, 186, 4, "L4", 24),
    ("l40sx1", "1x Nvidia L40S", 8, 62, 1, "L40S", 48),
    ("l40sx4", "4x Nvidia L40S", 48, 382, 4, "L40S", 48),
    ("l40sx8", "8x Nvidia L40S", 192, 1534, 8, "L40S", 48),
    ("a100-large", "Nvidia A100 - large", 12, 142, 1, "A100", 80),
    ("a100x4", "4x Nvidia A100", 48, 568, 4, "A100", 80),
    ("a100x8", "8x Nvidia A100", 96, 1136, 8, "A100", 80),
    ("h100", "Nvidia H100", 23, 240, 1, "H100", 80),
    ("h100x8", "8x Nvidia H100", 184, 1920, 8, "H100", 80),
    ("rtx-pro-6000", "Nvidia RTX PRO 6000", 22, 240, 1, "RTX PRO 6000", 96),
    ("rtx-pro-6000x2", "2x Nvidia RTX PRO 6000", 44, 480, 2, "RTX PRO 6000", 96),
    ("rtx-pro-6000x4", "4x Nvidia RTX PRO 6000", 88, 960, 4, "RTX PRO 6000", 96),
    ("rtx-pro-6000x8", "8x Nvidia RTX PRO 6000", 176, 1920, 8, "RTX PRO 6000", 96),
]
"""What new installations begin with, as of this version."""


def upgrade() -> None:
    op.create_table(
        "gpudevice",
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("memory", sa.Integer(), nullable=False),
        sa.Column("mig_profile", sa.String(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drain_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_memory", sa.Integer(), nullable=True),
        sa.Column("busy", sa.Float(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.add_column("flavor", sa.Column("gpu_model", sa.String(), nullable=True))
    op.add_column("flavor", sa.Column("gpu_memory", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("flavor", sa.Column("mig_profile", sa.String(), nullable=True))
    op.add_column("flavor", sa.Column("gpu_slots", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("flavor", sa.Column("accelerator", sa.String(), nullable=False, server_default=""))
    op.add_column("flavor", sa.Column("audience", sa.Text(), nullable=False, server_default="everybody"))
    op.create_table(
        "flavorowner",
        sa.Column("flavor", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["flavor"], ["flavor.name"]),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"]),
        sa.PrimaryKeyConstraint("flavor", "owner_id"),
    )
    _offer_hub_flavors()


def _offer_hub_flavors() -> None:
    """To an installation that has flavors already: a new one gets its own later. A name that an admin gave stays theirs."""
    flavor = sa.table(
        "flavor",
        *map(sa.column, "name pretty_name cpus memory pids disk gpus gpu_model gpu_memory accelerator".split()),
        *map(sa.column, ("sleep_after", "position")),
    )
    there = {row.name for row in op.get_bind().execute(sa.select(flavor.c.name))}
    rows = [
        {
            "name": name,
            "pretty_name": pretty,
            "cpus": cpus,
            "memory": memory * 1024,
            "pids": 1024,
            "disk": 50 * 1024,
            "gpus": count,
            "gpu_model": model,
            "gpu_memory": each * 1024,
            "accelerator": f"{count}x NVIDIA {model}",
            "sleep_after": 3600,
            "position": position,
        }
        for position, (name, pretty, cpus, memory, count, model, each) in enumerate(FLAVORS, start=2)
        if name not in there
    ]
    if there:
        op.bulk_insert(flavor, rows)


def downgrade() -> None:
    op.drop_table("flavorowner")
    for column in ("audience", "accelerator", "gpu_slots", "mig_profile", "gpu_memory", "gpu_model"):
        op.drop_column("flavor", column)
    op.drop_table("gpudevice")

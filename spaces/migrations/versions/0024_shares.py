"""Share links of private Spaces."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharelink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sharelink", schema=None) as batch_op:
        for column, unique in (("digest", True), ("owner_id", False), ("space_id", False)):
            batch_op.create_index(batch_op.f(f"ix_sharelink_{column}"), [column], unique=unique)
    op.add_column("spacepass", sa.Column("share_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_spacepass_share_id"), "spacepass", ["share_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_spacepass_share_id"), table_name="spacepass")
    op.drop_column("spacepass", "share_id")
    op.drop_table("sharelink")

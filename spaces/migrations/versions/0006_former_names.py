"""Names that repositories had before they were moved."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formername",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"]),
        sa.PrimaryKeyConstraint("kind", "owner_id", "name_key"),
    )
    with op.batch_alter_table("formername", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_formername_number"), ["number"], unique=False)


def downgrade() -> None:
    op.drop_table("formername")

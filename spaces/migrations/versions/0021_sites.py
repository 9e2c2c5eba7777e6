"""Which sites may frame a Space."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("space", sa.Column("sites", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("space", "sites")

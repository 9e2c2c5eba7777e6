"""What ModelScope's clients set of a Studio and its card does not say."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("space", sa.Column("studio", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("space", "studio")

"""The number of a deleted Space is never given again: SQLite has to be told so when it makes the table."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    with op.batch_alter_table("space", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
        pass
    # Events outlive their Spaces, and so know the numbers that were given already.
    known = "SELECT max(id) AS number FROM space UNION ALL SELECT max(space_id) FROM event"
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'space'")
    op.execute(
        f"INSERT INTO sqlite_sequence (name, seq) SELECT 'space', coalesce(max(number), 0) FROM ({known}) AS numbers"
    )


def downgrade() -> None:
    """Nothing: a database that gives numbers once is fine for earlier versions."""

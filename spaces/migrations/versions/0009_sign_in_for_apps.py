"""Sign-in for apps: OAuth clients, consents, grants, refresh tokens; tokens that an app holds."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauthclient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"],
            ["space.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("space_id"),
    )
    with op.batch_alter_table("oauthclient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauthclient_client_id"), ["client_id"], unique=True)

    op.create_table(
        "oauthconsent",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauthclient.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["owner.id"],
        ),
        sa.PrimaryKeyConstraint("client_id", "owner_id"),
    )
    with op.batch_alter_table("oauthconsent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauthconsent_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "oauthgrant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("user_code", sa.String(), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauthclient.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["owner.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_code"),
    )
    with op.batch_alter_table("oauthgrant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauthgrant_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauthgrant_code_digest"), ["code_digest"], unique=True)
        batch_op.create_index(batch_op.f("ix_oauthgrant_code_expires_at"), ["code_expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauthgrant_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "oauthrefresh",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["oauthgrant.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("oauthrefresh", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauthrefresh_digest"), ["digest"], unique=True)
        batch_op.create_index(batch_op.f("ix_oauthrefresh_grant_id"), ["grant_id"], unique=False)

    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scopes", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("grant_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_token_grant_id"), ["grant_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_grant_id"))
        batch_op.drop_column("grant_id")
        batch_op.drop_column("scopes")

    with op.batch_alter_table("oauthrefresh", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauthrefresh_grant_id"))
        batch_op.drop_index(batch_op.f("ix_oauthrefresh_digest"))

    op.drop_table("oauthrefresh")
    with op.batch_alter_table("oauthgrant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauthgrant_owner_id"))
        batch_op.drop_index(batch_op.f("ix_oauthgrant_code_expires_at"))
        batch_op.drop_index(batch_op.f("ix_oauthgrant_code_digest"))
        batch_op.drop_index(batch_op.f("ix_oauthgrant_client_id"))

    op.drop_table("oauthgrant")
    with op.batch_alter_table("oauthconsent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauthconsent_owner_id"))

    op.drop_table("oauthconsent")
    with op.batch_alter_table("oauthclient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauthclient_client_id"))

    op.drop_table("oauthclient")

"""What the README of a repository's head says, kept so that lists need no git."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class RepoCard(SQLModel, table=True):
    number: int = Field(primary_key=True, description="The repository's, whatever its kind.")
    commit: str = Field(description="The head it was read from; another one means: read it again.")
    data: str = Field(default="{}", description="The card as JSON.")
    pinned: bool = Field(default=False, description="At the top of its owner's page.")
    shown: str = Field(default="", description="What its page says to everybody who sees it, in small letters.")
    inner: str = Field(default="", description="Tags and the README's text, in small letters: for its readers.")


class RepoTag(SQLModel, table=True):
    """One word by which a repository is found."""

    number: int = Field(primary_key=True)
    tag: str = Field(primary_key=True, index=True)

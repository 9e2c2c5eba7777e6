"""What a Space has mounted beside its own `/data`: other repositories, read-only."""

from __future__ import annotations

from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.models.repository import RepoKind
from spaces.models.types import EnumText


class Volume(SQLModel, table=True):
    """The repository is remembered by its number: it may be renamed, and its old name may become somebody else's."""

    __table_args__ = (UniqueConstraint("space_id", "mount_path"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    kind: RepoKind = Field(sa_type=EnumText(RepoKind))  # type: ignore[call-overload]
    repository: int = Field(description="No foreign key: repositories are rows of several tables.")
    source: str = Field(description="`owner/name` as it was when the volume was set.")
    revision: str = Field(description="A branch, a tag or a commit; looked up at every start.")
    folder: str = Field(default="", description="The folder of the repository that is mounted; empty: all of it.")
    mount_path: str
    set_by: str = Field(description="Who set it.")

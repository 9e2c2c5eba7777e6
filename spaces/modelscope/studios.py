"""Creating, describing, listing and setting up Studios."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from sqlmodel import Session, col, func, select

from spaces import actions, db, repositories
from spaces.access import Permission, access_space, find_owner, visible
from spaces.api.deps import Segment
from spaces.card_modelscope import check_deploy_file
from spaces.hub.facts import gather
from spaces.lifecycle import Intent, Stage
from spaces.models import Flavor, RepoKind, Space, StudioSettings, Visibility
from spaces.models.types import now
from spaces.modelscope import wire
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import OpenRoute, done

router = APIRouter(prefix="/openapi/v1/studios", tags=["studios"], route_class=OpenRoute)

BRANCH = "master"
"""The default branch of a Studio: its clients clone and commit to it unless told otherwise."""
LONGEST_PAGE = 100
LAST_PAGE = 10_000

Text = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class Sort(StrEnum):
    DEFAULT = "default"
    LAST_MODIFIED = "last_modified"
    VIEW_NUM = "view_num"
    LIKES = "likes"


class Settings(BaseModel):
    """What can be set; what is left out stays. An unknown key is refused rather than forgotten."""

    model_config = ConfigDict(extra="forbid")

    display_name: Text | None = None
    description: Text | None = None
    license: Text | None = None
    cover_image: Text | None = Field(None, validation_alias=AliasChoices("cover_image", "coverImage"))
    visibility: Visibility | None = None
    private: bool | None = None
    sdk_type: Literal["gradio", "streamlit", "docker", "static"] | None = None
    sdk_version: Text | None = None
    base_image: Text | None = None
    hardware: Text | None = None

    def wanted_visibility(self) -> Visibility | None:
        """`visibility` says more than `private`, which older clients send alone."""
        if self.visibility or self.private is None:
            return self.visibility
        return Visibility.PRIVATE if self.private else Visibility.PUBLIC


class Creation(Settings):
    owner: str | None = None
    repo_name: str


@router.post("")
def create_studio(body: Creation, actor: Caller) -> dict[str, Any]:
    """A new Studio with its first commit, on `master`."""
    with db.writing() as session:
        flavor = wire.flavor_name(body.hardware) if body.hardware else None
        seen = body.wanted_visibility() or Visibility.PUBLIC
        space = actions.create_space(session, actor, body.owner, body.repo_name, body.sdk_type, flavor, visibility=seen)
        _set(session, space, body)
    repositories.first_commit(RepoKind.SPACE, space.id or 0, actor.name, BRANCH)
    return describe_studio(body.owner or actor.name, body.repo_name, actor)


@router.get("")
def list_studios(
    actor: Caller,
    search: Text | None = None,
    owner: str | None = None,
    sort: Sort = Sort.DEFAULT,
    page_number: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    page_size: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 10,
    status: Literal["running", "all"] | None = None,
    mcp_support: bool | None = None,
    hardware_type: Literal["xgpu", "amd"] | None = None,
) -> dict[str, Any]:
    """Newest first. Where nothing says otherwise: an owner's all, else those that run. Nobody is counted or liked here, so
    those orders are the usual one. In no envelope, unlike everything else."""
    with db.reading() as session:
        found = [visible(actor, Space), col(Space.intent) != Intent.GONE]
        if owner is not None:
            row = find_owner(session, owner)
            found.append(col(Space.owner_id) == (row.id if row else -1))
        if search:
            text = search.lower().rpartition("/")[2]
            named = col(Space.name_key).contains(text, autoescape=True)
            found.append(named | col(Space.title).icontains(search, autoescape=True))
        if status == "running" or (status is None and owner is None):
            found.append(col(Space.stage).in_([stage for stage in Stage if stage.serving]))
        if hardware_type == "xgpu":
            found.append(col(Space.hardware).in_(select(Flavor.name).where(Flavor.gpus > 0)))
        if mcp_support or hardware_type == "amd":  # nothing here is known to be
            found.append(col(Space.id) == -1)
        count = session.exec(select(func.count()).select_from(Space).where(*found)).one()
        orders = {Sort.LAST_MODIFIED: [col(Space.changed_at).desc()], Sort.LIKES: [col(Space.likes).desc()]}
        order = orders.get(sort, [])
        page = select(Space).where(*found).order_by(*order, col(Space.id).desc())
        rows = session.exec(page.offset((page_number - 1) * page_size).limit(page_size)).all()
        studios = [wire.studio(facts) for facts in gather(session, rows, actor)]
    return {"studios": studios, "total_count": count, "page_number": page_number, "page_size": page_size}


@router.get("/{owner}/{name}")
def describe_studio(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.VISIT)
        return done(wire.studio(gather(session, [space], actor)[0]))


@router.patch("/{owner}/{name}/settings")
def change_settings(owner: Segment, name: Segment, actor: Caller, body: Settings) -> dict[str, Any]:
    """What concerns the build holds from the next deployment on; hardware at once."""
    wanted = body.wanted_visibility()
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.ADMIN if wanted else Permission.WRITE)
        _set(session, space, body)
        if body.hardware:
            actions.set_hardware(session, space, actor, wire.flavor_name(body.hardware))
        if wanted:
            actions.set_visibility(session, space, wanted, actor)
        session.flush()
        return done(wire.studio(gather(session, [space], actor)[0]))


# -- private --------------------------------------------------------------------------------------


def _set(session: Session, space: Space, body: Settings) -> None:
    given = body.model_dump(exclude_none=True, include=set(StudioSettings.model_fields))
    if not given:
        return
    settings = (space.studio or StudioSettings()).model_copy(update=given)
    probe = settings.model_copy(update={"sdk_type": settings.sdk_type or "gradio"}).deploy_file()
    assert probe is not None
    check_deploy_file(probe)
    space.studio, space.changed_at = settings, now()
    if body.display_name:
        space.title = body.display_name
    session.add(space)

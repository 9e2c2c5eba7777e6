"""The ledger: every row the platform keeps. Rows hold state; `lifecycle.py` says what may follow what."""

from spaces.models.account import BrowserSession, Identity, OneTimeLink, Password, Profile, Tally
from spaces.models.audit import AuditEntry
from spaces.models.build import Build, Revision
from spaces.models.event import Event
from spaces.models.flavor import Audience, Flavor, FlavorOwner
from spaces.models.former_name import FormerName
from spaces.models.gpu import GpuDevice
from spaces.models.gpu_use import GpuUse
from spaces.models.import_ import Import
from spaces.models.instance import Instance
from spaces.models.interface import SpaceInterface
from spaces.models.lease import Lease
from spaces.models.lfs import LfsObject
from spaces.models.like import Like
from spaces.models.member import Member, MemberRole
from spaces.models.oauth import OAuthClient, OAuthConsent, OAuthGrant, OAuthRefresh
from spaces.models.organization import Invitation, OwnerDefaults
from spaces.models.owner import Owner, Token
from spaces.models.pull_request import PullEvent, PullRequest, PullStatus
from spaces.models.quota import Quota
from spaces.models.repo_card import RepoCard, RepoTag
from spaces.models.repository import RepoKind, Repository, Visibility
from spaces.models.reservation import GpuRequest, Reservation
from spaces.models.share_link import ShareLink
from spaces.models.space import EnvEntry, Space, Tombstone
from spaces.models.space_pass import PassKind, SpacePass
from spaces.models.studio import StudioSettings
from spaces.models.usage import SpaceHour, SpaceVisitor
from spaces.models.volume import Volume

__all__ = [
    "Audience",
    "AuditEntry",
    "BrowserSession",
    "Build",
    "EnvEntry",
    "Event",
    "Flavor",
    "FlavorOwner",
    "FormerName",
    "GpuDevice",
    "GpuRequest",
    "GpuUse",
    "Identity",
    "Import",
    "Instance",
    "Invitation",
    "Lease",
    "LfsObject",
    "Like",
    "Member",
    "MemberRole",
    "OneTimeLink",
    "OAuthClient",
    "OAuthConsent",
    "OAuthGrant",
    "OAuthRefresh",
    "Owner",
    "OwnerDefaults",
    "PassKind",
    "Password",
    "Profile",
    "PullEvent",
    "PullRequest",
    "PullStatus",
    "Quota",
    "RepoCard",
    "RepoKind",
    "RepoTag",
    "Repository",
    "Reservation",
    "Revision",
    "Space",
    "SpaceHour",
    "SpaceInterface",
    "StudioSettings",
    "ShareLink",
    "SpacePass",
    "SpaceVisitor",
    "Tally",
    "Token",
    "Tombstone",
    "Visibility",
    "Volume",
]

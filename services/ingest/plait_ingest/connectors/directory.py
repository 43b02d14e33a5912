"""``plait.membership`` and ``plait.profile``: who is in which group, and how people want to hear."""

from datetime import datetime

from plait_ingest import cleaning
from plait_ingest.connectors.plain import identity
from plait_ingest.draft import FUTURE, Accepted, Context, membership
from plait_ingest.model import MembershipIn, ProfileIn, parse
from plait_schemas.ids import derived_id
from plait_schemas.records import Channel, Profile
from plait_shared.errors import BadRecord


def connect_membership(data: object, context: Context) -> Accepted:
    """One member of one group."""
    given = parse(MembershipIn, data)
    _not_ahead(given.occurred_at, context)
    record = membership(
        given.group, given.title, identity(given.member), given.active, given.occurred_at, context.workspace
    )
    return Accepted(f"{given.group}/{given.member.id}", (record,))


def connect_profile(data: object, context: Context) -> Accepted:
    """One person of the workspace."""
    given = parse(ProfileIn, data)
    _not_ahead(given.occurred_at, context)
    record = Profile(
        id=derived_id("profile", context.workspace, given.user, given.occurred_at),
        workspace=context.workspace,
        user=given.user,
        name=cleaning.name(given.name),
        identities=tuple(dict.fromkeys(given.identities)),
        timezone=given.timezone,
        language=given.language,
        digest_hour=given.digest_hour,
        quiet_start=given.quiet_start,
        quiet_end=given.quiet_end,
        channels=tuple(Channel(kind=channel.kind, address=channel.address) for channel in given.channels),
        active=given.active,
        occurred_at=given.occurred_at,
    )
    return Accepted(given.user, (record,))


def _not_ahead(moment: datetime, context: Context) -> None:
    if moment > context.now + FUTURE:
        raise BadRecord("occurred_at: lies more than a day in the future", field="occurred_at")

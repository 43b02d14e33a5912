"""An audience as one word: ``public``, ``group:<id>`` or ``nobody``."""

from plait_schemas.records import Audience, AudienceScope

PUBLIC = "public"
NOBODY = "nobody"
GROUP_PREFIX = "group:"


def audience_key(audience: Audience) -> str:
    """The word for an audience; whatever is not clearly open is closed."""
    if audience.scope is AudienceScope.PUBLIC:
        return PUBLIC
    if audience.scope is AudienceScope.GROUP and audience.group:
        return GROUP_PREFIX + audience.group
    return NOBODY


def audience_of(key: str) -> Audience:
    """The audience that a word stands for."""
    if key == PUBLIC:
        return Audience(scope=AudienceScope.PUBLIC)
    if key.startswith(GROUP_PREFIX):
        return Audience(scope=AudienceScope.GROUP, group=key.removeprefix(GROUP_PREFIX))
    return Audience(scope=AudienceScope.NOBODY)

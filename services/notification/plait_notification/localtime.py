"""Local time, right across daylight-saving changes. A local time that a change skips means the change itself;
one that happens twice means the first (RFC 5545, section 3.3.5, read for reminders)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plait_schemas.records import Profile

SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone; UTC where the name is not known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_moment(day: date, at: time, tz: ZoneInfo, *, second: bool = False) -> datetime:
    """When a wall clock of the zone shows ``at`` on that day, in UTC; ``second`` asks for the later of two."""
    wall = datetime.combine(day, at.replace(tzinfo=None))
    early, late = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early > late:
        return _change(late, early, tz)
    return late if second else early


def _change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The moment between two at which the zone's offset changes, to the second."""
    offset = before.astimezone(tz).utcoffset()
    while after - before > SECOND:
        middle = before + SECOND * round((after - before) / SECOND / 2)
        if middle.astimezone(tz).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def parse_clock(text: str) -> time | None:
    """``HH:MM`` as a time; None when empty or not one."""
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return None
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def is_quiet(now: datetime, person: Profile) -> bool:
    """Whether the person's wall clock is in their quiet hours."""
    start, end = parse_clock(person.quiet_start), parse_clock(person.quiet_end)
    if start is None or end is None or start == end:
        return False
    wall = now.astimezone(zone(person.timezone)).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def quiet_until(now: datetime, person: Profile) -> datetime:
    """The end of the quiet hours that ``now`` lies in; ``now`` when it lies in none."""
    end = parse_clock(person.quiet_end)
    if end is None or not is_quiet(now, person):
        return now
    tz = zone(person.timezone)
    today = now.astimezone(tz).date()
    ends = (
        local_moment(today + timedelta(days=ahead), end, tz, second=second)
        for ahead in (0, 1, 2)
        for second in (False, True)
    )
    return min(moment for moment in ends if moment >= now)


def digest_moments(after: datetime, until: datetime, person: Profile) -> list[datetime]:
    """The person's digest times in (after, until], oldest first."""
    if person.digest_hour is None or not 0 <= person.digest_hour < 24:
        return []
    tz, at = zone(person.timezone), time(person.digest_hour)
    day, last = after.astimezone(tz).date() - timedelta(days=1), until.astimezone(tz).date()
    moments = [local_moment(day + timedelta(days=n), at, tz) for n in range((last - day).days + 1)]
    return sorted({moment for moment in moments if after < moment <= until})


def day_of(day: date, person: Profile) -> tuple[datetime, datetime]:
    """A local day's first moment and the next day's."""
    tz = zone(person.timezone)
    return local_moment(day, time(0), tz), local_moment(day + timedelta(days=1), time(0), tz)

"""Quiet hours, local moments and deadlines, over every IANA zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from plait_notification.due import resolve
from plait_notification.localtime import digest_moments, is_quiet, local_moment, quiet_until
from plait_notification.texts import markdown, plain
from plait_schemas.records import Profile

ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
CHANGING = ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo"]
STEADY = ["Africa/Nairobi", "Asia/Shanghai", "Asia/Kathmandu", "Pacific/Apia"]
zones = st.sampled_from(CHANGING + STEADY) | st.sampled_from(ZONES)
START, SECONDS = datetime(2000, 1, 1, tzinfo=UTC), 37 * 365 * 24 * 3600
moments = st.integers(0, SECONDS).map(lambda seconds: START + timedelta(seconds=seconds))
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def person(zone: str, start: time, end: time, digest_hour: int | None = None) -> Profile:
    return Profile(
        id="p", workspace="w", user="u", name="U", identities=(), timezone=zone, digest_hour=digest_hour,
        quiet_start=f"{start:%H:%M}", quiet_end=f"{end:%H:%M}", occurred_at=datetime(2000, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@given(zones, moments, clocks, clocks)
def test_after_quiet_hours_it_is_not_quiet_and_nothing_waits_for_more_than_a_day(
    zone: str, now: datetime, start: time, end: time
) -> None:
    who = person(zone, start, end)
    until = quiet_until(now, who)
    assert until >= now
    if is_quiet(now, who):
        assert until - now <= timedelta(hours=50)  # Apia left out a whole day
        skipped = until.astimezone(ZoneInfo(zone)).time().replace(microsecond=0) != end
        assert skipped or not is_quiet(until, who)
    else:
        assert until == now


@given(zones, st.dates(date(2000, 1, 2), date(2036, 12, 30)), clocks)
def test_a_local_moment_shows_that_time_or_is_the_change_that_skips_it(zone: str, day: date, at: time) -> None:
    tz = ZoneInfo(zone)
    moment = local_moment(day, at, tz)
    shown = moment.astimezone(tz).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    if shown == wanted:
        later = local_moment(day, at, tz, second=True)
        assert moment <= later
        return
    before = (moment - timedelta(seconds=1)).astimezone(tz)
    assert before.replace(tzinfo=None) < wanted < shown
    assert before.utcoffset() != moment.astimezone(tz).utcoffset()


@given(zones, moments, st.integers(0, 23), st.lists(st.integers(0, 72 * 60), max_size=6))
def test_every_digest_moment_is_met_once_however_time_is_cut(
    zone: str, start: datetime, hour: int, cuts: list[int]
) -> None:
    who = person(zone, time(0), time(0), hour)
    ends = [start + timedelta(minutes=minutes) for minutes in sorted({*cuts, 72 * 60})]
    met, after = list[datetime](), start
    for end in ends:
        met += digest_moments(after, end, who)
        after = end
    assert met == digest_moments(start, ends[-1], who)
    assert len(met) == len(set(met))
    assert 1 <= len(met) <= 4


@given(st.text(max_size=40), moments, zones)
def test_any_words_give_a_deadline_or_none(words: str, said_at: datetime, zone: str) -> None:
    deadline = resolve(words, said_at, zone)
    assert deadline is None or deadline.tzinfo is UTC


@given(st.text(alphabet="*_`[]<>#!|~\\ab \n", max_size=30))
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert plain("x " + markdown(text) + " x") == "x " + text + " x"

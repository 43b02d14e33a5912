"""Days and moments as they are said to a person: in their zone and language, in the patterns of CLDR."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_skeleton, get_datetime_format

from plait_notification.due import days, named, says_more
from plait_notification.localtime import day_of, zone
from plait_schemas.records import Profile


@dataclass(frozen=True, slots=True)
class Dates:
    """Tells moments to a person in a text that ends ``at`` that moment; the year of the text goes without saying."""

    person: Profile
    locale: str
    at: datetime

    def day(self, day: date) -> str:
        """Weekday, day and month, with the year where it is another one."""
        year = self._here(self.at - timedelta.resolution).year  # a text of New Year's Eve ends at midnight
        return format_skeleton("MMMEd" if day.year == year else "yMMMEd", day, locale=self.locale)

    def when(self, moment: datetime) -> str:
        """The day and the clock, to the minute."""
        here = self._here(moment)
        both = str(get_datetime_format("medium", locale=self.locale))
        return both.format(format_skeleton("Hm", here, locale=self.locale), self.day(here.date()))

    def whole_day(self, since: datetime, until: datetime) -> str:
        """The day, written out, that this span is where the person is; empty when it is another span."""
        day = self._here(since).date()
        return format_date(day, "full", locale=self.locale) if day_of(day, self.person) == (since, until) else ""

    def due(self, words: str | None, due_at: datetime | None) -> tuple[str, str]:
        """When something is due, and the words for it where they say more or are all that is known.

        A day without a time is the author's: "Friday" is not Saturday where it ends on Saturday morning. Where two days
        are possible, it is told when the words name one of them, else the words alone are.
        """
        said = words or ""
        if due_at is None:
            return "", said
        may_be = days(due_at)
        if not may_be:
            told = self.when(due_at)
        else:
            known = may_be if len(may_be) == 1 else named(said, may_be)
            told = self.day(known[0]) if len(known) == 1 else ""
        return told, said if not told or says_more(said, timed=not may_be) else ""

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(zone(self.person.timezone))

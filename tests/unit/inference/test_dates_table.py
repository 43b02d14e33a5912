"""Every wording in ``dates.tsv``, and what holds for any wording."""

from datetime import date, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plait_inference.dates import resolve

TABLE = Path(__file__).parent / "dates.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
WORDS = [surface for surface, _, _ in ROWS]

ZONES = st.sampled_from([None, *(timezone(timedelta(hours=hours)) for hours in (-8, 0, 8))])


def due(written: str, said_at: datetime) -> str | None:
    """What the table means: its times are in the author's offset if they name none."""
    if written == "-":
        return None
    if "T" not in written:
        return date.fromisoformat(written).isoformat()
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=said_at.tzinfo)).isoformat()


@pytest.mark.parametrize(("surface", "said", "written"), ROWS)
def test_wordings_of_the_table(surface: str, said: str, written: str) -> None:
    said_at = datetime.fromisoformat(said)
    assert resolve(surface, said_at) == due(written, said_at)


def test_the_table_is_wide_enough() -> None:
    chinese = [surface for surface in WORDS if any("\u4e00" <= char <= "\u9fff" for char in surface)]
    traditional = [surface for surface in chinese if set(surface) & set("週個後點內號禮兩鐘這時國慶聖誕過聽頭")]
    assert len(ROWS) >= 240
    assert len(chinese) >= 120
    assert len(WORDS) - len(chinese) >= 120
    assert len(traditional) >= 30
    assert len({said for _, said, _ in ROWS}) >= 8


@given(
    st.one_of(st.text(max_size=30), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)),
    st.builds(lambda moment, zone: moment.replace(tzinfo=zone), st.datetimes(), ZONES),
)
@example("in 999 years", datetime(9999, 1, 1, tzinfo=timezone(timedelta(hours=8))))
@example("99999999999999999999 days later", datetime(2026, 3, 4, tzinfo=timezone(timedelta(hours=8))))
def test_any_text_is_a_date_or_none(text: str, said_at: datetime) -> None:
    written = resolve(text, said_at)
    assert written is None or datetime.fromisoformat(written)


@given(st.sampled_from([w for w in WORDS if w.isascii()]))
def test_case_and_surrounding_space_do_not_matter(surface: str) -> None:
    said_at = datetime(2026, 3, 4, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert resolve(f" {surface.upper()} ", said_at) == resolve(surface, said_at)


@pytest.mark.parametrize("surface", ["周五前", "下周三", "by Friday", "in 3 days", "月底", "end of the month"])
def test_a_deadline_is_never_before_it_is_said(surface: str) -> None:
    days = (datetime(2028, 2, 1, 12, tzinfo=timezone(timedelta())) + timedelta(days=n) for n in range(400))
    for said_at in islice(days, 400):
        assert (resolve(surface, said_at) or "") >= said_at.date().isoformat()

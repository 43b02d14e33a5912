"""Who is called by name, whose work it is, and by when."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from plait_inference.addressing import called, name_forms
from plait_inference.conversation import Participant, Turn
from plait_inference.wording import forbids
from tests.unit.inference.conftest import spoken_actions

Maker = Callable[..., list[Turn]]


def people(*names: str) -> list[Participant]:
    return [Participant(name, name) for name in names]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("云开把排期发一下", "产品 云开"),
        ("Dr. Vlad, could you sign it?", "Dr. Sorina Vlad"),
        ("Tomorrow we ask Tom", "Tom Reed"),
        ("Tomorrow, then.", None),
        ("The doctor signs it.", None),
        ("老乌，看一下", "老大 乌兰察"),
        ("云开把排期发一下", "云开 产品"),
        ("产品下周上线", None),
        ("就照云开说的写", None),
        ("the PM signs it", None),
        ("Joséphine signs it", None),
        ("Plan A. Next, plan B.", None),
    ],
)
def test_names_are_found_as_people_say_them(text: str, name: str | None) -> None:
    others = ("Dr. Sorina Vlad", "Tom Reed", "老大 乌兰察", "王芳 PM", "José Lima", "A. Smith")
    found = called(text, people(name if name and "云开" in name else "产品 云开", *others))
    assert (found.ids if found else frozenset()) == ({name} if name else frozenset())


def test_a_title_or_a_role_calls_nobody() -> None:
    assert "Dr." not in name_forms("Dr. Sorina Vlad")
    assert "产品" not in name_forms("产品 云开")
    assert name_forms("Tom Reed") == ("Tom Reed", "Tom")


@pytest.mark.parametrize(
    ("rows", "owner"),
    [
        ((("Mara", "decision", "The two mediums go to Tom, by Friday.", "by Friday"),), "Tom"),
        ((("卫国", "commitment", "雷震把事故快报报给省公司"),), "雷震"),
        ((("Mara", "commitment", "Tom, I'll send it to you."),), "Mara"),
        ((("Mara", "commitment", "Tom will send the slides."),), "Tom"),
        ((("Mara", "commitment", "Tom's slides: I'll finish them."),), "Mara"),
        ((("老大 乌兰察", "request", "骂人没用。双鱼复盘一下"),), "双鱼"),
    ],
)
def test_work_belongs_to_whom_it_is_given(turns: Maker, rows: tuple[tuple[str, ...], ...], owner: str) -> None:
    [action] = spoken_actions(turns(*rows), people("Mara", "Tom", "卫国", "雷震", "老大 乌兰察", "双鱼"))
    assert action.owner == owner


@pytest.mark.parametrize(
    "row",
    [
        ("Mara", "decision", "We go with the blue banner."),
        ("Mara", "decision", "Thank you, Tom."),
        ("Mara", "request", "Tom, don't call the client."),
        ("伊秋", "request", "请不要人身攻击，谷雨你坐下。"),
        ("簡士豪", "commitment", "在跑了，三分鐘"),
        ("Mara", "commitment", "Calling you in a minute."),
        ("海盐", "commitment status", "好了，写卡通了"),
    ],
)
def test_nobody_has_to_remember(turns: Maker, row: tuple[str, str, str]) -> None:
    assert spoken_actions(turns(row), people("Mara", "Tom", "谷雨")) == []


def test_what_is_done_at_once_ends_the_request_for_it(turns: Maker) -> None:
    talk = turns(("Mara", "request", "Tom, can you restart it?"), ("Tom", "commitment", "Doing it right now."))
    assert spoken_actions(talk, people("Mara", "Tom")) == []


@pytest.mark.parametrize(
    "row",
    [
        ("Tom", "commitment status", "Still on DOCK-3, I'll have it done by Friday.", "by Friday"),
        ("Tom", "commitment", "I can't do it right now, I'll do it on Friday.", "Friday"),
        ("Tom", "commitment", "我马上开始做，周五前给你", "周五前"),
    ],
)
def test_what_has_a_date_is_not_done_at_once(turns: Maker, row: tuple[str, ...]) -> None:
    [action] = spoken_actions(turns(row), people("Tom"))
    assert action.due_at == "2026-03-06"


def test_somebody_elses_request_is_not_done_at_once(turns: Maker) -> None:
    talk = turns(
        ("Mara", "request", "Could someone renew the certificate of the depot?"),
        ("Tom", "commitment", "The parcel is on its way."),
        ("Ana", "commitment agreement", "I'll renew it."),
    )
    [action] = spoken_actions(talk, people("Mara", "Tom", "Ana"))
    assert action.owner == "Ana"


def test_a_salutation_names_who_is_asked_and_asks_nothing(turns: Maker) -> None:
    talk = turns(("Mara", "request", "Dear Tom,\n\nPlease send the annex to Harbour Foods by Friday.", "by Friday"))
    [action] = spoken_actions(talk, people("Mara", "Tom"))
    assert action.owner == "Tom"
    assert action.what != "Dear Tom,"


def test_a_date_is_due_before_a_length(turns: Maker) -> None:
    talk = turns(("杭晓", "commitment", "一对一我改到周五，你先歇两天", "周五", "两天"))
    [action] = spoken_actions(talk, people("杭晓"))
    assert (action.due, action.due_at) == ("周五", "2026-03-06")


def test_the_promise_has_the_due_date_and_not_the_thanks_before_it(turns: Maker) -> None:
    [turn] = turns(("Mara", "agreement commitment", "You're right. I take it off your back until Friday.", "Friday"))
    thanks = turn.text.index(".") + 1
    spans = {"agreement": (0, thanks), "commitment": (thanks + 1, len(turn.text))}
    intents = tuple(replace(one, start=spans[one.label][0], end=spans[one.label][1]) for one in turn.reading.intents)
    [action] = spoken_actions([replace(turn, reading=replace(turn.reading, intents=intents))], people("Mara"))
    assert (action.due, action.due_at) == ("Friday", "2026-03-06")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("发电车我带，四十分钟到", "四十分钟"),
        ("I'll be there in 40 minutes.", "40 minutes"),
        ("我四十分钟后出发", "四十分钟"),
    ],
)
def test_a_length_ends_when_the_words_beside_it_say(turns: Maker, text: str, length: str) -> None:
    [action] = spoken_actions(turns(("卫国", "commitment", text, length)), people("卫国"))
    assert (action.due, action.due_at) == (length, "2026-03-04T09:40:00+08:00")


def test_what_is_for_a_meeting_is_due_at_it(turns: Maker) -> None:
    [turn] = turns(("卫国", "commitment", "我在周五复盘会上讲清楚", "周五复盘会"))
    meeting = replace(turn.reading, entities=tuple(replace(one, label="MEETING") for one in turn.reading.entities))
    [action] = spoken_actions([replace(turn, reading=meeting)], people("卫国"))
    assert (action.due, action.due_at) == ("周五复盘会", "2026-03-06")


def test_an_hour_alone_is_read_with_the_word_before_it(turns: Maker) -> None:
    [action] = spoken_actions(turns(("Mara", "commitment", "I'll start it at five, then.", "five")), people("Mara"))
    assert (action.due, action.due_at) == ("five", "2026-03-04T17:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("别在群里说", True),
        ("please don't", True),
        ("全员参加，请准时，别请假", False),
        ("别的都发我", False),
        ("Please send it", False),
        ("能不能把排期发一下", False),
        ("要不要你来跟一下", False),
        ("请分别发给两位客户", False),
        ("特别急，今天发", False),
        ("识别一下这些票据", False),
        ("别忘了周五前发周报", False),
        ("Tom, don't forget to send the report.", False),
        ("Tom, please stop the nightly job by Friday.", False),
    ],
)
def test_forbidding_is_told_from_asking(text: str, only: bool) -> None:
    assert forbids(text) is only

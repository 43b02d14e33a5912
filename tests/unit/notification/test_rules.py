"""Mentions, blockers and minutes: who hears of what, in which words, and who does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from plait_notification import fold
from plait_notification.raising import About, raise_alert
from plait_schemas.records import (
    Action,
    Alert,
    AlertKind,
    ConversationKind,
    ConversationRef,
    Decision,
    FactChange,
    Question,
    SummarySentence,
)
from tests.builders import ANN, NOON, group, message
from tests.unit.notification.world import (
    BO,
    CY,
    DEV,
    TEXTS,
    World,
    assigned,
    deletion,
    enriched,
    evidence,
    fact,
    member,
    people,
    profile,
    summary,
    told,
)


def test_a_question_that_mentions_me_reaches_me_in_my_language() -> None:
    world = World(*people())
    [alert] = world.add(enriched(1, "Bo, is PAY-231 done?", "question", mentions=(BO,)))
    assert (alert.kind, alert.recipient, alert.language) == (AlertKind.MENTION_QUESTION, "bo", "zh")
    assert alert.title == "Ann Okafor向你提问"
    assert "> Bo, is PAY-231 done?" in alert.body
    assert "3月3日周二 20:01。" in alert.body
    assert alert.sources == (enriched(1, "", "question").id,)


def test_a_request_in_english_names_the_hour_of_my_zone() -> None:
    world = World(*people())
    [alert] = world.add(enriched(1, "请看一下这个工单", "request", mentions=(CY,), author=BO))
    assert alert.title == "李波 asks you to do something"
    assert "请看一下这个工单" in alert.body
    assert "Tue 3 Mar, 07:01." in alert.body


@pytest.mark.parametrize("intent", ["status", "social", "information", "commitment"])
def test_a_mention_without_question_or_request_is_silent(intent: str) -> None:
    assert World(*people()).add(enriched(1, "Thanks Bo", intent, mentions=(BO,))) == []


def test_my_own_message_does_not_alert_me() -> None:
    assert World(*people()).add(enriched(1, "note to self?", "question", mentions=(ANN,))) == []


def test_a_question_to_nobody_in_particular_is_silent() -> None:
    assert World(*people()).add(enriched(1, "Who knows?", "question")) == []


def test_a_deleted_message_raises_nothing_even_when_its_text_comes_late() -> None:
    asked = enriched(1, "Bo?", "question", mentions=(BO,))
    world = World(*people(), deletion(asked, NOON + timedelta(hours=1)))
    assert world.add(asked) == []


def test_an_edit_that_mentions_me_alerts_once_and_another_edit_does_not() -> None:
    world = World(*people(), enriched(1, "is it done?", "question"))
    source = message(1).source
    edited = enriched(1, "Bo, is it done?", "question", mentions=(BO,), source=replace(source, version=2))
    again = enriched(1, "Bo, is it done??", "question", mentions=(BO,), source=replace(source, version=3))
    late = enriched(1, "Cy?", "question", mentions=(CY,), source=replace(source, version=1))
    assert [len(world.add(record)) for record in (edited, again, late, edited)] == [1, 0, 0, 0]


def test_an_answer_to_my_message_is_addressed_to_me_in_either_order() -> None:
    mine, answer = enriched(1, "Done.", "status"), enriched(
        2, "Really?", "question", author=CY, reply_to=message(1).message_id
    )  # fmt: skip
    assert told(World(*people(), mine, answer).alerts) == [("mention_question", "ann")]
    assert told(World(*people(), answer, mine).alerts) == [("mention_question", "ann")]


def test_a_direct_talk_speaks_to_the_other_one_and_a_larger_round_to_nobody() -> None:
    talk = ConversationRef(id="chat:dm", title="", kind=ConversationKind.DIRECT)
    asked = enriched(1, "Got a minute?", "question", conversation=talk, audience=group("dm"))
    two = [member("dm", ANN), member("dm", BO)]
    assert told(World(*people(), *two, asked).alerts) == [("mention_question", "bo")]
    assert World(*people(), *two, member("dm", CY), asked).alerts == []
    assert World(*people(), enriched(1, "Anyone?", "question", conversation=talk)).alerts == []


def test_who_may_not_see_the_message_hears_nothing() -> None:
    asked = enriched(1, "Bo?", "question", mentions=(BO, CY), audience=group("board"))
    world = World(*people(), member("board", ANN), member("board", CY), asked)
    assert told(world.alerts) == [("mention_question", "cy")]


def test_a_person_who_left_hears_nothing() -> None:
    assert World(profile("bo", BO, active=False), enriched(1, "Bo?", "question", mentions=(BO,))).alerts == []


def test_an_urgent_message_breaks_quiet_hours_and_another_waits() -> None:
    quiet = profile("cy", CY, timezone="America/New_York", quiet_start="22:00", quiet_end="08:00")
    urgent = enriched(1, "now?", "question", mentions=(CY,), urgency="high")
    calm = enriched(2, "later?", "question", mentions=(CY,))
    first, second = World(quiet, urgent, calm).alerts
    assert (first.urgency, first.not_before) == ("high", first.occurred_at)
    assert (second.urgency, second.not_before) == ("normal", NOON + timedelta(hours=1))


def test_a_profile_that_comes_after_the_message_still_alerts_at_the_next_tick() -> None:
    world = World(enriched(1, "Bo?", "question", mentions=(BO,)), *people())
    assert told(world.tick(NOON + timedelta(minutes=2))) == [("mention_question", "bo")]
    assert world.tick(NOON + timedelta(minutes=3)) == []


def test_a_blocker_reaches_who_the_work_is_assigned_to_and_who_works_on_it() -> None:
    works = fact(("PERSON", "cy  young"), "works_on", ("WORK", "PAY-231 login bug"))
    world = World(*people(), assigned("login timeout bug PAY-231", BO), works)
    raised = world.add(enriched(3, "PAY-231 is stuck, no key", "blocker", work=("PAY-231",)))
    assert told(raised) == [("blocker", "bo"), ("blocker", "cy")]
    assert raised[0].title.endswith("PAY-231受阻")
    assert raised[1].title == "PAY-231 login bug is blocked"
    assert len(raised[0].evidence) == 2


def test_a_blocker_in_chinese_finds_its_work() -> None:
    world = World(*people(), assigned("登录超时的问题", CY))
    raised = world.add(enriched(3, "登录超时的问题卡住了", "blocker", work=("登录超时的问题",), author=BO))
    assert told(raised) == [("blocker", "cy")]


def test_blockers_of_others_of_my_own_or_of_past_work_are_silent() -> None:
    stuck = enriched(3, "PAY-231 is stuck", "blocker", work=("PAY-231",))
    assert World(*people(), assigned("PAY-9", BO), stuck).alerts == []
    assert World(*people(), assigned("PAY-231", ANN), stuck).alerts == []
    over = assigned("PAY-231", BO, until=NOON + timedelta(minutes=1), change=FactChange.CLOSED)
    assert World(*people(), over, stuck).alerts == []
    gone = assigned("PAY-231", BO, change=FactChange.WITHDRAWN)
    assert World(*people(), gone, stuck).alerts == []
    secret = assigned("PAY-231", BO, audience=group("board"))
    assert World(*people(), secret, stuck).alerts == []
    status = enriched(3, "PAY-231 was stuck", "status", work=("PAY-231",))
    assert World(*people(), assigned("PAY-231", BO), status).alerts == []
    team = fact(("WORK", "PAY-231"), "assigned_to", ("ORG", "李波"))
    assert World(*people(), team, stuck).alerts == []


def test_minutes_reach_who_took_part_until_then() -> None:
    late = enriched(9, "hi", "social", author=CY, at=NOON + timedelta(hours=5))
    world = World(*people(), enriched(1, "Release?", "proposal"), enriched(2, "好", "agreement", author=BO), late)
    raised = world.add(summary())
    assert told(raised) == [("minutes", "ann"), ("minutes", "bo")]
    english, chinese = raised
    assert english.title == "Minutes: #dev"
    assert chinese.title == "会议纪要：#dev"
    assert "Release moves to \\*Friday\\*." in english.body
    assert "- Release on Friday" in english.body
    assert "Release today" not in english.body
    assert "- Send the notes — 李波 (due “Friday”)" in english.body
    assert "未决问题" in chinese.body
    assert world.add(summary(model=replace(summary().model, revision="2"))) == []


def test_minutes_need_a_summary_that_says_something_and_come_whatever_was_read_first() -> None:
    assert World(*people(), enriched(1), summary(sentences=())).alerts == []
    world = World(*people(), summary())
    assert told(world.add(enriched(1))) == [("minutes", "ann")]
    assert World(*people(), summary(), enriched(1, audience=group("x"))).alerts != []


def test_minutes_that_wait_for_a_profile_come_at_the_tick() -> None:
    world = World(enriched(1), summary(), *people())
    assert told(world.tick(NOON + timedelta(hours=1))) == [("minutes", "ann")]


def test_user_text_is_data_and_links_must_be_web_addresses() -> None:
    nasty = "![x](http://evil) <script>alert(1)</script> **bold**\n# head"
    source = replace(message(1).source, permalink="javascript:alert(1)")
    [alert] = World(*people(), enriched(1, nasty, "question", mentions=(BO,), source=source)).alerts
    assert r"\!\[x\](http://evil) \<script\>alert(1)\</script\> \*\*bold\*\* \# head" in alert.body
    assert "javascript" not in alert.body
    linked = replace(message(1).source, permalink="https://chat.example/1")
    [alert] = World(*people(), enriched(1, "?", "question", mentions=(BO,), source=linked)).alerts
    assert "<https://chat.example/1>" in alert.body


def test_an_alert_is_raised_once() -> None:
    world = World(*people())
    about = About(kind=AlertKind.OTHER, key=("x",), at=NOON, urgency="low", audiences=())
    workspace = world.view.of("orchard")

    def raised() -> list[Alert]:
        return list(raise_alert(workspace, TEXTS, "ann", replace(about, kind=AlertKind.SURGE), facts))

    facts = {"conversation": DEV, "count": 5, "since": NOON, "messages": []}
    assert [len(raised()), len(raised())] == [1, 0]


def test_imported_history_is_no_news() -> None:
    now = NOON + timedelta(days=30)
    world = World(*people(), enriched(1, "hello", "social", at=now))
    assert world.add(enriched(2, "Bo?", "question", mentions=(BO,)), summary()) == []
    assert told(world.add(enriched(3, "Bo?", "question", mentions=(BO,), at=now - timedelta(days=7)))) == [
        ("mention_question", "bo")
    ]


def test_reading_much_history_keeps_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "MAX_MESSAGES", 10)
    world = World(*(enriched(n, at=NOON + timedelta(minutes=n)) for n in range(1, 100)))
    kept = world.view.of("orchard").messages
    assert len(kept) <= 21
    assert message(99).message_id in kept


def test_minutes_rest_on_every_line_that_they_show() -> None:
    world = World(*people(), enriched(1, "hm", "social"))
    places = [replace(evidence(n), start=n) for n in range(100, 160)]
    shown = summary(
        sentences=tuple(SummarySentence(text="x", evidence=(place,)) for place in places),
        decisions=(
            Decision(text="Stays", reversed=False, evidence=(evidence(2),)),
            Decision(text="Gone", reversed=True, evidence=(evidence(3),)),
        ),
        actions=(Action(what="Notes", owner=BO, evidence=(evidence(4),)),),
        questions=(
            Question(text="Who?", answered_by=None, evidence=(evidence(5),)),
            Question(text="Why?", answered_by=evidence(6), evidence=(evidence(6),)),
        ),
    )
    [alert] = world.add(shown)
    assert alert.evidence == (*places, evidence(2), evidence(4), evidence(5))

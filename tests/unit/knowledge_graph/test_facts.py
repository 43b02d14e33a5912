"""What a message states, and what it does not."""

import pytest

from plait_knowledge_graph.graph.facts import statements
from plait_knowledge_graph.testing import message, tags
from plait_schemas.records import Identity, IdentityKind, Message

Said = tuple[str, str, str]


def said(text: str, *intents: str, author: str = "Mara Okafor", mentions: tuple[str, ...] = ()) -> set[Said]:
    return read(text, message(text, author=author, mentions=mentions), *intents)


def read(text: str, record: Message, *intents: str) -> set[Said]:
    found = statements(record, tags(text, intents or ("status",)))
    for one in found:
        assert 0 <= one.start < one.end <= len(record.text)
        assert 0 < one.confidence <= 1
    return {(one.subject.name, one.predicate, one.object.name) for one in found}


ASSIGNED = [
    ("@[P:Rui] takes over [W:HER-12] from [P:Ann] today.", "decision", "Rui"),
    ("[W:HER-12] is assigned to [P:Rui].", "information", "Rui"),
    ("[W:HER-12] moves to [P:Rui].", "decision", "Rui"),
    ("We are handing over [W:HER-12] to [P:Rui].", "decision", "Rui"),
    ("[W:HER-12]: owner changed to [P:Rui]", "information", "Rui"),
    ("I'll finish the [W:HER-12] tonight", "commitment", "Mara Okafor"),
    ("I’m taking over [W:HER-12].", "agreement", "Mara Okafor"),
    ("@[P:Rui] could you fix [W:HER-12]?", "request", "Rui"),
    ("[P:Rui], please finish the old [W:HER-12]", "request", "Rui"),
    ("Hi all. [P:Rui]: send [W:HER-12]", "request", "Rui"),
    ("[W:HER-12] 由[P:李倩]接手。", "decision", "李倩"),
    ("[W:HER-12] 从我这里转给 @[P:李倩]，没别的。", "information", "李倩"),
    ("[W:HER-12] 由[P:贺铭]转给[P:李倩]", "decision", "李倩"),
    ("[P:李倩]接手[W:HER-12]", "decision", "李倩"),
    ("把[W:HER-12]交给[P:李倩]", "decision", "李倩"),
    ("负责人：[P:李倩]，[W:HER-12]", "information", "李倩"),
    ("开始做 [W:HER-12]，负责人：[P:李倩]，[R:计划]周四完成。", "schedule", "李倩"),
    ("[W:HER-12] 由我负责", "commitment", "Mara Okafor"),
    ("没问题，[W:HER-12] 我接了。", "agreement", "Mara Okafor"),
    ("我今晚写完[W:HER-12]", "commitment", "Mara Okafor"),
    ("我[T:今晚]把[W:HER-12]发给你", "commitment", "Mara Okafor"),
    ("@[P:李倩] 请你整理[W:HER-12]", "request", "李倩"),
    ("[P:李倩]，麻烦你把[W:HER-12]写完", "request", "李倩"),
]


@pytest.mark.parametrize(("text", "intent", "who"), ASSIGNED)
def test_assigned_to(text: str, intent: str, who: str) -> None:
    assert ("HER-12", "assigned_to", who) in said(text, intent)


DUE = [
    (
        "[J:Project Heron] is no longer due on [T:Friday 6 March]. The new date is [T:Wednesday 11 March]. "
        "Reason: the [W:revert].",
        "schedule",
        "Project Heron",
        "Wednesday 11 March",
    ),
    ("[J:苍鹭项目]延期了，新日期是[T:下周三]", "schedule", "苍鹭项目", "下周三"),
    ("[J:Heron] moves from [T:Friday 6 March] to [T:Wednesday]", "decision", "Heron", "Wednesday"),
    ("We are moving the [J:Heron] to [T:Wednesday]", "decision", "Heron", "Wednesday"),
    ("[P:Rui] builds it ([W:HER-35]), due [T:Monday 9 March].", "decision", "HER-35", "Monday 9 March"),
    ("I'll send you the [R:vibration log] [T:by Tuesday noon].", "commitment", "vibration log", "by Tuesday noon"),
    ("[W:HER-12] done by [T:Tuesday], promise", "commitment", "HER-12", "Tuesday"),
    ("[W:HER-12] is taken. New due date [T:Tuesday].", "information", "HER-12", "Tuesday"),
    ("[J:Heron] launches on [T:1 May].", "decision", "Heron", "1 May"),
    ("@[P:Rui] can you finish the [R:Q3 deck] by [T:Friday]?", "request", "Q3 deck", "Friday"),
    (
        "[W:HER-19] 做不完。[W:HER-19] 转给 @[P:李倩]，截止日期从[T:周五]改到[T:下周一]。",
        "schedule",
        "HER-19",
        "下周一",
    ),
    ("[W:HER-19] 延到[T:下周一]", "decision", "HER-19", "下周一"),
    ("[W:HER-19]由[P:李倩]接手，[T:周一前]完成。", "decision", "HER-19", "周一前"),
    ("[T:周三]前交[R:季度预算表]", "request", "季度预算表", "周三"),
    ("开始做 [W:HER-12]，计划[T:周四]完成", "status", "HER-12", "周四"),
    ("[J:苍鹭项目][T:五月一号]上线", "decision", "苍鹭项目", "五月一号"),
    ("[W:HER-12] 我接。截止日期：[T:周五]", "commitment", "HER-12", "周五"),
]


@pytest.mark.parametrize(("text", "intent", "what", "when"), DUE)
def test_due(text: str, intent: str, what: str, when: str) -> None:
    assert [one for one in said(text, intent) if one[1] == "due"] == [(what, "due", when)]


STATUS = [
    ("[W:HER-12] is done.", "status", "done"),
    ("we finally merged [W:HER-12]", "status", "done"),
    ("[W:HER-12] is still in progress but I sleep better", "status", "in_progress"),
    ("Started [W:HER-12] today", "status", "in_progress"),
    ("[W:HER-12] is blocked: no log yet", "blocker", "blocked"),
    ("Status of [W:HER-12]: fine. [W:HER-12] status changed to blocked", "status", "blocked"),
    ("[W:HER-12] is off the table", "decision", "cancelled"),
    ("We cancel [W:HER-12]", "decision", "cancelled"),
    ("[W:HER-12] reopened", "status", "open"),
    ("[W:HER-12] 状态改为 blocked：等日志", "blocker", "blocked"),
    ("日志到了，[W:HER-12] 恢复 in progress。", "status", "in_progress"),
    ("[W:HER-12] 现在卡住了，日志还没到", "blocker", "blocked"),
    ("[W:HER-12] 我在做了", "status", "in_progress"),
    ("[W:HER-12] 已经搞定", "status", "done"),
    ("[W:HER-12] 取消了", "decision", "cancelled"),
    ("[W:HER-12] 不做了", "decision", "cancelled"),
    ("修好了[W:HER-12]", "status", "done"),
]


@pytest.mark.parametrize(("text", "intent", "state"), STATUS)
def test_status(text: str, intent: str, state: str) -> None:
    assert [one for one in said(text, intent) if one[1] == "status"] == [("HER-12", "status", state)]


TIES = [
    ("[W:HER-12] is blocked by [C:Harbour Foods]", "blocker", ("HER-12", "blocked_by", "Harbour Foods")),
    ("[W:HER-12] is waiting for [G:Payments team]", "blocker", ("HER-12", "blocked_by", "Payments team")),
    ("[W:HER-12] 被[W:HER-9]卡住", "blocker", ("HER-12", "blocked_by", "HER-9")),
    ("[W:HER-12] 还在等[C:远洋食品]", "blocker", ("HER-12", "blocked_by", "远洋食品")),
    ("[R:release notes] for [J:Heron]", "information", ("release notes", "part_of", "Heron")),
    ("[J:Heron]'s [W:HER-12]", "information", ("HER-12", "part_of", "Heron")),
    ("[J:苍鹭项目]的[W:登录超时的问题]", "information", ("登录超时的问题", "part_of", "苍鹭项目")),
    ("[W:登录超时的问题]属于[J:苍鹭项目]", "information", ("登录超时的问题", "part_of", "苍鹭项目")),
    ("the [R:health certificate] for [C:Nordvik]", "information", ("health certificate", "for_client", "Nordvik")),
    ("[C:远洋食品]的[R:合同]", "information", ("合同", "for_client", "远洋食品")),
    ("给[C:远洋食品]准备的[R:合同]", "information", ("合同", "for_client", "远洋食品")),
    ("[P:Rui] will join the [M:Thursday sync]", "information", ("Rui", "attends", "Thursday sync")),
    ("I'll join the [M:Thursday sync]", "commitment", ("Mara Okafor", "attends", "Thursday sync")),
    ("[P:李倩]会参加[M:评审会]", "information", ("李倩", "attends", "评审会")),
    ("我参加[M:评审会]", "commitment", ("Mara Okafor", "attends", "评审会")),
    ("[M:Sync] moved to [T:3pm]", "schedule", ("Sync", "happens_at", "3pm")),
    ("Let me know. Moving the [M:Sync] to [L:Room 3]", "schedule", ("Sync", "happens_at", "Room 3")),
    ("[M:Sync] is at [T:10:00]", "schedule", ("Sync", "happens_at", "10:00")),
    ("[M:评审会]改到[T:下周二]", "schedule", ("评审会", "happens_at", "下周二")),
    ("[T:周二]开[M:评审会]", "schedule", ("评审会", "happens_at", "周二")),
    ("[P:Ruben] from [C:Nordvik] called", "information", ("Ruben", "member_of", "Nordvik")),
    ("[P:Ruben] joined the [G:Payments team]", "information", ("Ruben", "member_of", "Payments team")),
    ("[G:财务部]的[P:李倩]", "information", ("李倩", "member_of", "财务部")),
    ("[P:Rui] is working on [J:Heron]", "status", ("Rui", "works_on", "Heron")),
    ("I'm working on [W:HER-12]", "status", ("Mara Okafor", "works_on", "HER-12")),
    ("[P:李倩]在做[W:HER-12]", "status", ("李倩", "works_on", "HER-12")),
    ("[W:HER-12] 是我在做", "status", ("Mara Okafor", "works_on", "HER-12")),
]


@pytest.mark.parametrize(("text", "intent", "fact"), TIES)
def test_ties(text: str, intent: str, fact: Said) -> None:
    assert fact in said(text, intent)


NOTHING = [
    ("Is [W:HER-12] done?", "question"),
    ("[W:HER-12] 做完了吗", "question"),
    ("[W:HER-12] is not done.", "status"),
    ("[W:HER-12] isn't blocked any more", "status"),
    ("[W:HER-12] is almost done", "status"),
    ("[W:HER-12] 没卡住", "status"),
    ("If [P:Rui] takes over [W:HER-12] we ship.", "information"),
    ("如果[P:李倩]接手[W:HER-12]就好", "information"),
    ("[P:Rui] might take it, maybe [W:HER-12] is done", "status"),
    ("[P:Rui] takes over [W:HER-12]", "proposal"),
    ("[W:HER-12] is done", "social"),
    ("I'll finish [W:HER-12]", "information"),
    ("We could move [J:Heron] to [T:Wednesday]", "proposal"),
    ("Did [P:Ruben] from [C:Nordvik] call?", "question"),
    ("[W:HER-12] and [W:HER-13] are here. New due date [T:Tuesday].", "information"),
    ("New due date [T:Tuesday].", "information"),
    ("[W:HER-12], the week is long", "status"),
    ("", "social"),
]


@pytest.mark.parametrize(("text", "intent"), NOTHING)
def test_states_nothing(text: str, intent: str) -> None:
    assert said(text, intent) == set()


def test_structure_may_stand_in_a_proposal() -> None:
    assert ("HER-12", "part_of", "Heron") in said(
        "Shift [W:HER-12] of [J:Heron] maybe. [W:HER-12] of [J:Heron]", "proposal"
    )


def test_decision_settles_a_proposal() -> None:
    assert said("[P:Rui] takes over [W:HER-12]", "proposal", "decision") == {("HER-12", "assigned_to", "Rui")}


def test_mention_counts_without_entity_and_brings_its_identity() -> None:
    text = "@Rui Salgueiro takes over [W:HER-12]"
    record = message(text, mentions=["Rui Salgueiro"])
    (one,) = statements(record, tags(text, ["decision"]))
    assert (one.object.name, one.object.identity) == ("Rui Salgueiro", "rui.salgueiro@acme.example")
    assert record.text[one.start : one.end] == "@Rui Salgueiro takes over HER-12"


def test_bot_and_nameless_authors_are_nobody() -> None:
    text = "I'll finish [W:HER-12]"
    for author in (Identity(id="b", name="CI", kind=IdentityKind.BOT), Identity(id="x", name="")):
        record = Message.from_avro({**message(text).to_avro(), "author": author.to_avro()})
        assert read(text, record, "commitment") == set()


def test_confidence_is_the_lowest_score() -> None:
    text = "[W:HER-12] is done"
    (one,) = statements(message(text), tags(text, ["status"]))
    assert one.confidence == 0.8


def test_span_covers_what_the_fact_rests_on() -> None:
    text = "Hello. Well, [W:HER-12] is done, finally."
    record = message(text)
    (one,) = statements(record, tags(text, ["status"]))
    assert record.text[one.start : one.end] == "HER-12 is done"


def test_brackets_of_the_mask_in_a_text_are_plain_text() -> None:
    assert said("⟦0W⟧ is done, [W:HER-12] is done", "status") == {("HER-12", "status", "done")}

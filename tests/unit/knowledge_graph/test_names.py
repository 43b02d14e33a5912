"""Names, first names, audiences, search tokens."""

import pytest

from plait_knowledge_graph.graph import text_search
from plait_knowledge_graph.graph.audiences import audience_key, audience_of
from plait_knowledge_graph.graph.names import Person, Ref, best_name, display, node_id, node_key, normalise
from plait_knowledge_graph.graph.people import Participant, PersonRef, renames
from plait_schemas.records import Audience, AudienceScope

NAMES = ["Rui Salgueiro", "Ann Lee", "Ann Okafor", "周雨桐", "葛明"]
PEOPLE = [Person(str(number), name) for number, name in enumerate(NAMES, start=1)]


@pytest.mark.parametrize(
    ("surface", "full"),
    [
        ("Rui", "Rui Salgueiro"),
        ("rui salgueiro", "Rui Salgueiro"),
        ("Salgueiro", "Rui Salgueiro"),
        ("Okafor", "Ann Okafor"),
        ("Ann", "Ann"),
        ("Anna", "Anna"),
        ("Rui Costa", "Rui Costa"),
        ("雨桐", "周雨桐"),
        ("周", "周雨桐"),
        ("老葛", "葛明"),
        ("周工", "周雨桐"),
        ("李", "李"),
        ("", ""),
    ],
)
def test_first_name_is_resolved_when_exactly_one_fits(surface: str, full: str) -> None:
    assert node_key("w", Ref("PERSON", surface), PEOPLE).name == full
    assert node_key("w", Ref("PERSON", surface), reversed(PEOPLE)).name == full


def test_known_identity_needs_no_guess() -> None:
    assert node_key("w", Ref("PERSON", "Ann", "3"), PEOPLE).name == "Ann Okafor"
    assert node_key("w", Ref("PERSON", "Ann", "9"), PEOPLE).name == "Ann"


def test_nodes_are_the_same_in_any_case_width_and_spacing() -> None:
    assert node_id("w", "WORK", "HER-12") == node_id("w", "WORK", " ｈｅｒ-12 ") != node_id("w", "REPORT", "HER-12")
    assert normalise("Q3\n  Budget") == "q3 budget"


SHOWN = {"by Friday": "Friday", "周三前": "周三", "周三之前": "周三", "before Friday": "before Friday", "前": "前"}


@pytest.mark.parametrize(("surface", "shown"), SHOWN.items())
def test_times_lose_the_words_of_the_sentence(surface: str, shown: str) -> None:
    assert display("TIME", surface) == shown
    assert display("WORK", surface) == surface


def test_best_name() -> None:
    assert best_name(["Rui", "rui s", "Rui S"]) == "rui s"
    assert best_name([]) == ""


def test_renames_use_the_profile_and_stay_in_their_audience() -> None:
    here, there = ("w", "c", "public"), ("w", "c", "group:x")
    refs = [PersonRef(*here, "Rui", "", "old"), PersonRef(*there, "Rui", "", "old")]
    rui = Participant(*here, "github:rui", "rui-heron", "Rui Salgueiro")
    found = {(one.audience, one.node_name) for one in renames(refs, [rui])}
    assert found == {("public", "Rui Salgueiro"), ("group:x", "Rui")}
    done = [PersonRef(*here, "Rui", "", node_id("w", "PERSON", "Rui Salgueiro"))]
    assert renames(done, [rui]) == []


def test_audience_closes_what_is_not_clearly_open() -> None:
    group = Audience(scope=AudienceScope.GROUP, group="g")
    for audience in (Audience(scope=AudienceScope.PUBLIC), group, Audience(scope=AudienceScope.NOBODY)):
        assert audience_of(audience_key(audience)) == audience
    assert audience_key(Audience(scope=AudienceScope.GROUP)) == "nobody"
    assert audience_of("whatever").scope is AudienceScope.NOBODY


def test_tokens_of_words_compounds_and_chinese() -> None:
    assert text_search.tokens("The HER-12 fix") == ["12", "fix", "her", "her-12", "the"]
    assert text_search.tokens("登录超时 ＯＫ") == ["ok", "录", "录超", "时", "登", "登录", "超", "超时"]
    assert text_search.lexemes("b a") == "a\x1fb"
    assert text_search.tokens("x" * 65) == []


def test_query_prefers_bigrams_and_drops_common_words() -> None:
    assert text_search.query("Who is on the login bug?") == "'bug' | 'login' | 'who'"
    assert text_search.query("登录超") == "'录超' | '登录'"
    assert text_search.query("葛") == "'葛'"
    assert text_search.query("the, of!") == ""
    assert text_search.quote("a'b\\") == "'a''b\\\\'"


def test_prefixes_ask_for_every_word() -> None:
    assert text_search.prefixes("Pro HER-1") == "'pro':* & 'her':* & '1':*"
    assert text_search.prefixes(" - ") == ""


def test_fusion_rewards_agreement() -> None:
    assert [id_ for id_, _ in text_search.fuse(["a", "b"], ["b", "c"])] == ["b", "a", "c"]
    assert text_search.fuse() == []

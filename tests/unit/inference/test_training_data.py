"""Annotated data, public data, scores and thresholds: the parts of training without a model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plait_inference.training
from plait_inference.labels import INTENTS
from plait_inference.reading import EntitySpan, Reading, Scored
from plait_inference.training.calibrate import calibration_error, intent_temperature, temperature, thresholds
from plait_inference.training.embeddings import nearest
from plait_inference.training.examples import Example, parse, position, read_folder, read_parts, split
from plait_inference.training.public import SOURCES, read_public, tagged
from plait_inference.training.scores import intent_rows, score
from plait_shared.errors import Misconfigured

SHIPPED = Path(plait_inference.training.__file__).parent / "data"


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "conversation": "c",
        "text": "Fix it by Friday",
        "language": "en",
        "intents": ["request"],
        "entities": [{"start": 10, "end": 16, "label": "TIME", "text": "Friday"}],
        "sentiment": "neutral",
        "urgency": "normal",
        "topic": "engineering",
        "harm": "none",
    } | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"intents": []},
        {"intents": ["wish"]},
        {"topic": "weather"},
        {"entities": [{"start": 0, "end": 3, "label": "TIME", "text": "Friday"}]},
        {"entities": [{"start": 0, "end": 3, "label": "THING", "text": "Fix"}]},
    ],
)
def test_a_wrong_record_is_refused_with_its_place(tmp_path: Path, changes: dict[str, Any]) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(record()) + "\n" + json.dumps(record(**changes)), encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"x\.jsonl:2"):
        read_folder(tmp_path)


def test_no_data_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"no \*\.jsonl"):
        read_folder(tmp_path)


def test_the_shipped_data_follows_the_guideline_and_splits_by_conversation() -> None:
    train, dev = read_parts(SHIPPED, 0.2)
    examples = train + dev
    assert {item.id for item in split(read_folder(SHIPPED), 0.2)[1]} == {item.id for item in dev}
    assert not {item.conversation for item in train} & {item.conversation for item in dev}
    assert {item.language for item in dev} == {"en", "zh"}
    assert len({item.id for item in examples}) == len(examples)


def test_position_is_stable() -> None:
    assert position("en-001") == position("en-001")
    assert 0 <= position("en-001") < 1


def test_tagged_words_become_spans_with_only_the_labels_that_mean_ours() -> None:
    words = [("Mara", "B-PER"), ("Lind", "I-PER"), ("likes", "O"), ("Rick", "B-creative-work"), ("Lisbon", "I-LOC")]
    found = tagged(words, "set", "en", " ")
    assert [(found.text[start:end], label) for start, end, label in found.entities or ()] == [
        ("Mara Lind", "PERSON"),
        ("Lisbon", "PLACE"),
    ]
    assert found.entity_labels == {"PERSON", "ORG", "PLACE"}


def test_tags_with_middle_and_end_become_one_span() -> None:
    words = [("中", "B-LOC"), ("国", "E-LOC"), ("科", "B-ORG"), ("学", "M-ORG"), ("院", "E-ORG"), ("京", "S-LOC")]
    found = tagged(words, "set", "zh", "")
    assert found.entities == ((0, 2, "PLACE"), (2, 5, "ORG"), (5, 6, "PLACE"))


def test_public_sets_are_read_where_they_are(tmp_path: Path) -> None:
    files = {
        "msra_zh": "李 B-PER\n倩 I-PER\n在 O\n京 B-LOC\n\n",
        "cold_zh": "\ufeff,split,topic,label,TEXT\n1,train,x,1,你是笨蛋吗\n",
        "hate_speech_en": ",count,hate_speech,offensive_language,neither,class,tweet\n0,3,0,0,3,2,nice day\n",
        "goemotions": "so happy today\t17\tid\nwell well\t3,17\tid\n",
        "email_intent": "Yes\tPlease call me\nMaybe\tno\n",
    }
    for name, content in files.items():
        path = tmp_path / name / SOURCES[name].file
        path.parent.mkdir()
        path.write_text(content, encoding="utf-8")
    names = ["admiration", "amusement", "anger", "annoyance", *(f"e{i}" for i in range(13)), "joy"]
    (tmp_path / "goemotions" / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    examples, found = read_public(tmp_path, seed=1)
    assert found == list(files)
    assert {item.conversation: item.singles for item in examples} == {
        "msra_zh": {},
        "cold_zh": {"harm": "offensive"},
        "hate_speech_en": {"harm": "none"},
        "goemotions": {"sentiment": "positive"},
        "email_intent": {},
    }
    assert read_public(tmp_path / "absent", seed=1) == ([], [])


def test_scores_stand_beside_the_majority_baseline() -> None:
    examples = [parse(record()), parse(record(id="2", intents=["request", "schedule"], entities=[]))]
    whole = Scored("neutral", 1.0, 0, 16)
    reading = Reading(
        language="en",
        intents=(Scored("request", 1.0, 0, 16),),
        entities=(EntitySpan("TIME", 1.0, 10, 16),),
        sentiment=whole,
        urgency=Scored("high", 1.0, 0, 16),
        topic=Scored("engineering", 1.0, 0, 16),
        topics=(1.0, *[0.0] * 13),
        harm=Scored("none", 1.0, 0, 16),
        embedding=(1.0,),
    )
    table = score(examples, [reading, reading])
    assert table["intents micro-F1"]["model"] == table["intents micro-F1"]["baseline"] == 0.8
    assert table["entities F1 (exact span and label)"] == {"model": 0.6667, "baseline": 0.0, "support": 1.0}
    assert table["urgency accuracy"]["model"] == 0.0
    assert intent_rows(examples, [reading, reading])["schedule"] == {"model": 0.0, "baseline": 0.6667, "support": 1.0}


def test_thresholds_separate_and_rare_intents_keep_near_the_common_one() -> None:
    generator = np.random.default_rng(3)
    gold = generator.random((200, len(INTENTS))) < 0.3
    gold[:, 0] = False
    values = np.where(gold, 0.4, 0.3) + generator.random(gold.shape) * 0.02
    table = thresholds({"en": values}, {"en": gold})
    assert set(table) == {"en", "zh", "other"}
    assert table["zh"] == table["en"]
    assert all(0.3 < limit < 0.42 for limit in table["en"].values())


def test_intents_are_cooled_one_by_one() -> None:
    logits = np.full((10, 12), 4.0)
    wanted = np.zeros((10, 12), dtype=bool)
    wanted[:7] = True
    assert intent_temperature(logits, wanted) > 2
    assert intent_temperature(logits, np.ones((10, 12), dtype=bool)) == 0.5


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    probabilities = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55, 1.0, 0.0])
    right = np.array([True, True, True, False, True, False, True, False])
    # bin of .9: five of eight, .96 said, .8 right; bin of .5: two, .55 said, .5 right; bin of 0: sure and right
    assert calibration_error(probabilities, right) == pytest.approx(5 / 8 * 0.16 + 2 / 8 * 0.05)
    assert calibration_error(right.astype(float), right) == 0.0


def test_temperature_cools_overconfident_logits() -> None:
    logits = np.asarray([[8.0, 0.0]] * 10)
    assert temperature(logits, [0] * 7 + [1] * 3) > 2
    assert temperature(logits, [0] * 10) == 0.5


def test_an_example_knows_what_it_does_not_know() -> None:
    example = Example("1", "c", "text", "en")
    assert example.intents is None
    assert example.entities is None


def test_the_nearest_vector_is_never_the_vector_itself() -> None:
    vectors = np.asarray([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], dtype=np.float32)
    assert nearest(vectors, ["a", "a", "b"]) == pytest.approx(2 / 3)
    assert nearest(vectors, ["a", "b", "c"]) == 0.0

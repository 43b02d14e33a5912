"""A model is taken only when it is the one that was meant and reads as a model must."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from plait_inference.activation import Activator, folder_of
from plait_inference.batching import BatchBudget
from plait_inference.control import Wanted
from plait_inference.models.protocol import TagModel
from plait_inference.reader import CachingReader
from plait_inference.reading import EntitySpan, Reading, Scored
from plait_inference.selftest import TEXTS, faults
from plait_schemas.records import Model
from plait_shared.errors import Misconfigured

NAN = float("nan")


class Named:
    """A model with a name of its own; ``change`` spoils its readings."""

    def __init__(self, model: Any, name: str, **change: Any) -> None:
        self.name, self.revision = name, f"r-{name}"
        self._model, self._change = model, change

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        return [replace(reading, **self._change) for reading in self._model.encode(texts)]


def reader_of(model: TagModel) -> CachingReader:
    return CachingReader(model, BatchBudget(max_tokens=200), 100, CollectorRegistry())


def test_the_model_that_is_meant_is_used_and_the_settings_own_again(model: Any, tmp_path: Path) -> None:
    asked: list[Path | None] = []

    def load(folder: Path | None) -> TagModel:
        asked.append(folder)
        return Named(model, folder.name if folder else "configured")

    (tmp_path / "new").mkdir()
    reader = reader_of(Named(model, "configured"))
    activator = Activator(reader, load, [tmp_path])
    assert activator.activate(Wanted(1, "new", "r-new")) == Model(name="new", revision="r-new")
    assert reader.read(["x"]).model.name == "new"
    activator.activate(Wanted(2))
    assert reader.read([]).model == Model(name="configured", revision="r-configured")
    assert asked == [tmp_path / "new", None]


@pytest.mark.parametrize(
    ("revision", "change", "said"),
    [
        ("r-other", {}, "has revision r-new, not r-other"),
        (None, {"embedding": (1.0, 0.0)}, "2 numbers where the model before gives 4"),
        (None, {"topics": (NAN,)}, "no probability"),
        (None, {"intents": ()}, "no intent"),
    ],
)
def test_a_model_that_fails_its_test_is_not_used(
    model: Any, revision: str | None, change: dict[str, Any], said: str
) -> None:
    reader = reader_of(Named(model, "configured"))
    activator = Activator(reader, lambda folder: Named(model, "new", **change), [])
    with pytest.raises(Misconfigured, match=said):
        activator.activate(Wanted(1, "/models/new", revision))
    assert reader.read(["x"]).model.name == "configured"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"embedding": (NAN, 0.0, 0.0, 0.0)}, "length is not 1"),
        ({"embedding": (3.0, 0.0, 0.0, 0.0)}, "length is not 1"),
        ({"harm": Scored("none", NAN, 0, 2)}, "the score nan of the harm none"),
        ({"urgency": Scored("normal", 1.5, 0, 2)}, "the score 1.5"),
        ({"topic": Scored("weather", 0.5, 0, 2)}, "the unknown topic 'weather'"),
        ({"entities": (EntitySpan("WORK", 0.5, 1, 99),)}, "outside the text"),
    ],
)
def test_faults_of_a_reading(reading: Any, change: dict[str, Any], said: str) -> None:
    good = reading("ok")
    assert list(faults("ok", good, 4)) == []
    assert said in "; ".join(faults("ok", replace(good, **change), 4))


def test_the_self_test_speaks_both_languages_and_is_longer_than_a_word() -> None:
    assert max(map(len, TEXTS)) > 500
    assert any("\u4e00" <= char <= "\u9fff" for text in TEXTS for char in text)


def test_names_are_looked_for_in_order_and_paths_must_be_whole(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder in (own / "a", shipped / "a", shipped / "b"):
        folder.mkdir(parents=True)
    places = [own, shipped]
    assert folder_of("a", places) == own / "a"
    assert folder_of("b", places) == shipped / "b"
    assert folder_of("/elsewhere/c", places) == Path("/elsewhere/c")
    for wrong in ("../own/a", "own/a", "..", "./a"):
        with pytest.raises(Misconfigured, match="neither a name nor an absolute path"):
            folder_of(wrong, [shipped])
    with pytest.raises(Misconfigured, match="there is no artefact c in "):
        folder_of("c", places)

"""Which generator is used, and how much time and trouble it may make."""

from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from prometheus_client import CollectorRegistry

from plait_inference.generators import Patient, chosen
from plait_inference.settings import InferenceSettings
from plait_inference.writing.generator import Prompt
from plait_shared.errors import Misconfigured, Retryable
from tests.unit.inference.world import Says

PROMPTS = [Prompt("", str(number)) for number in range(5)]


class Slow(Says):
    """Takes ten seconds a call; breaks on what it is told."""

    def __init__(self, poison: str = "", error: Exception | None = None) -> None:
        super().__init__(lambda prompt: f"text {prompt.user}")
        self.now = 0.0
        self.poison = poison
        self.error = error or ValueError("no such token")
        self.calls: list[int] = []

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        self.calls.append(len(prompts))
        self.now += 10.0
        if any(prompt.user == self.poison for prompt in prompts):
            raise self.error
        return super().generate(prompts)


def patient(slow: Slow, batch_s: float = 1000.0) -> tuple[Patient, CollectorRegistry]:
    registry = CollectorRegistry()
    return Patient(slow, 2, batch_s, lambda: slow.now, registry), registry


def test_some_are_written_at_once_all_in_order() -> None:
    slow = Slow()
    made, registry = patient(slow)
    assert made.generate(PROMPTS) == [f"text {number}" for number in range(5)]
    assert slow.calls == [2, 2, 1]
    assert (made.name, made.revision) == ("says", "r7")
    assert registry.get_sample_value("plait_generator_texts_total") == 5
    assert registry.get_sample_value("plait_generator_unwritten_total") == 0
    assert made.generate([]) == []


def test_what_is_too_late_is_not_begun() -> None:
    made, registry = patient(Slow(), batch_s=15.0)
    assert made.generate(PROMPTS) == ["text 0", "text 1", "text 2", "text 3", ""]
    assert registry.get_sample_value("plait_generator_unwritten_total") == 1
    assert made.generate(PROMPTS[:1]) == ["text 0"]


def test_a_poisoned_prompt_costs_its_own_text_alone() -> None:
    assert patient(Slow("1"))[0].generate(PROMPTS) == ["text 0", "", "text 2", "text 3", "text 4"]


def test_trouble_that_passes_is_raised() -> None:
    with pytest.raises(Retryable):
        patient(Slow("1", Retryable("away")))[0].generate(PROMPTS)


def writer(**settings: object) -> object:
    with ExitStack() as resources:
        return chosen(InferenceSettings.load(**settings), lambda: 0.0, CollectorRegistry(), resources)


def test_the_default_has_no_generator() -> None:
    assert writer() is None
    assert writer(generator=" extractive ") is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"generator": "gpt"}, "extractive, transformers: and an id or folder, or a URL"),
        ({"generator": "transformers:"}, "extractive, transformers: and an id or folder, or a URL"),
        ({"generator": "ftp://x"}, "extractive, transformers: and an id or folder, or a URL"),
        ({"generator": "http://127.0.0.1:1/v1"}, "PLAIT_GENERATOR_MODEL"),
        ({"generator": "http://x:port/v1", "generator_model": "m"}, "no web address"),
    ],
)
def test_what_there_is_not_is_one_clear_line(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Misconfigured, match="PLAIT_GENERATOR") as raised:
        writer(**settings)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_key_is_not_shown() -> None:
    settings = InferenceSettings.load(generator_key="sk-very-secret")
    assert "very-secret" not in repr(settings) + settings.model_dump_json()

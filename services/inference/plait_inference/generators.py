"""Which generator the settings name, and the patience that the service has with it."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from plait_inference.endpoint import Endpoint
from plait_inference.settings import InferenceSettings
from plait_inference.writing.generator import Generator, Prompt, Writer
from plait_shared.errors import Misconfigured, PlaitError
from plait_shared.settings import revealed

EXTRACTIVE, LOCAL = "extractive", "transformers:"
log = structlog.get_logger()


class Patient:
    """A generator for several threads with little time: some prompts at once, none begun too late.

    A text that isn't written is quoted instead, so an error of the generator's own costs the wording and nothing else.
    """

    def __init__(
        self,
        generator: Generator,
        at_once: int,
        batch_s: float,
        clock: Callable[[], float],
        registry: CollectorRegistry,
    ) -> None:
        self._generator = generator
        self._at_once = at_once
        self._batch_s = batch_s
        self._clock = clock
        self._lock = threading.Lock()
        self._texts = Counter("plait_generator_texts", "Texts that were asked for", registry=registry)
        self._unwritten = Counter("plait_generator_unwritten", "Texts that were not written", registry=registry)
        self._seconds = Histogram("plait_generator_seconds", "Time for the texts written at once", registry=registry)

    @property
    def name(self) -> str:
        """The generator's."""
        return self._generator.name

    @property
    def revision(self) -> str:
        """The generator's."""
        return self._generator.revision

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """A text for each prompt, "" for one whose turn came too late or that broke the generator."""
        texts: list[str] = []
        until = self._clock() + self._batch_s
        while len(texts) < len(prompts) and (not texts or self._clock() < until):
            texts += self._some(prompts[len(texts) : len(texts) + self._at_once])
        late = len(prompts) - len(texts)
        if late:
            log.warning("no time to write", texts=late, batch_s=self._batch_s)
        self._texts.inc(len(prompts))
        self._unwritten.inc(late + texts.count(""))
        return texts + [""] * late

    def _some(self, prompts: Sequence[Prompt]) -> list[str]:
        try:
            with self._lock, self._seconds.time():
                return self._generator.generate(prompts)
        except PlaitError:
            raise
        except Exception as exc:
            if len(prompts) == 1:
                log.warning("not written", cause=repr(exc))
                return [""]
        return [text for prompt in prompts for text in self._some([prompt])]


def chosen(
    settings: InferenceSettings, clock: Callable[[], float], registry: CollectorRegistry, resources: ExitStack
) -> Writer | None:
    """The writer that the settings name, none for ``extractive``; raises Misconfigured for what there is not."""
    name = settings.generator.strip()
    if name == EXTRACTIVE:
        return None
    generator = _generator(name, settings, resources)
    patient = Patient(generator, settings.generator_texts_at_once, settings.generator_batch_s, clock, registry)
    return Writer(patient, settings.generator_prompt_tokens)


def _generator(name: str, settings: InferenceSettings, resources: ExitStack) -> Generator:
    if name.startswith(LOCAL) and (source := name.removeprefix(LOCAL).strip()):
        from plait_inference.models.generator import load_generator

        device, precision = settings.device, settings.precision
        return load_generator(source, device=device, precision=precision, new_tokens=settings.generator_new_tokens)
    if not name.startswith(("http://", "https://")):
        raise Misconfigured(
            f"PLAIT_GENERATOR must be extractive, transformers: and an id or folder, or a URL, not {name!r}"
        )
    if not settings.generator_model:
        raise Misconfigured("PLAIT_GENERATOR is a URL: set PLAIT_GENERATOR_MODEL to the model's name there")
    key, timeout_s = revealed(settings.generator_key), settings.generator_timeout_s
    endpoint = resources.enter_context(
        Endpoint(name, settings.generator_model, key, timeout_s, settings.generator_new_tokens)
    )
    endpoint.check()
    return endpoint

"""A generator behind an OpenAI-compatible HTTP API, such as llama.cpp, vLLM and Ollama serve.

What a server can refuse for one text alone (400, 413, 422) leaves that text unwritten; what it refuses for all (401,
403, 404) is Misconfigured; everything that may pass is tried again here, then by the runner.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from types import TracebackType
from typing import Final, Self

import httpx
import structlog
from pydantic import BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.wait import wait_base

from plait_inference.writing.generator import Prompt
from plait_shared.errors import BadRecord, Misconfigured, Overloaded, PlaitError, Retryable

ATTEMPTS: Final = 3
LONGEST_REST_S: Final = 60.0
CHECK: Final = Prompt("Answer with one word.", "Are you there?")
REFUSED_TEXTS: Final = (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY)
log = structlog.get_logger()


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    """What is read of an answer."""

    choices: list[_Choice]


class _Unreadable(Retryable):
    """An answer that is none of this API's."""


class Endpoint:
    """Asks ``{url}/chat/completions`` with temperature 0; safe for several threads."""

    def __init__(self, url: str, model: str, key: str | None, timeout_s: float, new_tokens: int) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._new_tokens = new_tokens
        headers = {"authorization": f"Bearer {key}"} if key else {}
        try:
            httpx.URL(self._url)
            self._http = httpx.Client(timeout=timeout_s, headers=headers)
        except (httpx.InvalidURL, UnicodeError) as exc:
            raise Misconfigured(f"PLAIT_GENERATOR {url!r} is no web address, or its key no key: {exc}") from exc
        self._timeout_s = timeout_s
        self._wait: wait_base = wait_exponential_jitter(multiplier=0.5, max=5.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def name(self) -> str:
        """The model's name at the server."""
        return self._model

    @property
    def revision(self) -> str:
        """Hash of the name: what stands behind it is known to the server alone."""
        return sha256(f"{self._model}\n{self._new_tokens}".encode()).hexdigest()[:12]

    def check(self) -> None:
        """Ask for a word; raises Misconfigured when this is no such server or it doesn't take what is sent to it."""
        try:
            self._patiently(CHECK)
        except (BadRecord, _Unreadable) as exc:
            raise Misconfigured(f"{exc}: PLAIT_GENERATOR must be the base URL of an OpenAI-compatible API") from exc

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """A text for each prompt, all asked for at the same time; "" for one that the server refuses."""
        if not prompts:
            return []
        with ThreadPoolExecutor(len(prompts), thread_name_prefix="generator") as pool:
            return list(pool.map(self._text, prompts))

    def _text(self, prompt: Prompt) -> str:
        try:
            return self._patiently(prompt)
        except BadRecord as exc:
            log.warning("not written", cause=str(exc))
            return ""

    def _patiently(self, prompt: Prompt) -> str:
        retrying = Retrying(
            retry=retry_if_exception_type((Retryable, Overloaded)),
            stop=stop_after_attempt(ATTEMPTS),
            wait=self._wait,
            reraise=True,
        )
        return retrying(self._ask, prompt)

    def _ask(self, prompt: Prompt) -> str:
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        body = {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": self._new_tokens}
        try:
            answer = self._http.post(self._url, json=body)
        except httpx.TimeoutException as exc:
            raise Retryable(f"{self._url} does not answer within {self._timeout_s:g} s") from exc
        except httpx.HTTPError as exc:
            raise Retryable(f"{self._url} does not answer: {exc}") from exc
        if not answer.is_success:
            raise self._trouble(answer)
        try:
            completion = _Completion.model_validate_json(answer.content)
            return completion.choices[0].message.content or ""
        except (ValidationError, IndexError) as exc:
            raise _Unreadable(f"{self._url} answers something that is no chat completion") from exc

    def _trouble(self, answer: httpx.Response) -> PlaitError:
        said = f"{self._url} answers {answer.status_code}"
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return Overloaded(said, retry_after_s=_rest(answer))
        if answer.status_code in REFUSED_TEXTS:
            return BadRecord(f"{said}: {' '.join(answer.text.split())[:200]}")
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return Misconfigured(f"{said}: set PLAIT_GENERATOR_KEY to a key that it accepts")
        if answer.is_server_error or answer.status_code in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY):
            return Retryable(said)
        return Misconfigured(f"{said}: check PLAIT_GENERATOR and PLAIT_GENERATOR_MODEL ({self._model!r})")


def _rest(answer: httpx.Response) -> float:
    """Seconds that the server asks for; a date or nothing gives the usual one."""
    try:
        return min(max(float(answer.headers.get("retry-after", "")), 0.1), LONGEST_REST_S)
    except ValueError:
        return 1.0

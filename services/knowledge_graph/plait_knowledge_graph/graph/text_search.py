"""Search tokens: words for alphabetic scripts, bigrams for Chinese, which has no spaces and no parser in PostgreSQL."""

import re
import unicodedata

SEPARATOR = "\x1f"
MAX_TOKEN = 64
MAX_TOKENS = 10_000
HAN = r"\u3400-\u9fff\uf900-\ufaff"
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}_]+(?:[-_.'’][^\W{HAN}_]+)*")
INNER = re.compile(r"[-_.'’]")
HAN_ONLY = re.compile(rf"[{HAN}]")
STOP = frozenset(
    re.findall(r"\w+", "a an and are as at be by for from i in is it of on or that the this to was we with you")
)


def tokens(text: str) -> list[str]:
    """Distinct tokens of a text, sorted. A compound such as ``HER-12`` counts whole and in parts."""
    found: set[str] = set()
    for run in RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if HAN_ONLY.match(run):
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            found.update(run)
        else:
            found.add(run)
            found.update(part for part in INNER.split(run) if part)
    return sorted(token for token in found if len(token) <= MAX_TOKEN)[:MAX_TOKENS]


def lexemes(text: str) -> str:
    """Tokens in one string, as the statement ``upsert_messages`` wants them."""
    return SEPARATOR.join(tokens(text))


def query(text: str) -> str:
    """A tsquery that finds texts with any of the tokens; empty when the question has none.

    Chinese questions ask for bigrams, and for single characters only when they have nothing longer.
    """
    words = [token for token in tokens(text) if token not in STOP]
    longer = [word for word in words if not (len(word) == 1 and HAN_ONLY.match(word))]
    return " | ".join(quote(word) for word in longer or words)


def prefixes(text: str) -> str:
    """A tsquery that finds names in which every word of the text begins a word; empty when it has none."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return " & ".join(f"{quote(word[:MAX_TOKEN])}:*" for word in words)


def quote(token: str) -> str:
    """A lexeme as tsquery text."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def fuse(*rankings: list[str], k: int = 60) -> list[tuple[str, float]]:
    """Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009, k = 60): ids with their score, best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (k + place)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))

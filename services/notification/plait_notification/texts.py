"""Alerts in words: templates in English and Chinese, dates in the reader's zone, user text always as data."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import jinja2

from plait_notification.dates import Dates
from plait_schemas.records import Profile

EXCERPT_CHARACTERS = 280
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
SPECIAL = re.compile(r"([\\`*_\[\]<>#!|~])")


class Texts:
    """Renders titles and bodies; ``templates/<language>/<kind>.md.j2`` has the title in its first line."""

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("plait_notification"),
            autoescape=jinja2.select_autoescape(["html.j2"], default=False),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(md=markdown, line=one_line, excerpt=excerpt, address=address)

    def alert(self, kind: str, person: Profile, at: datetime, facts: Mapping[str, object]) -> tuple[str, str]:
        """Title and Markdown body of an alert of that moment, in the person's language."""
        language = language_of(person)
        dates = Dates(person, LOCALES[language], at)
        template = self._environment.get_template(f"{language}/{kind}.md.j2")
        title, _, body = template.render(dates=dates, **facts).partition("\n")
        return one_line(title), re.sub(r"\n{3,}", "\n\n", body).strip()

    def html(self, title: str, body: str, language: str) -> str:
        """An HTML page of an alert, everything in it escaped."""
        paragraphs = [part for part in plain(body).split("\n\n") if part.strip()]
        template = self._environment.get_template("email.html.j2")
        return template.render(title=title, paragraphs=paragraphs, language=language)


def language_of(person: Profile) -> Literal["en", "zh"]:
    """The language that a person is told in."""
    return "zh" if person.language == "zh" else "en"


def markdown(text: object) -> str:
    """User text as Markdown that shows it and means nothing else (CommonMark 0.31, section 2.4)."""
    return SPECIAL.sub(r"\\\1", str(text))


def plain(text: str) -> str:
    """Markdown of ours without its escapes and emphasis, for those who read it as text."""
    kept = re.sub(r"\\([\\`*_\[\]<>#!|~])", lambda found: chr(0xE000 + ord(found[1])), text)
    kept = re.sub(r"\*\*|^#+ |[<>](?=https?://)|(?<=\S)>$", "", kept, flags=re.MULTILINE)
    return re.sub(r"[\ue000-\ue07f]", lambda found: chr(ord(found[0]) - 0xE000), kept)


def one_line(text: object) -> str:
    """Text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())


def excerpt(text: object) -> str:
    """The beginning of a text, on one line."""
    line = one_line(text)
    return line if len(line) <= EXCERPT_CHARACTERS else line[: EXCERPT_CHARACTERS - 1].rstrip() + "…"


def address(link: object) -> str:
    """A link as Markdown, only when it is a web address; else nothing."""
    text = str(link or "")
    return f"<{text}>" if re.fullmatch(r"https?://[^\s<>\"']+", text) else ""

"""Plain text out of HTML and Markdown. The result is not yet in normal form."""

import html
import re

import nh3

_KEPT = {
    "p", "br", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr",
    "section", "article", "header", "footer", "table", "ul", "ol", "dl", "dt", "dd",
}  # fmt: skip
_DROPPED = {"script", "style", "head", "title", "template"}
_TAG = re.compile(r"</?([a-z0-9]+)[^<>]*>")
_ANY_TAG = re.compile(r"<[^<>]{0,4000}>?")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\((?:[^()\s]{1,2000})(?:\s+\"[^\"\n]{0,200}\")?\)")
_MANY_OPEN = 2000  # a tree this deep is not written by people, and takes quadratic time to clean


def html_to_text(source: str, *, without_quotes: bool = False) -> str:
    """The readable text; blocks on lines of their own, scripts and styles gone.

    ``without_quotes`` also drops ``blockquote``, in which mail programs put what is answered.
    """
    source = source.encode("utf-8", "ignore").decode("utf-8")  # lone surrogates are no text
    if source.count("<") - 2 * source.count("</") > _MANY_OPEN:
        return html.unescape(_ANY_TAG.sub(" ", source))
    if "<pre" not in source.lower():
        source = re.sub(r"\s+", " ", source)
    dropped = _DROPPED | ({"blockquote"} if without_quotes else set())
    safe = nh3.clean(source, tags=_KEPT - dropped, clean_content_tags=dropped, attributes={}, strip_comments=True)
    return html.unescape(_TAG.sub(_break, safe))


def markdown_to_text(source: str) -> str:
    """Markdown as a person reads it: comments gone, links and pictures by their label; the rest stays."""
    if "<!--" in source:
        source = _COMMENT.sub("", source)
    return _LINK.sub(r"\1", source) if "](" in source else source


def _break(tag: re.Match[str]) -> str:
    match tag[1]:
        case "li" if not tag[0].startswith("</"):
            return "\n- "
        case "td" | "th":
            return " "
        case "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote":
            return "\n\n"
    return "\n"

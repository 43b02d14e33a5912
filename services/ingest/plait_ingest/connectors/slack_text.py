"""Slack's mrkdwn as plain text: ``<@U1|mara>``, ``<#C1|general>``, ``<https://…|label>``, ``&amp;``."""

import html
import re

from plait_schemas.records import Identity, IdentityKind

_MARK = re.compile(r"<([@#!]?)([^<>|\s]{1,2048}(?: [^<>|]{1,200})?)(?:\|([^<>]{0,500}))?>")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,40}")


def render(text: str) -> tuple[str, tuple[Identity, ...]]:
    """The text as people read it, and who is mentioned in it, in its order."""
    mentions: list[Identity] = []

    def shown(mark: re.Match[str]) -> str:
        sign, target, label = mark[1], mark[2], mark[3] or ""
        if sign == "@" and _PERSON.fullmatch(target):
            mentions.append(Identity(id=f"slack:{target}", name=html.unescape(label), kind=IdentityKind.PERSON))
        if sign == "!":
            return label or "@" + target.partition("^")[0]
        if sign:
            return sign + (label or target)
        address = target.removeprefix("mailto:").removeprefix("tel:")
        return f"{label} ({address})" if label and label != address and address not in label else label or address

    return html.unescape(_MARK.sub(shown, text)), tuple(mentions)

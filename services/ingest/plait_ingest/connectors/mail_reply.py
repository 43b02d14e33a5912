"""What a mail itself says: without the history below it and without its signature. English and Chinese."""

import re

from mailparser_reply.parser import EmailMessage

HEAD = 4000  # characters that the library looks at: its patterns take quadratic time
_HISTORY = re.compile(
    r"^[ \t]*(?:"
    r"(?:On\b[^\n]{4,200}\n?[^\n]{0,200}\bwrote|(?:在|於|于)?[^\n]{0,120}\d{4}[^\n]{0,120}(?:写道|寫道))[:：]"
    r"|-{2,}[ \t]*(?:Original Message|Forwarded message|原始邮件|原始郵件|转发邮件|轉寄郵件|回复的原邮件)[ \t]*-{2,}"
    r"|_{30,}"
    r"|(?:From|发件人|寄件者)[:：][^\n]+\n(?:[^\n]*\n)?[ \t]*(?:Sent|Date|To|发送时间|日期|收件人)[:：]"
    r")",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^(?:(?:(?:best|kind|warm|many)[ ])?(?:regards|wishes|thanks)[,.!]?(?-i:(?:[ ][A-Z][\w'-]{0,20}){1,2})?"
    r"|(?:best|cheers|sincerely|thanks|thank you|yours(?: truly| sincerely)?|all the best)[,.!]?"
    r"|此致|敬礼[！!]?|此致敬礼[！!]?|祝好[，,！!。]?|祝商祺[！!]?|顺祝商祺[！!]?|谢谢[，,！!。]?"
    r"|sent from my [^\n]{1,60}|get outlook for [^\n]{1,60}|(?:发自我的|从我的)[^\n]{1,40})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_DASHES = re.compile(r"^--[ \t]*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*\n?", re.MULTILINE)
_SIGNATURE_LINES = 8


def reply_of(text: str) -> str:
    """The part that its author wrote for this mail; the whole text when nothing else would be left."""
    text = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    fresh = _QUOTED_LINE.sub("", _before_history(text))
    fresh = _before_signature(fresh).strip()
    return fresh or _QUOTED_LINE.sub("", text).strip()


def _before_history(text: str) -> str:
    found = _HISTORY.search(text)
    if found is not None and text[: found.start()].strip():
        return text[: found.start()]
    head = EmailMessage(text=text[:HEAD], languages=["zh", "en"], keep_hyphen_lists=True).read().latest_reply or ""
    return head if len(head) < HEAD // 2 or len(text) <= HEAD else text


def _before_signature(text: str) -> str:
    """Cut at a closing formula, when only a few lines follow it: more than that is no signature."""
    dashes = _DASHES.search(text)
    if dashes is not None and text[: dashes.start()].strip():
        text = text[: dashes.start()]
    text = text.rstrip()
    lines = text.split("\n")
    end_of_body = len("\n".join(lines[: -2 * _SIGNATURE_LINES]))
    for found in _SIGNATURE.finditer(text, end_of_body):
        after = text[found.end() :].split("\n")
        if text[: found.start()].strip() and sum(map(bool, after)) <= _SIGNATURE_LINES:
            return text[: found.start()]
    return text

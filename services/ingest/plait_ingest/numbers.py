"""Which long numbers are private: the second look at what the rules of a library found."""

import re
from collections.abc import Iterator

_CUES = r"(?:phone|tel|call|mobile|cell|fax|whatsapp|dial|text me|电话|手机|座机|联系|号码|传真|致电|拨打|分机)"
_CUE = re.compile(_CUES + r"[^\d\n]{0,16}$", re.IGNORECASE)
_ID_CUE = re.compile(r"(?:身份证|证件|\bssn\b|social security|national id)[^\d\n]{0,16}$", re.IGNORECASE)
_CHINESE_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]\d{4}[ -]\d{4}|\d{8})")
_CHINESE_LANDLINE = re.compile(r"0[1-9]\d{1,2}-\d{7,8}")
_NORTH_AMERICAN = re.compile(r"(?:\+1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])\d{3}[-. ]\d{4}")
_BARE_PHONE = re.compile(r"\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}|0\d{9,11}|[26-9]\d{2}[-. ]?\d{3}[-. ]?\d{3}")
_NINE_DIGITS = re.compile(r"(?<![\w.+#-])(?<!\d )[26-9]\d{2}([-. ]?)\d{3}\1\d{3}(?![\w-]| \d)", re.ASCII)
_BESIDE_A_SLASH = re.compile(r"(?<![\w.+#-])1[3-9]\d{9}(?=/)|(?<=/)1[3-9]\d{9}(?![\w-])", re.ASCII)
_TWO_MOBILES = re.compile(r"(?<![\w.+/#-])[679]\d{8}/[679]\d{8}(?![\w/-])", re.ASCII)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\w)", re.ASCII)
_GROUPED = re.compile(r"(?<![\w.+/-])(?<!\d )0[1-9]\d{1,3}[ -]\d{3,4}[ -]\d{3,4}(?![\w-])", re.ASCII)
_US_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_PART_OF_A_NAME = re.compile(r"[A-Za-z0-9_#/=.$€£¥@-]")
_GOES_ON = re.compile(r"[A-Za-z_=@]|[.,:-]\d|/(?![\d+(\[])")
_AFTER_A_PHONE = re.compile(rf"(?:\[phone\]|(?<![a-z]){_CUES}) ?/$", re.IGNORECASE)
_CONTEXT = 40
MOST_DIGITS = 15
"""Of a telephone number, its country code included (ITU-T E.164)."""


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Numbers with a country code, national ones written in groups, and what is one only beside a cue."""
    for match in _INTERNATIONAL.finditer(text):
        start, end = match.start(), _without_what_follows(text, *match.span())
        if _digits(text[start:end]) >= 9:
            yield start, end
    for shape in (_GROUPED, _NINE_DIGITS, _BESIDE_A_SLASH, _TWO_MOBILES):
        yield from (match.span() for match in shape.finditer(text))


def _without_what_follows(text: str, start: int, end: int) -> int:
    """Where a number ends whose last groups belong to what comes after it: a time, a sum, another number."""
    while _digits(text[start:end]) > MOST_DIGITS or _goes_on(text, end):
        cut = max(text.rfind(mark, start, end) for mark in " .-(")
        if cut <= start:
            break
        end = cut
    return end


def _goes_on(text: str, end: int) -> bool:
    found = _GOES_ON.match(text, end)
    return found is not None and found[0] != "/"


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def private(text: str, start: int, end: int, kind: str) -> bool:
    """Whether the number at this place is what ``kind`` says, by its shape and by what stands around it."""
    found = text[start:end]
    goes_on = _GOES_ON.match(text, end)
    if "\n" in found or (goes_on and not (found.startswith("+") and goes_on[0] == "/")):
        return False
    before = text[max(0, start - _CONTEXT) : start]
    if not found.startswith("+") and _PART_OF_A_NAME.match(before[-1:]) and not _AFTER_A_PHONE.search(before):
        return False
    match kind:
        case "phone":
            return _is_phone(found, before)
        case "id_number":
            return _is_id_number(found, before)
    return True


def _is_phone(found: str, before: str) -> bool:
    if found.startswith("+") or _GROUPED.fullmatch(found) or _TWO_MOBILES.fullmatch(found):
        return True
    if any(shape.fullmatch(found) for shape in (_CHINESE_MOBILE, _CHINESE_LANDLINE, _NORTH_AMERICAN)):
        return True
    return bool(_BARE_PHONE.fullmatch(found) and _CUE.search(before))


def _is_id_number(found: str, before: str) -> bool:
    checked = sum(c.isalnum() for c in found) == 18 or found[0].isalpha()
    return checked or bool(_US_SSN.fullmatch(found)) or bool(_ID_CUE.search(before))

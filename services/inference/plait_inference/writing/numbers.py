"""Numbers with their units, in digits or words, English and Chinese: "3 days", "three days" and 三天 are one. Pure."""

import re
from decimal import Decimal
from typing import Final

_ONES: Final = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_TENS: Final = "ten twenty thirty forty fifty sixty seventy eighty ninety"
EN_ONES: Final = {word: value for value, word in enumerate(_ONES.split())}
EN_TENS: Final = {word: 10 * value for value, word in enumerate(_TENS.split(), 1)}
EN_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
ZH_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "兩": 2}
ZH_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
SUFFIXES: Final = {"k": 10**3, "m": 10**6, "bn": 10**9} | ZH_SCALES
CURRENCIES: Final = {"$": "usd", "€": "eur", "£": "gbp", "¥": "cny"}
UNITS: Final = {
    "%": r"%|percent\b|个?百分点",
    "second": r"seconds?\b|secs?\b|秒钟?",
    "ms": r"milliseconds?\b|ms\b|毫秒",
    "minute": r"minutes?\b|mins?\b|分钟|分鐘",
    "hour": r"hours?\b|hrs?\b|h\b|个?小时|個?小時|个?钟头",
    "workday": r"(?:working |business |work)days?\b|个?工作[日天]",
    "day": r"days?\b|天",
    "week": r"weeks?\b|个?星期|個?星期|个?礼拜|周(?![一二三四五六日天末报会])",
    "month": r"months?\b|个月|個月",
    "quarter": r"quarters?\b|个?季度",
    "year": r"years?\b|年",
    "usd": r"dollars?\b|usd\b|美元|美金",
    "eur": r"euros?\b|eur\b|欧元",
    "gbp": r"pounds?\b|gbp\b|英镑",
    "cny": r"yuan\b|rmb\b|cny\b|元|块钱?|人民币",
    "th": r"(?:st|nd|rd|th)\b",
    "times": r"times\b|倍|次",
    "": r"[个個件条條份位名台张張本项項家版楼层间间場场步种類类款人度单單页頁]",
}
"""Of a measure word nothing is kept: 三个工单 and "3 工单" are one."""

ZH_CLASS: Final = "".join(ZH_DIGITS) + "".join(ZH_SCALES)
EN_WORDS: Final = "|".join(sorted([*EN_ONES, *EN_TENS], key=len, reverse=True))
EN_MORE: Final = rf"(?:[ -](?:{EN_WORDS}|{'|'.join(EN_SCALES)})\b)*"
UNIT: Final = "|".join(f"(?:{pattern})" for pattern in UNITS.values())
NUMBER: Final = (
    r"(?P<money>[$€£¥]\s?)?(?P<sign>(?<![\w.)])[-−](?=\d))?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<suffix>bn\b|[km]\b|[{''.join(ZH_SCALES)}]))?(?:[ -]?(?P<unit>{UNIT}))?"
    rf"|百分之(?P<share>[{ZH_CLASS}]+|\d+(?:\.\d+)?)"
    rf"|(?P<han>[{ZH_CLASS}]{{2,}}|[{ZH_CLASS}](?={UNIT}))(?P<han_unit>{UNIT})?"
    rf"|\b(?P<word>(?:{EN_WORDS})\b{EN_MORE}|a (?:{'|'.join(EN_SCALES)})\b)(?:[ -](?P<word_unit>{UNIT}))?"
)
"""To be read with IGNORECASE; the one name that decides what a match is, is its last group."""


def number_key(match: "re.Match[str]") -> str:
    """Value and unit of a match of ``NUMBER``, the same for every way to write them."""
    group = match.groupdict()
    if group.get("share"):
        return f"{_value(group['share'])} %"
    if group.get("han"):
        return f"{_plain(Decimal(chinese(group['han'])))} {_unit(group.get('han_unit'))}".strip()
    if group.get("word"):
        return f"{_plain(Decimal(english(group['word'])))} {_unit(group.get('word_unit'))}".strip()
    value = Decimal(group["digits"].replace(",", "")) * SUFFIXES.get((group.get("suffix") or "").lower(), 1)
    unit = CURRENCIES.get((group.get("money") or "").strip()) or _unit(group.get("unit"))
    return f"{'-' if group.get('sign') else ''}{_plain(value)} {unit}".strip()


def chinese(numeral: str) -> int:
    """A Chinese numeral; a row of digits, as in years and numbers that are spelt, is read digit by digit."""
    if not any(char in ZH_SCALES for char in numeral):
        return int("".join(str(ZH_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        if char in ZH_DIGITS:
            digit = ZH_DIGITS[char]
            continue
        scale = ZH_SCALES[char]
        if scale >= 10**4:
            total = (total + section + digit or 1) * scale
            section = 0
        else:
            section += (digit or 1) * scale
        digit = 0
    return total + section + digit


def english(words: str) -> int:
    """A number in English words: "twenty-five", "three hundred"."""
    total = part = 0
    for word in re.split(r"[ -]+", words.lower()):
        if word in EN_SCALES:
            part = max(part, 1) * EN_SCALES[word]
            if EN_SCALES[word] > 100:
                total, part = total + part, 0
        else:
            part += EN_ONES.get(word, EN_TENS.get(word, 0))
    return total + part


def _value(text: str) -> str:
    return _plain(Decimal(text) if text[0].isdigit() else Decimal(chinese(text)))


def _plain(value: Decimal) -> str:
    """1.50 as 1.5, 30 as 30."""
    return format(value.normalize(), "f")


def _unit(text: str | None) -> str:
    if not text:
        return ""
    return next((unit for unit, pattern in UNITS.items() if re.fullmatch(pattern, text, re.IGNORECASE)), "")

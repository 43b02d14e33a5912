"""Dates, hours and deadlines as keys that are equal where they mean the same moment. Pure."""

import re
from datetime import datetime
from typing import Final

from plait_inference.dates import resolve
from plait_inference.dates_zh import SIMPLIFIED
from plait_inference.writing.numbers import ZH_DIGITS, chinese

DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?-i:(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b)"
MONTH: Final = (
    r"(?:january|february|april|june|july|august|september|october|november|december|(?-i:Jan|Feb|Apr|Jun|Jul|Aug|Sept?"
    r"|Oct|Nov|Dec))\b\.?"
)
LOOSE_MONTH: Final = rf"(?:{MONTH}|(?:march|may|mar)\b\.?)"
TH: Final = r"(?:st|nd|rd|th)?\b"
ENGLISH: Final = "|".join(
    (
        rf"(?:next|this|last|coming|following)\s+(?:week(?:end)?|month|quarter|year|morning|afternoon|evening|{DAY}|{MONTH})",
        rf"(?:the\s+)?\d{{1,2}}{TH}\s+(?:of\s+)?{LOOSE_MONTH}(?:,?\s+\d{{4}}\b)?",
        rf"{LOOSE_MONTH}\s+\d{{1,2}}{TH}(?:,?\s+\d{{4}}\b)?",
        rf"{MONTH}(?:\s+\d{{4}}\b)?",
        DAY,
        r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
        r"\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?",
        r"\d{1,2}:\d\d\b(?!:)",
        r"\d{1,2}\s?o'?clock\b",
        r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])",
        r"the\s+\d{1,2}(?:st|nd|rd|th)\b",
        r"(?:today|tomorrow|tonight|yesterday|noon|midday|midnight)\b",
        r"(?:the\s+)?(?:end|start|beginning|middle) of (?:the |this |next )?(?:day|week|month|quarter|year)\b",
        r"(?:eod|eow|eom|eoq|eoy|cob)\b",
        r"(?:morning|afternoon|evening)\b",
    )
)
NUMERAL: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
WEEK: Final = "(?:周|星期|礼拜|週|禮拜)"
CHINESE: Final = "|".join(
    (
        r"(?:\d{4}|[〇零一二三四五六七八九]{4})年(?:底|初|末)?",
        rf"{NUMERAL}月(?:份|底|初|中旬|上旬|下旬)?(?:{NUMERAL}[日号號])?",
        rf"{NUMERAL}[日号號](?!线|楼|机|码|门|会议)",
        rf"(?:下下|下|上|本|这|這|当)个?{WEEK}[一二三四五六日天末]?",
        rf"{WEEK}[一二三四五六日天末]",
        r"(?:今|明|后|後|昨|前|大后)天|(?:今|明)(?:早|晚)|今[日年]|[明去]年",
        r"(?:早上|上午|中午|下午|晚上|凌晨|傍晚|午夜)",
        rf"(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})[点點时](?:半|[一三]刻|{NUMERAL}分|整|钟)?",
        r"\d{1,2}[:：]\d\d",
        r"(?:下|上|本|这|這)个?(?:月|季度)(?:底|初|末)?|[月年季周][底末初]|下班|年中",
    )
)
AT: Final = r"(?:[\s,，]*(?:at|on|around|of|的)?[\s,，]*)"
BOUND: Final = r"(?P<bound>by|before|until|till|after|since|from|due|on|at|around|in|到|至|从|自)"
CORE: Final = rf"(?:{ENGLISH}|{CHINESE})"
TIME: Final = (
    rf"(?:(?:\b{BOUND}\s*(?:the\s+)?)?(?P<core>(?<![^\W_])(?:{ENGLISH})(?:{AT}(?:{CORE}))*|(?:{CHINESE})(?:{AT}(?:{CORE}))*)"
    r"\s*(?P<after>之?前|以前|之?后|以后|之?後|起|开始|截止|之?内|以内)?)"
)
"""To be read with IGNORECASE."""
PERIOD: Final = re.compile(
    rf"\b(?:week(?:end)?|month|quarter|year|eow|eom|eoq|eoy)\b|{WEEK}(?![一二三四五六日天])|月(?!{NUMERAL})|季|年(?!{NUMERAL}月)"
    r"|morning|afternoon|evening|[早晚]|上午|下午|凌晨|傍晚|下班|[底末初]|\b(?:end|start|beginning|middle|eod|cob)\b",
    re.IGNORECASE,
)
"""What names more than a day or a clock: only its own words say the same."""
SAME: Final = {"due": "by", "till": "until", "到": "until", "至": "until", "从": "from", "自": "from"} | dict.fromkeys(
    ("on", "at", "around", "in"), ""
)
BEHIND: Final = {"以前": "前", "之前": "前", "以后": "后", "之后": "后", "之後": "后", "之内": "内", "以内": "内"}
NUMERALS: Final = re.compile(r"[〇零一二两三四五六七八九十]+(?=[月日号点时年分])")


def time_key(match: "re.Match[str]", said_at: datetime | None) -> str:
    """The moment that a match of ``TIME`` means when it is said then, and on which side of it; its words otherwise."""
    core, bound = match["core"], (match["bound"] or "").lower()
    side = SAME.get(bound, bound) + BEHIND.get(match["after"] or "", match["after"] or "")
    moment = resolve(core, said_at) if said_at and not PERIOD.search(core) else None
    return f"{side} {moment or _surface(core)}".strip()


def _surface(core: str) -> str:
    """The words, one way of writing them."""
    text = re.sub(r"\s+|\bthe\b|\bof\b|\bat\b|\bon\b|[,，.]", "", core.casefold().translate(SIMPLIFIED))
    text = re.sub("星期|礼拜", "周", text).replace("个", "").replace("：", ":").replace("钟", "")
    return NUMERALS.sub(lambda found: str(_number(found[0])), text)


def _number(numeral: str) -> int:
    return chinese(numeral) if any(char in ZH_DIGITS or char == "十" for char in numeral) else 0

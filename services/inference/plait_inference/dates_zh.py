"""Chinese time expressions, simplified and traditional: numerals to digits, and the rules that read them. Pure."""

import re
from typing import Final

from plait_inference.dates_expression import DayPart, Expression, Part, Rule, Unit, integer

SIMPLIFIED: Final = str.maketrans(
    "週個後點內號禮兩鐘這時節國慶聖誕當來過從間飯會課開聽儘晝頭",
    "周个后点内号礼两钟这时节国庆圣诞当来过从间饭会课开听尽昼头",
)
"""The characters of time expressions alone."""
DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
NUMERALS: Final = "零〇一二两三四五六七八九十"
NUMERAL: Final = re.compile(f"[{NUMERALS}]+")
WEEK: Final = "(?:周|星期|礼拜)"
WEEKDAYS: Final = "一二三四五六日天"
WEEKDAY: Final = re.compile(rf"(?<!(?<![周期拜])[{NUMERALS}])({WEEK})([{WEEKDAYS}])")
"""Not after a number, which counts weeks; but in 周一周四 the second is a day as well."""
HAN: Final = r"[\u4e00-\u9fff]"
SPACES: Final = re.compile(rf"(?<={HAN})\s+|\s+(?={HAN})")
SEAM: Final = re.compile(rf"(?<=[a-z])(?={HAN})|(?<={HAN})(?=[a-z])")
SPAN_UNIT: Final = rf"(分钟?|小时|钟头|钟|刻钟|天|日|工作[日天]|{WEEK}|(?<=[个半])月|季度|年)"
SPELLINGS: Final = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?<=\d )[-~](?=周|星期|礼拜)", "到"),
        ("廿", "二十"),
        ("前后|左右", ""),
        ("卅", "三十"),
        ("一早(?!上)", "早上"),
        ("(?:下班|收工|放学|下课|[午晚早]?饭|开会|会)后", ""),
        ("国庆节?", "holiday 10/1 "),
        ("元旦节?", "holiday 1/1 "),
        ("圣诞节?", "holiday 12/25 "),
        ("双(?:十一|11)", "holiday 11/11 "),
        ("五一(?:劳动)?节?|劳动节", "holiday 5/1 "),
        ("六一(?:儿童)?节?", "holiday 6/1 "),
    )
)
OPEN: Final = re.compile(
    rf"(?<![早晚])上个?(?:{WEEK}|月|季)|上年|昨|前天|去年|前年|以来|每|改天|[几数]天"
    rf"|(?<![第\d])\d{{1,2}}个?(?:天|{WEEK}|小时|钟头|钟|分钟|年)(?:之|以)?前|个月(?:之|以)?前"
    r"|春节|过年|除夕|元宵|清明|端午|中秋|重阳"
)
"""The past, repetition, and holidays that move."""
SHIFTS: Final = {"下下": 2, "下": 1, "本": 0, "这": 0, "当": 0}
YEARS: Final = {"今": 0, "本": 0, "明": 1, "来": 1, "后": 2}
DAYS: Final = {"今": 0, "当": 0, "明": 1, "听": 1, "后": 2, "大": 3}
PARTS: Final[dict[str, Part]] = {
    "上": "early",
    "初": "early",
    "头": "early",
    "中": "mid",
    "底": "end",
    "末": "end",
    "尾": "end",
}
HALVES: Final[dict[str, Part]] = {"上": "mid", "下": "end"}
DAY_PARTS: Final[dict[str, DayPart]] = {
    "凌": "dawn",
    "半": "dawn",
    "早": "morning",
    "晨": "morning",
    "清": "morning",
    "朝": "morning",
    "上": "morning",
    "中": "noon",
    "正": "noon",
    "下": "afternoon",
    "午": "afternoon",
    "傍": "afternoon",
    "晚": "evening",
    "夜": "evening",
}
UNITS: Final[dict[str, Unit]] = {
    "分": "minute",
    "小": "hour",
    "钟": "hour",
    "天": "day",
    "日": "day",
    "工": "workday",
    "周": "week",
    "星": "week",
    "礼": "week",
    "月": "month",
    "季": "quarter",
    "年": "year",
}
QUARTER_HOUR: Final = 15


def is_open_zh(text: str) -> bool:
    """Whether a text of ``chinese`` says that it is no deadline."""
    return OPEN.search(text) is not None


def chinese(text: str) -> str:
    """The expression in simplified characters, with digits for numerals and one spelling for each thing."""
    text = SPACES.sub("", text.translate(SIMPLIFIED))
    text = WEEKDAY.sub(lambda m: f"{m[1]}{min(WEEKDAYS.index(m[2]), 6) + 1} ", text)
    for pattern, spelling in SPELLINGS:
        text = pattern.sub(spelling, text)
    text = NUMERAL.sub(lambda m: str(_number(m[0])), text)
    text = re.sub(rf"\d+(?:到|至|-|~)(?=\d+个?{SPAN_UNIT})", "", text)
    return SEAM.sub(" ", text)


def _number(numeral: str) -> int:
    """十二, 三十, 二〇二七; of two digits such as 两三 the greater."""
    if "十" in numeral:
        tens, _, ones = numeral.rpartition("十")
        return 10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0)
    digits = [str(DIGITS[char]) for char in numeral]
    return int("".join(digits) if len(digits) > 2 else digits[-1])


def _span(match: re.Match[str]) -> Expression:
    count, half, unit, and_half = match.groups()
    total = int(count or 0) + (0.5 if half or and_half else 0)
    if unit == "刻钟":
        return Expression(span=QUARTER_HOUR * total, span_unit="minute")
    return Expression(span=total, span_unit=UNITS[unit[0]])


def _weekday(digit: str | None) -> int | None:
    return int(digit) - 1 if digit else None


def _nth(match: re.Match[str]) -> Expression:
    weekday = _weekday(match[3])
    return Expression(
        nth=integer(match[1]) or -1, weekday=weekday, nth_unit=UNITS[match[2][0]] if weekday is None else None
    )


def _hour(match: re.Match[str]) -> Expression:
    hour, half, quarters, minutes = match.groups()
    minute = 30 if half else QUARTER_HOUR * int(quarters) if quarters else integer(minutes)
    return Expression(hour=int(hour), minute=minute, daypart=None if int(hour) else "dawn")


def _hour_less(match: re.Match[str]) -> Expression:
    """差一刻五点 is 4:45."""
    less = int(match[1]) * (QUARTER_HOUR if match[2] == "刻" else 1)
    return Expression(hour=int(match[3]) - 1 or 12, minute=60 - less)


CHINESE_SPANS: Final[tuple[Rule, ...]] = (
    (
        re.compile(rf"(?<![第\d])(?=[\d半])(?:(\d{{1,3}})个?)?(半)?个?{SPAN_UNIT}(半)?[之以]?[内后](?![天日])的?"),
        _span,
    ),
    (
        re.compile(rf"前(\d{{1,2}})个?(天|{WEEK})"),
        lambda m: Expression(span=-int(m[1]), span_unit=UNITS[m[2][0]]),
    ),
)
CHINESE: Final[tuple[Rule, ...]] = (
    (re.compile("(?:下班|收工|收盘|打烊)前?"), lambda _: Expression(daypart="close")),
    (
        re.compile("(大后天|后[天日]|(?:听|明|今|当)[天日儿早晚晨夜朝])"),
        lambda m: Expression(days=DAYS[m[1][0]], daypart=DAY_PARTS.get(m[1][1])),
    ),
    (
        re.compile(
            r"(?<!\d)(?:凌晨|半夜|早上|早晨|清晨|上午|早(?=\d)|中午|正午|下午|下昼|午后|傍晚|晚上|夜里|夜间|晚(?=\d))"
        ),
        lambda m: Expression(daypart=DAY_PARTS[m[0][0]]),
    ),
    (re.compile(r"差(\d{1,2})(分|刻)钟?到?(\d{1,2})点"), _hour_less),
    (re.compile(r"(?<!\d)(\d{1,2})(?:点钟?|时(?![间候]))(?:整|(半)|([13])刻|过?(\d{1,2})分?)?"), _hour),
    (
        re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月份?(\d{1,2})[日号]?"),
        lambda m: Expression(year=integer(m[1]), month=int(m[2]), day=int(m[3])),
    ),
    (
        re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])\.(\d{1,2})(?=[之以]?前|日|号)"),
        lambda m: Expression(month=int(m[1]), day=int(m[2])),
    ),
    (re.compile(r"(?<!\d)(\d{1,2})[日号]"), lambda m: Expression(day=int(m[1]))),
    (re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月份?"), lambda m: Expression(year=integer(m[1]), month=int(m[2]))),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: Expression(year=int(m[1]))),
    (re.compile("([明来后今本])年度?"), lambda m: Expression(unit="year", shift=YEARS[m[1]])),
    (re.compile(r"第?(?<!\d)([1-4])季度?"), lambda m: Expression(quarter=int(m[1]))),
    (re.compile("([上下])半年"), lambda m: Expression(half=1 if m[1] == "上" else 2, part="end")),
    (re.compile("([上下])半个?月"), lambda m: Expression(unit="month", part=HALVES[m[1]])),
    (re.compile(rf"(?:第(\d)|最后1?)个?({WEEK}|天|日|工作[日天])([1-7])?"), _nth),
    (
        re.compile(rf"(下下|下|本|这)?个?{WEEK}末"),
        lambda m: Expression(unit="weekend", shift=SHIFTS[m[1]] if m[1] else None),
    ),
    (
        re.compile(rf"(下下|下|本|这|当)个?{WEEK}([1-7])?"),
        lambda m: Expression(unit="week", shift=SHIFTS[m[1]], weekday=_weekday(m[2])),
    ),
    (re.compile(rf"{WEEK}([1-7])"), lambda m: Expression(weekday=_weekday(m[1]))),
    (
        re.compile("(下下|下|本|这|当)个?(月|季)度?"),
        lambda m: Expression(unit=UNITS[m[2]], shift=SHIFTS[m[1]]),
    ),
    (
        re.compile("(月|季度?|年|周)([初头中底末尾内])"),
        lambda m: Expression(unit=UNITS[m[1][0]], part=PARTS.get(m[2], "end")),
    ),
    (re.compile("中旬"), lambda _: Expression(unit="month", part="second third")),
    (re.compile("([上下])旬"), lambda m: Expression(unit="month", part=PARTS.get(m[1], "end"))),
    (re.compile("[初头中底末尾]"), lambda m: Expression(part=PARTS[m[0]])),
    (re.compile("前|截止|为止"), lambda _: Expression(bounded=True)),
)

"""What kind of answer a question wants, from its question word. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from plait_inference.answers.words import TOKEN, ZH_ASKING
from plait_inference.language import is_han
from plait_inference.wording import STOP

Sort = Literal["person", "time", "clock", "duration", "place", "number", "cause", "name", "code", "polar", "open"]


@dataclass(frozen=True, slots=True)
class Kind:
    """``labels``: the entities that can be the answer, best first; none where a sentence is."""

    sort: Sort
    labels: tuple[str, ...] = ()
    unit: str = ""
    """What is counted, as the Chinese measure word behind the number says it."""


PERSON: Final = Kind("person", ("PERSON",))
TIME: Final = Kind("time", ("TIME",))
CLOCK: Final = Kind("clock", ("TIME",))
DURATION: Final = Kind("duration", ("TIME",))
PLACE: Final = Kind("place", ("PLACE",))
NUMBER: Final = Kind("number")
CAUSE: Final = Kind("cause")
CODE: Final = Kind("code", ("WORK",))
OPEN: Final = Kind("open")
POLAR: Final = Kind("polar")
CUSTOMER: Final = Kind("name", ("CLIENT", "ORG"))
COMPANY: Final = Kind("name", ("ORG", "CLIENT"))

RULES: Final = (
    (re.compile(r"^\W*why\b|\bhow come\b|\b(reason|cause[sd]?)\b|为什么|为何|原因|理由|怎么会|干嘛", re.I), CAUSE),
    (
        re.compile(
            r"\bhow (?:long|many (?:milli)?(?:second|minute|hour|day|week|month|year)s)\b|\bperiod\b"
            r"|多久|多长时间|几天|几年|几个(小时|月)|几周|多少(天|年|周|小时|分钟)",
            re.I,
        ),
        DURATION,
    ),
    (re.compile(r"\b(what|which) time\b|几点", re.I), CLOCK),
    (
        re.compile(
            r"\bwhen\b|\b(what|which) (day|date|week|month|year)\b|\bdeadline\b|\bhow soon\b"
            r"|什么时候|何时|几号|几月|哪[一]?[天日周月年]|星期几|周几|期限|日期",
            re.I,
        ),
        TIME,
    ),
    (
        re.compile(
            r"\bwhere\b|\b(what|which) (?:\w+ )?(place|room|city|town|country|hall|office|building|venue|hotel"
            r"|address)\b"
            r"|哪里|哪儿|何处|什么地方|哪[个间家]?(教室|会议室|房间|城市|酒店|大厅|地方|楼)|地点|地址",
            re.I,
        ),
        PLACE,
    ),
    (re.compile(r"\b(which|what) (?:\w+ )?(customer|client)s?\b|哪[个家位]?(客户|顾客)", re.I), CUSTOMER),
    (
        re.compile(
            r"\b(which|what) (company|supplier|vendor|team|department|firm)\b|哪[个家]?(公司|供应商|团队|部门|厂家)",
            re.I,
        ),
        COMPANY,
    ),
    (
        re.compile(
            r"\b(?:which|what)\b.*\b(release|version|ticket|task|bug|code|port|extension|batch|badge|episode|article"
            r"|number)\b|版本|型号|编号|工单|任务|端口|单号|号码|哪个单|(展位|手机|门牌|车牌|电话|房间)号",
            re.I,
        ),
        CODE,
    ),
    (
        re.compile(
            r"\bhow (many|much|large|big|high|old|far|expensive|tall|heavy)\b|\b(what|which) .*\b(price|cost|amount"
            r"|rate|rent|salary|fee|percentage|temperature)\b|多少"
            r"|几[个块件条本辆位次张门份单项台束]|多大|多高|多重|金额|单价|比例",
            re.I,
        ),
        NUMBER,
    ),
    (re.compile(r"\b(who|whom|whose)\b|谁|哪[位个]?(同事|老师|医生|负责人|人)|哪位", re.I), PERSON),
    (
        re.compile(
            r"^\W*(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b"
            r"|吗[?？]?$|是否|是不是|有没有|能不能|要不要|可不可以|行不行",
            re.I,
        ),
        POLAR,
    ),
)
CAPITAL: Final = re.compile(r"[A-Z]")
TITLES: Final = frozenset({"mr", "mrs", "ms", "dr"})
COUNTED: Final = re.compile(r"(?:多少|几)([件个块条本辆束页份台张人次度吨项株])")
PRICE: Final = re.compile(
    r"\b(?:cost|costs|price|salary|fee|rent|budget|pay|pays|paid|charged?|expensive|amount)\b"
    r"|多少钱|报价|工资|金额|单价|租金|房租|费用|预算|押金|尾款|奖金|运费|定金|门票",
    re.IGNORECASE,
)
MONEY: Final = "元块毛角万千$€£¥"
DOER: Final = re.compile(r"^\W*who\b(?!.*\b(?:to|for|with)\W*$)|谁(?!\W*$)", re.IGNORECASE)
_KIND_WORDS: Final = """
    time day date deadline room city place hotel release version number code port customer client company supplier
    team price cost amount reason cause hall house period
    版本 型号 编号 金额 单价 日期 期限 原因 理由 地点 客户 公司 教室 地方 多少 负责 时候 价格 号码
"""
KIND_WORDS: Final = frozenset(_KIND_WORDS.split())
"""They name what is asked for; the answer need not repeat them."""


def kind_of(question: str) -> Kind:
    """The kind of answer; a sentence where the question word does not tell."""
    kind = next((kind for pattern, kind in RULES if pattern.search(question)), OPEN)
    if kind != NUMBER:
        return kind
    if PRICE.search(question):
        return replace(kind, unit=MONEY)
    counted = COUNTED.search(question)
    return replace(kind, unit=counted.group(1)) if counted else kind


def asks_for_the_doer(question: str) -> bool:
    """Whether the person asked for is the one who does it."""
    return DOER.search(question) is not None


def names_in(question: str, surfaces: tuple[str, ...]) -> frozenset[str]:
    """What must occur where the answer is: numbers, ticket ids and names, in lower case.

    ``surfaces`` are the named entities that were read in the question.
    """
    own = ids_in(question)
    named = (surface.lower().removesuffix("'s").removesuffix("’s") for surface in surfaces)
    return own | {surface for surface in named if surface and not any(surface in other for other in own)}


def ids_in(question: str) -> frozenset[str]:
    """Numbers, ticket ids and capitalised words but the first, in lower case."""
    tokens = [token for token in TOKEN.findall(ZH_ASKING.sub(" ", question)) if not is_han(token[0])]
    own = {token for token in tokens[1:] if CAPITAL.match(token) and token.lower() not in STOP | TITLES}
    own |= {token for token in tokens if any(char.isdigit() for char in token)}
    return frozenset(name.lower().removesuffix("'s").removesuffix("’s") for name in own)

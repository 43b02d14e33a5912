"""What the rows of `ways_*.py` are made of: one row a way of stating a fact. See `masking` for the letters.

Groups: ``s`` subject, ``o`` object, ``me`` the author in the role that is missing; a status is the name of its group.
Without ``s`` the subject is the only thing of its kind in the sentence, else in the message. Precise, not complete.
"""

import re
from dataclasses import dataclass

GAP = r"(?:[^⟦⟧.;!?。！？；]|⟦\d+P⟧){0,60}?"
NEAR = r"[^⟦⟧.;!?。！？；，]{0,25}?"
BE = r"(?:\s+(?:is|are|was|were|has|have|been|got|gets|now|still|already|finally|just|back|stays|remains|fully))*\s+"
OLD = r"(?:from\s+⟦\d+[TDL]⟧\s+)?"
ZH_OLD = r"(?:从\s*⟦\d+[TDL]⟧\s*)?"
ZH_TO = r"(?:改到|改为|改成|延到|推迟到|延期到|顺延到|推到|挪到|提前到|延后到|定在|安排在)"
EN_DO = (
    r"(?:take|take over|own|do|finish|fix|write|build|send|deliver|prepare|draft|update|handle|pick up"
    r"|complete|implement)"
)
ZH_DO = r"(?:接手|负责|认领|做|写|改|修|完成|搞定|整理|准备|处理|跟进|更新)"
EN_STATUS = (
    r"(?:(?P<done>done|finished|completed?|closed|merged|shipped|released|fixed|resolved|delivered|deployed)"
    r"|(?P<blocked>blocked|stuck|on hold|stalled)|(?P<in_progress>in progress|under ?way|started|resumed)"
    r"|(?P<cancelled>cancell?ed|dropped|scrapped|abandoned|called off|off the table)|(?P<open>open|reopened))\b"
    r"(?!\s+(?:by|before|until|when|once|after)\b|[^⟦⟧]{0,4}⟦\d+D⟧)"
)
ZH_STATUS = (
    r"(?:(?P<done>完成了|已完成|完成$|搞定|做完了|写完了|改完了|修好了|已修复|已合并|合并了|上线了|已上线|关闭了|已关闭|已发布|发布了"
    r"|已交付|已解决|解决了|done|完成(?=[。，；]))|(?P<blocked>卡住了?|阻塞|受阻|blocked|暂停了?)"
    r"|(?P<in_progress>进行中|处理中|in progress|正?在做|恢复)"
    r"|(?P<cancelled>取消了?|不做了|砍掉了?|作废|cancell?ed)|(?P<open>重新打开|open))"
)
STATING = frozenset({"status", "blocker", "decision"})
PLANNING = frozenset({"commitment", "request", "decision", "schedule", "status", "information", "agreement", "blocker"})
STATEMENT = PLANNING | {"objection", "social"}


ROLE = re.compile(r"\(\?P<[so]>⟦\\d\+\[([A-Z]+)\]⟧\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of stating a predicate. ``intents``: the message has one of them; ``structural``: a proposal will do."""

    predicate: str
    pattern: re.Pattern[str]
    intents: frozenset[str] = STATEMENT
    subjects: str = ""
    structural: bool = False
    polite: bool = False

    @property
    def needs(self) -> list[frozenset[str]]:
        """Letters of which a sentence has at least one for this rule to match it, for each of its roles."""
        return [frozenset(letters) for letters in ROLE.findall(self.pattern.pattern)]


def _role(match: re.Match[str]) -> str:
    at = "@?" if match.group(2) == "P" else ""
    return rf"{at}(?P<{match.group(1)}>⟦\d+[{match.group(2)}]⟧)"


def rule(predicate: str, pattern: str, intents: frozenset[str] = STATEMENT, **more: str | bool) -> Rule:
    """A row: ``{s:WR}`` is a subject that is a WORK or a REPORT; the other words in braces are defined above."""
    for name, value in _WORDS.items():
        pattern = pattern.replace("{" + name + "}", value)
    compiled = re.compile(re.sub(r"\{([so]):([A-Z]+)\}", _role, pattern), re.IGNORECASE)
    return Rule(
        predicate, compiled, intents, str(more.get("subjects", "")),
        bool(more.get("structural")), bool(more.get("polite")),
    )  # fmt: skip


_WORDS = {
    "GAP": GAP, "NEAR": NEAR, "BE": BE, "OLD": OLD, "ZH_OLD": ZH_OLD, "ZH_TO": ZH_TO, "EN_DO": EN_DO, "ZH_DO": ZH_DO,
    "EN_STATUS": EN_STATUS, "ZH_STATUS": ZH_STATUS,
}  # fmt: skip

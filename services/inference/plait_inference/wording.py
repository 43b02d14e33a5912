"""Cues and comparisons of wording, English and Chinese. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from plait_inference.language import is_han, language_of

REVERSAL: Final = re.compile(
    r"\b(instead|scrap|cancel(?:led|ling)?|called off|no longer|revert|roll(?:ing)? back|drop(?:ping)? "
    r"(?:that|the)|overrul|revers|chang(?:e|ed|ing) (?:of plan|our mind|the plan)|not going (?:with|ahead)|"
    r"forget (?:that|the)|scratch that|after all|withdraw|off the table|back to)"
    r"|改成|改为|改到|取消|不再|推翻|换成|撤回|作废|不做了|不用了|算了|还是按|重新定|收回|变更",
    re.IGNORECASE,
)
DEADLINE: Final = re.compile(
    r"\b(by|before|until|till|due|latest|within|no later than)\b|前|截止|之内|以内", re.IGNORECASE
)
AT: Final = re.compile(r"\b(?:at|by|before|until|in|within)\s+$", re.IGNORECASE)
AFTER: Final = re.compile(r"\s*(?:[之以]?[后後内內]|到)")
"""Behind a length of time: when it is over."""
DONE: Final = re.compile(
    r"\b(done|fixed|merged|sent|shipped|finished|completed|uploaded|posted|shared|updated|just did)\b"
    r"|搞定|已[经]?|发了|好了|完成|做完|弄完|改完|传了|合了",
    re.IGNORECASE,
)
AUTOMATIC: Final = re.compile(
    r"^\W*(?:assignees?|owner|status|state|priority|labels?|milestone|sprint) (?:was |has been )?"
    r"(?:changed|set|updated|added|removed)\b"
    r"|^\W*(?:assigned|moved|reopened|closed|merged|labell?ed) (?:this|to|by|from)\b"
    r"|^\W*(?:负责人|处理人|经办人|状态|負責人|狀態)(?:已?(?:变更|更改|更新|變更)|[:：])"
    r"|^\W*(?:开始做|开始处理|已关闭|重新打开|已完成)\s*[A-Z]+-\d+",
    re.IGNORECASE,
)
"""A line that a tool writes when a field changes: it reports, and settles nothing."""
AT_ONCE: Final = re.compile(
    r"\b(?:right now|in a (?:minute|sec\w*|moment)|one (?:sec|moment)|on (?:my|its) way)\b"
    r"|在[^，。！？\s]{1,3}了|马上|馬上|这就|這就|分[钟鐘](?:$|[，。！～])",
    re.IGNORECASE,
)
"""Work that is over before anybody could forget it."""
NOT_KNOWN: Final = re.compile(
    r"\b(not sure|no idea|don'?t know|let me (?:check|ask|look)|i'?ll (?:check|ask|find out)|"
    r"good question|same question|get back to you)\b|不清楚|不知道|不确定|我问问|我去问|我查一下|我看看|稍等|同问",
    re.IGNORECASE,
)
EVERYONE: Final = re.compile(
    r"\b(everyone|everybody|all of you|y'?all|folks|team|each of you|@(?:channel|here|all))\b"
    r"|大家|各位|所有人|全体|每个人",
    re.IGNORECASE,
)
ANYONE: Final = re.compile(r"\b(some|any)(one|body)\b|\bwho (can|could|wants)\b|谁|哪位", re.IGNORECASE)
YOU: Final = re.compile(r"\byou(?:r|rs|['’]ll)?\b|[你您妳]", re.IGNORECASE)
BACK: Final = re.compile(
    r"\b(?:it|they|them|him|her|those|these|there|then)\b|\b(?:that|this)(?=\W*(?:[,.;!?]|$))"
    r"|那|[这這](?![边邊周里裡])|[他她它]|届时|屆時|到[时時]|[当當]天",
    re.IGNORECASE,
)
"""Words for what was said before."""
WITHDRAWN: Final = re.compile(
    r"\b(never ?mind|no need|ignore (?:that|this)|not needed)\b|不用了|算了|不必了|当我没说",
    re.IGNORECASE,
)
FORBIDDEN: Final = re.compile(
    r"\b(?:do not|don['’]?t|never)\b(?! (?:forget|hesitate|worry))"
    r"|(?<!要)不要(?!忘)|(?<![特分级類类个個区區识識差离離])[别別](?![的人处處忘])|不许|不許|不准|勿",
    re.IGNORECASE,
)
GIVES: Final = re.compile(
    r"(?:\s+(?:will|takes?|does|gets?|handles?|owns?|is going to)\b)|(?:['’]ll\b)|(?=[\u4e00-\u9fff])(?!的)"
)
"""What makes a name at the beginning the one who does it."""
CLAUSE: Final = re.compile(r"[，,;；。.!！?？\n]+")
OPENING: Final = re.compile(
    r"^(?:(?:hi|hey|hello|morning|ok(?:ay)?|sure|yes|yep|yeah|great|thanks|thank you|right|got it|"
    r"will do|agreed|sounds good)\b[^,.!;:—-]{0,20}[,.!;:—-]+\s*|(?:好的?|行|嗯|收到|可以|没问题|OK|ok|哈喽|大家好|各位)[，,。！!：:～~]\s*)+",  # noqa: E501
    re.IGNORECASE,
)
NAMED: Final = (
    r"(?:(?:,? | and )(?:(?-i:[A-Z])[\w.'’-]*|[\u4e00-\u9fff]{1,4}|all|both|team|there|everyone|everybody|folks"
    r"|colleagues|guys|sir|madam))"
)
TITLE: Final = r"(?:总|總|工|经理|經理|老师|老師|先生|女士|小姐|主任|律师|律師|同学|同學|姐|哥)"
FORMULA: Final = re.compile(
    rf"\W*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)){NAMED}{{0,3}}"
    rf"|(?:(?:with )?(?:best|kind|warm)(?:est)? )?(?:regards|wishes){NAMED}{{0,2}}|best,?{NAMED}{{0,2}}"
    r"|(?:many )?(?:thanks|thank you)(?: again| so much| very much| a lot| in advance"
    r"| for (?:the|your) (?:quick |kind )?(?:help|time|patience|support|understanding|reply|update|feedback))*"
    rf"{NAMED}{{0,2}}|(?:cheers|sincerely|yours (?:sincerely|truly|faithfully)|(?:sincerely|truly) yours){NAMED}{{0,2}}"
    rf"|(?:[\u4e00-\u9fff]{{1,3}}{TITLE}?[，, ]?)?(?:您好|你好)|尊敬的[\u4e00-\u9fff]{{1,3}}{TITLE}?"
    rf"|(?:您|你|大家|各位|[\u4e00-\u9fff]{{1,2}}{TITLE})?[，, ]?(?:早上好|上午好|下午好|晚上好|早安)"
    r"|(?:您|大家|各位)好|此致|敬礼|敬禮|[顺順][颂頌][\u4e00-\u9fff]{2,3}"
    r"|祝(?:您|你|大家|各位)?(?:好|安|商祺|顺利|一切顺利|工作顺利|生活愉快|周末愉快|假期愉快)"
    r"|(?:多谢|谢谢|感谢|謝謝|感謝|辛苦了)(?:您|你|大家|各位|啦|了|哈)?)\W*",
    re.IGNORECASE,
)
"""A whole sentence that only greets, thanks or takes leave, as mails begin and end."""
CUES: Final = {
    "commitment": re.compile(
        r"\b(i['’]?ll|i will|i can|i['’]m (?:on it|going to)|on it|let me|we['’]ll|will do|leave it (?:to|with) me)\b"
        r"|我来|我去|我会|我这就|我马上|我负责|我先|交给我|我今|我明|我下|包在我|我晚",
        re.IGNORECASE,
    ),
    "request": re.compile(
        r"\b(please|pls|(?:could|can|would|will) (?:you|some|any)\w*|need you to|make sure|let me know|send me)\b"
        r"|请|麻烦|帮|能不能|能否|劳烦|辛苦|记得|你来|你去|谁能",
        re.IGNORECASE,
    ),
    "decision": re.compile(
        r"\b(decided|decision|settled|we(?:['’]re)? go(?:ing)? with|final|so:|agreed|go ahead|from now on|it is then)\b"
        r"|定了|就定|那就|就这么|决定|敲定|拍板|就按|以后|统一",
        re.IGNORECASE,
    ),
    "proposal": re.compile(
        r"\b(let['’]?s|shall we|(?:how|what) about|propose|suggest|could we|we could|what if|why (?:not|don['’]t))\b"
        r"|要不|建议|不如|提议|考虑|能不能|行吗|怎么样|如何",
        re.IGNORECASE,
    ),
    "question": re.compile(r"[?？][”\"')）]*$|[吗呢]$"),
}
"""What tells a sentence with an intent from its neighbours in the same message."""
WORD: Final = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
STOP_WORDS: Final = """
a an the and or but so to of in on at for with from by as is are was were be been it its this that
these those i you he she we they me us them my your our their will would can could should do does
did have has had not no yes let lets ll ve re just then there here what who when how please ok okay
going go get
"""
STOP: Final = frozenset(STOP_WORDS.split())
SHORTEST_ITEM: Final = 2
"""Words, or characters of Chinese, that a choice or a piece of work takes at least."""
UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
"""Han and kana: no spaces tell their words apart."""
HAN_A_WORD: Final = 1.7
"""Characters of them that say as much as a word."""
HAN_A_WORD_READ: Final = 2
"""Characters of them that take as long to read as a word: a summary has 120 characters or 60 words."""


def forbids(sentence: str) -> bool:
    """Whether all that a sentence asks for is not to do something."""
    clauses = [clause for clause in CLAUSE.split(sentence) if clause.strip()]
    barred = [clause for clause in clauses if FORBIDDEN.search(clause)]
    return bool(barred) and not any(CUES["request"].search(clause) for clause in clauses if clause not in barred)


def is_formula(sentence: str) -> bool:
    """Whether a sentence says nothing but a formula."""
    return FORMULA.fullmatch(sentence) is not None and not any(cue.search(sentence) for cue in CUES.values())


def tidy(text: str) -> str:
    """A sentence without its greeting or "will do," opening, on one line."""
    line = " ".join(text.split())
    rest = OPENING.sub("", line)
    return rest if len(rest) >= 4 else line


def terms(text: str) -> frozenset[str]:
    """What a text is about: words without function words, and pairs of Han characters."""
    found: set[str] = set()
    for word in WORD.findall(text.lower()):
        han = [char for char in word if is_han(char)]
        if han:
            found.update(first + second for first, second in pairwise(han))
        elif word not in STOP and len(word) > 1:
            found.add(word.rstrip("s"))
    return frozenset(found)


def overlap(left: str, right: str) -> float:
    """Shared terms over the smaller set of the two, in [0, 1]."""
    one, other = terms(left), terms(right)
    return len(one & other) / max(min(len(one), len(other)), 1)


def cosine(left: Sequence[float], right: Sequence[float]) -> float:
    """Of two vectors with length 1."""
    return sum(a * b for a, b in zip(left, right, strict=True))


def size(text: str, language: str) -> int:
    """Characters without spaces for zh, words else: what the limits of a summary count."""
    return len("".join(text.split())) if language == "zh" else len(text.split())


def says_little(text: str, language: str) -> bool:
    """Whether it is too short to be a choice or a piece of work."""
    return size(text, language) < SHORTEST_ITEM


def words(text: str) -> float:
    """How much a sentence says, in words, by its own script; in Chinese every character of it counts."""
    if language_of(text) == "zh":
        return size(text, "zh") / HAN_A_WORD
    return sum(len(piece) / HAN_A_WORD if UNSPACED.search(piece) else 1 for piece in text.split())


def room(text: str, language: str) -> float:
    """What a text takes of the limit of a summary in ``language``: never less than its ``size``.

    Among words, what has no spaces counts by its characters.
    """
    if language == "zh":
        return size(text, language)
    return sum(map(_read, text.split()))


def shorten(text: str, limit: int, language: str) -> str:
    """The beginning of a text that takes too much room, with an ellipsis, within the limit."""
    if room(text, language) <= limit:
        return text
    if language == "zh":
        return "".join(text.split())[: limit - 1] + "…"
    kept: list[str] = []
    left = float(limit)
    for piece in text.split():
        if _read(piece + "…") > left:
            if UNSPACED.search(piece):
                kept.append(piece[: max(int(left * HAN_A_WORD_READ) - 1, 0)])
            break
        kept.append(piece)
        left -= _read(piece)
    return " ".join(filter(None, kept)) + "…"


def _read(piece: str) -> float:
    return max(len(piece) / HAN_A_WORD_READ, 1.0) if UNSPACED.search(piece) else 1.0

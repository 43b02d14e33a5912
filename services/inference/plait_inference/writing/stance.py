"""How a clause stands to what it says: denied, uncertain, conditional, undone, limited, to come, hearsay. Pure.

Two clauses with the same words say the same only if they stand to it alike. The lists are wide on purpose: a word too
many costs a sentence that is then quoted instead, a word too few lets a wrong one through.
"""

import re
from typing import Final

NOT_DENIED: Final = re.compile(
    r"不过|不错|不仅|不但|不管|不论|无论|差不多|不好意思|对不起|(\w)不\1|没问题|没事|是否|能否|可否|分别|特别|类别|级别"
    r"|区别|个别|别人|别的|无线|未来|\bnot only\b",
    re.IGNORECASE,
)
DENIED: Final = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|nowhere|hardly|barely|un(?:able|done))\b|n't\b"
    r"|[不没沒未别勿莫]|无|無|并非|而非",
    re.IGNORECASE,
)
KEPT: Final = {
    "uncertain": re.compile(
        r"\b(?:or|either|can|might|maybe|perhaps|possibl[ey]|probabl[ey]|likely|could|would|should|ought|think\w*|thought|believ\w*"
        r"|guess\w*|hop(?:e|es|ed|ing)|expect\w*|seem\w*|appear\w*|apparently|tr(?:y|ies|ied|ying)|want\w*|wish\w*"
        r"|plan(?:s|ned|ning)?|consider\w*|propos\w*|suggest\w*|doubt\w*|unsure|unclear|tentativ\w*|almost|nearly"
        r"|suppos\w*|rumou?r\w*|allegedly|(?<=\bi )may|(?<=\bwe )may|may (?=be|have|not))\b"
        r"|可能|也许|或许|大概|估计|应该|好像|似乎|看起来|希望|尽量|争取|考虑|打算|计划|想|建议|觉得|怀疑|说不定|差点"
        r"|几乎|不如|要不|或|还是|(?<![功性智技职才])能(?![力源量耗])",
        re.IGNORECASE,
    ),
    "conditional": re.compile(
        r"\b(?:if|unless|when|whenever|once|until|till|provided|assuming|depend\w*|in case|otherwise|as long as)\b"
        r"|如果|要是|假如|除非|只要|只有|一旦|的话|万一|否则|取决|再说|等到",
        re.IGNORECASE,
    ),
    "undone": re.compile(
        r"\b(?:forg[eo]t\w*|fail\w*|refus\w*|reject\w*|declin\w*|stop\w*|avoid\w*|cancel\w*|postpon\w*|delay\w*|drop\w*"
        r"|abandon\w*|revert\w*|revers\w*|withdr\w*|den(?:y|ies|ied)|pretend\w*|wrong\w*|mistak\w*|instead|except\w*"
        r"|rather|lack\w*|miss\w*|impossib\w*|false\w*|undo\w*|block\w*|prevent\w*|halt\w*|hold off|put off|back out"
        r"|bad idea|never mind|scrap\w*|forbid\w*|ban(?:ned|s)?|against|pause\w*|reduc\w*)\b"
        r"|忘|取消|拒|停|避免|推迟|延期|延后|撤|放弃|失败|错|除了|代替|而不是|反对|缺|禁|阻|卡住|作废|暂缓|驳回|否决",
        re.IGNORECASE,
    ),
    "limited": re.compile(
        r"\b(?:only|half|some|most|mostly|all|every\w*|each|at least|at most|more|less|fewer|up to|part(?:ly|s|ial\w*)?"
        r"|both|either|several|few|many)\b"
        r"|只|仅|一半|部分|全部|所有|都|每|至少|最多|超过|不到|以上|以下|左右|几个|一些",
        re.IGNORECASE,
    ),
    "hearsay": re.compile(
        r"\b(?:said|says|say|saying|told|tells|tell|claim\w*|heard|hears?|according|reported(?:ly)?|insist\w*|argu\w*"
        r"|asks?|asked|asking|wonder\w*)\b|说|称|表示|听说|据|认为|声称",
        re.IGNORECASE,
    ),
}
"""What a sentence must say where its source says it, and may not say otherwise."""
TO_COME: Final = re.compile(
    r"\b(?:will|shall|won't|going to|gonna|about to)\b|'ll\b|(?<![机社开例晨周])会(?!议|上|后|前|的)|将|即将|准备",
    re.IGNORECASE,
)
HAPPENED: Final = re.compile(r"\b(?:done|already|was|were|had|did)\b|已|了|完成|过(?!期|程|滤|来|去)", re.IGNORECASE)


def denials(text: str) -> int:
    """How often a text denies."""
    return len(DENIED.findall(NOT_DENIED.sub(" ", text)))


def kept(text: str) -> frozenset[str]:
    """The stances that a sentence shares with its sources as a whole."""
    found = {name for name, pattern in KEPT.items() if pattern.search(text)}
    return frozenset(found | ({"denied"} if denials(text) else set()))


def stance(text: str, timeless: bool = False) -> tuple[int, frozenset[str], bool, bool]:
    """Everything that two clauses must have in common; ``timeless`` leaves out whether it is done or to come."""
    when = (False, False) if timeless else (bool(TO_COME.search(text)), bool(HAPPENED.search(text)))
    return denials(text), kept(text), *when

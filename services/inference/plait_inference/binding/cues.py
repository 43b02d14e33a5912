"""Wording that speaks for or against a message that settles something or takes work. Pure."""

import re
from typing import Final

from plait_inference.wording import AT_ONCE, AUTOMATIC, CUES, DEADLINE, DONE, REVERSAL, WITHDRAWN


def _either(english: str, chinese: str) -> "re.Pattern[str]":
    return re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE)


RULING: Final = _either(
    r"approved|signed off|ruled|ruling|green light|not up for discussion|has spoken|confirmed by|came back with"
    r"|(?:board|committee|director|head office|management|boss|manager|she|he|they)(?: has| have|['’]ve)? (?:just )?"
    r"(?:says?|said|decided|wants?|agreed|approved|ruled|voted)|passed|in favour"
    r"|unanimous(?:ly)?|by \d+ votes? to \d+",
    r"批了|批复|已批|拍板|发话|同意了|已同意|通过了|已通过|定的|说了算|指示|要求|毙了|意思很?明确|会上(?:定|说)|总说|老板说|领导",
)
"""Someone above, or a vote, has settled it."""
RULE: Final = _either(
    r"from now on|from (?:today|tomorrow|monday|next \w+) on(?:wards)?|always"
    r"|never|nobody|no one|every(?:one|body)?"
    r"|going forward|whoever|the rule|effective|mandatory|no exceptions|until further notice|as of",
    r"以后|今后|一律|统一|从.{1,6}起|一概|每次|任何|谁都|必须|不再|往后|照旧|生效|执行|起,?执行",
)
SETTLES: Final = _either(
    r"it is(?:,? then)?|that['’]?s (?:final|settled|it|that)|final"
    r"|(?:we|let['’]?s|let us) (?:go|do|take|keep|use|leave|make|stick"
    r"|drop|move|start|stay|put|skip|hold)\w*|we(?:['’]ll| will"
    r"|['’]re going to) \w+|do it|done deal|deal|stays?|settled|go with"
    r"|decided|agreed|instead|moves? to|(?:is|are) (?:off|out|in)",
    r"就(?:这么|这样|按|用|定|走|上|改|叫|放|先|选|它|给|照|当)|那就|定了|按.{1,10}[走办来]|敲定|说定|改成|改为|改到|换成|不改|不做"
    r"|保留|推迟|提前到|顺延|照办|先.{1,8}再|用.{1,6}[版案吧]|取消|暂停|统统|成交|分[成两]|吧[。！，]?$",
)
OPEN: Final = _either(
    r"could|might|maybe|perhaps|should we|shall we|would it|what if|how about"
    r"|what about|i['’]?d (?:say|go|prefer|suggest)|if"
    r"|i think|proposal|suggest(?:ion)?|prefer|in my opinion|or",
    r"要不|可以吗|好不好|行吗|如何|怎么样|建议|提议|也许|可能|如果|要是|不如|我觉得|我倾向|还是|咋样|咧|成吗|行不行|好吗|能不能",
)
PERSONAL: Final = _either(
    r"myself|personally|for my own|my own|on my own|for fun"
    r"|i['’]?m (?:skipping|having|planning|thinking)|lunch|coffee|beer"
    r"|my (?:evening|weekend|lunch|desk|kids?|wife|husband|dog|cat|bike|holiday)"
    r"|no need to wait|some (?:quiet )?day|one day",
    r"我自己|自己(?:玩|看|弄|记|留)|个人|周末.{0,6}(?:玩|跑|爬|钓)|顺便给自己|吃饭|午饭|咖啡|奶茶|遛|健身|火锅",
)
"""One's own plan, that nobody waits for."""
SOON: Final = _either(
    r"(?:two|three|five|ten|fifteen|twenty|a few|\d+) ?(?:min(?:ute)?s?|sec(?:ond)?s?)|this minute"
    r"|right (?:away|now|here)"
    r"|as (?:i|we) (?:type|speak|talk)|straight away|at once|immediately"
    r"|a (?:sec|second|minute|moment)|already|now"
    r"|doing it|on it|just (?:a|now)",
    r"分钟|马上|立刻|这就|现在就|稍等|等我|正在|在[查看改弄跑写发]|已经?在|立即|一会儿?|当场|刚",
)
PLEDGE: Final = _either(
    r"i['’]?ll|i will|i can|i['’]?m going to|i(?:['’]ll| will)? take"
    r"|you(?:['’]ll| will) have|leave it (?:to|with) me|count on me|consider it"
    r"|i owe|from me|i shall|mine|i['’]?d be (?:happy|glad)|i promise|i['’]?ll be|expect",
    r"我来|我去|我会|我负责|交给我|我这边|我.{0,8}(?:发|写|改|补|约|交|做|跑|查|跟|整理|准备|出|安排|联系|盯|提)|包在我|我.{0,4}[今明后下周]|归我|算我"
    r"|(?:今|明|后|周|下).{0,8}(?:给你|发你|发出|交|提交|寄出|到位|搞定|出)",
)
FUTURE: Final = _either(
    r"tomorrow|tonight|by|next|(?:mon|tues|wednes|thurs|fri|satur|sun)day|end of"
    r"|this (?:week|afternoon|evening)|before",
    r"明[天早晚日]|今[天晚]|后天|周[一二三四五六日天末]|下周|月底|之?前|下班|\d+号|[上下]午|礼拜",
)
PATTERNS: Final = {
    "commitment": CUES["commitment"],
    "request": CUES["request"],
    "decision": CUES["decision"],
    "proposal": CUES["proposal"],
    "reversal": REVERSAL,
    "withdrawn": WITHDRAWN,
    "done": DONE,
    "automatic": AUTOMATIC,
    "at once": AT_ONCE,
    "deadline": DEADLINE,
    "ruling": RULING,
    "rule": RULE,
    "settles": SETTLES,
    "open": OPEN,
    "personal": PERSONAL,
    "soon": SOON,
    "pledge": PLEDGE,
    "future": FUTURE,
}

"""Ways of saying who has a piece of work and when it is due."""

from plait_knowledge_graph.graph.patterns import PLANNING, Rule, rule

_COMMITMENT = frozenset({"commitment", "agreement"})
_REQUEST = frozenset({"request", "decision"})

RULES: tuple[Rule, ...] = (
    rule(
        "assigned_to",
        r"{o:P}\s+(?:will\s+|is\s+|['’]ll\s+)?(?:tak(?:es?|ing) over|took over|owns|picks up)\s+{NEAR}{s:WR}",
    ),
    rule("assigned_to", r"{s:WR}{BE}?(?:re)?assigned to\s+{o:P}"),
    rule(
        "assigned_to",
        r"{s:WR}\s+(?:is |was )?(?:goes|moves|passes|handed over|passed on)\s+(?:over\s+)?to\s+{o:P}",
    ),
    rule(
        "assigned_to",
        r"\b(?:re)?(?:assign|assigning|assigned|hand|handing|handed|passing)\s+(?:over\s+)?{s:WR}\s+(?:over\s+"
        r")?to\s+{o:P}",
    ),
    rule("assigned_to", r"\b(?:assignee|owner)\s*(?:is|changed to|now|:|=)\s*{o:P}", subjects="WR"),
    rule("assigned_to", r"(?:负责人|经办人|处理人)(?:变更|改)?(?:是|为|：|:)\s*{o:P}", subjects="WR"),
    rule("assigned_to", r"{s:WR}[^⟦⟧。！？，]{0,8}由\s*{o:P}\s*(?:来)?(?:接手|负责|接|跟进|处理|做|承担|牵头)"),
    rule(
        "assigned_to",
        r"{s:WR}(?:[^⟦⟧。！？，]|由\s*⟦\d+P⟧|从\s*⟦\d+P⟧){0,12}?(?:转给|交给|移交给|转交给|分给|派给|指派给)\s*{o:P}",
    ),
    rule("assigned_to", r"{o:P}\s*(?:来|从\s*⟦\d+P⟧\s*(?:那里|那边|手里)?)?(?:接手|负责|接管|认领)\s*(?:了)?\s*{s:WR}"),
    rule("assigned_to", r"把\s*{s:WR}\s*(?:转|交|移交|转交|分|派)给\s*{o:P}"),
    rule(
        "assigned_to",
        r"\b(?P<me>I(?:['’]ll| will|['’]m going to| am going to))\s+{EN_DO}\b{NEAR}{s:WR}",
        _COMMITMENT,
    ),
    rule("assigned_to", r"\b(?P<me>I(?:['’]m| am))\s+taking(?: over)?\s+{NEAR}{s:WR}"),
    rule("assigned_to", r"{s:WR}\s*(?:由|归|是)?(?P<me>我)(?:来)?(?:负责|接手|接了|接|认领|来做|来写|来改|跟进|处理)"),
    rule("assigned_to", r"(?P<me>我)(?:[^⟦⟧，。！？]|⟦\d+[TD]⟧){0,8}?{ZH_DO}[^⟦⟧，。！？]{0,10}{s:WR}", _COMMITMENT),
    rule("assigned_to", r"(?P<me>我)(?:[^⟦⟧，。！？]|⟦\d+[TD]⟧){0,8}?把\s*{s:WR}\s*(?:{ZH_DO}|发|交|补)", _COMMITMENT),
    rule(
        "assigned_to",
        r"{o:P}(?:[,:]\s*|\s+)(?:can you|could you|would you|please|pls)\s+(?:please\s+)?{EN_DO}\b{NEAR}{s:WR}",
        _REQUEST,
        polite=True,
    ),
    rule("assigned_to", r"(?:^|\s){o:P}[,:]\s*{EN_DO}\b{NEAR}{s:WR}", _REQUEST, polite=True),
    rule(
        "assigned_to",
        r"{o:P}[，,：:\s]*(?:请你?|麻烦你?|辛苦你?|你来?|能不能)\s*(?:⟦\d+[TD]⟧)?\s*{ZH_DO}[^⟦⟧，。！？]{0,8}{s:WR}",
        _REQUEST,
        polite=True,
    ),
    rule(
        "assigned_to",
        r"{o:P}[，,：:\s]*(?:请你?|麻烦你?|辛苦你?|你来?|能不能)\s*(?:⟦\d+[TD]⟧)?\s*把\s*{s:WR}\s*(?:{ZH_DO}|发|交|补)",
        _REQUEST,
        polite=True,
    ),
    rule(
        "due",
        r"{s:WRJ}{BE}?(?:moves?|moved|slips?|slipped|pushed|postponed|shifts?|shifted|rescheduled|delayed)\s+"
        r"(?:back |out )?{OLD}(?:to|until|till)\s+{o:TD}",
        PLANNING,
    ),
    rule(
        "due",
        r"\b(?:move|moving|moved|push|pushing|postpone)\s+(?:the )?{s:WRJ}\s+{OLD}(?:to|until)\s+{o:TD}",
        PLANNING,
    ),
    rule(
        "due",
        r"{s:WRJ}{GAP}\bdue\b\s*(?:date)?\s*(?:(?:is|on|by|for|now|changed to|moves to|:)\s*)*{o:TD}",
        PLANNING,
    ),
    rule("due", r"{s:WRJ}{GAP}(?<!done )(?:\bby\s+|\bbefore\s+)?{o:D}", PLANNING, polite=True),
    rule(
        "due",
        r"{o:D}(?:之前|以前|前)?\s*(?:[^⟦⟧，。！？]{0,6})(?:完成|交|提交|发|上线|做完|搞定|给|写完|改完|修好)[^⟦⟧，。！？]{0,8}{s:WRJ}",
        PLANNING,
        polite=True,
    ),
    rule("due", r"{s:WRJ}{GAP}(?:截止(?:日期|时间)?|期限)\s*(?:是|为|：|:)?\s*{ZH_OLD}{ZH_TO}?\s*{o:TD}", PLANNING),
    rule("due", r"{s:WRJ}{GAP}{ZH_OLD}{ZH_TO}\s*{o:TD}", PLANNING),
    rule("due", r"{s:WRJ}{GAP}(?:计划|预计|定于|争取)\s*{o:TD}\s*(?:完成|上线|交付|发布|做完)", PLANNING),
    rule("due", r"{s:J}\s*{o:TD}\s*(?:上线|发布|交付)", PLANNING),
    rule(
        "due",
        r"{s:J}\s+(?:will\s+)?(?:ships?|launch(?:es)?|releases?|goes? live|is released)\s+(?:on\s+)?{o:TD}",
        PLANNING,
    ),
    rule(
        "due",
        r"\b(?:due date|deadline|new (?:(?:due|delivery|launch|release) )?date)\s*"
        r"(?:(?:is|now|moves to|changed to|:)\s*)*(?:on\s+)?{o:TD}",
        PLANNING,
        subjects="WRJ",
    ),
    rule(
        "due",
        r"(?:截止(?:日期|时间)?|新(?:的)?(?:日期|时间))\s*(?:是|为|：|:)?\s*{ZH_OLD}{ZH_TO}?\s*{o:TD}",
        PLANNING,
        subjects="WRJ",
    ),
    rule("due", r"计划\s*{o:TD}\s*(?:完成|上线|交付|发布)", PLANNING, subjects="WRJ"),
)

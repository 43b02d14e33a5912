"""Ways of saying what belongs together: projects, clients, meetings, people."""

from plait_knowledge_graph.graph.patterns import PLANNING, Rule, rule

RULES: tuple[Rule, ...] = (
    rule("part_of", r"{s:WRM}\s+(?:(?:is |are )?(?:part of|belongs to)|for|of|in)\s+(?:the )?{o:J}", structural=True),
    rule("part_of", r"{o:J}(?:['’]s\s+|\s*的\s*){s:WRM}", structural=True),
    rule("part_of", r"{s:WRM}\s*(?:属于|归入)\s*{o:J}", structural=True),
    rule("for_client", r"{s:JWR}\s+(?:is\s+)?for\s+(?:the )?{o:C}", structural=True),
    rule("for_client", r"{o:C}(?:['’]s\s+|\s*的\s*){s:JWR}", structural=True),
    rule("for_client", r"(?:给|为)\s*{o:C}\s*(?:做的|准备的|写的)\s*{s:JWR}", structural=True),
    rule(
        "attends",
        r"{s:P}\s+(?:will |is going to |is )?(?:attends?|attended|joins?|joined|joining|attending)\s+(?:the "
        r")?{o:M}",
    ),
    rule(
        "attends",
        r"\b(?P<me>I)(?:['’]ll| will|['’]m| am)\s+(?:attend|join|attending|joining|be at|be in)\s+(?:the "
        r")?{o:M}",
    ),
    rule("attends", r"{s:P}\s*(?:会|要|来|去|也)*(?:参加|出席)\s*(?:了)?\s*{o:M}"),
    rule("attends", r"(?P<me>我)(?:会|要|来|去|也)*(?:参加|出席)\s*{o:M}"),
    rule(
        "happens_at",
        r"{s:M}{BE}?(?:moves?|moved|shifted|rescheduled|postponed|pushed)\s+(?:back )?{OLD}(?:to|until)"
        r"\s+{o:TDL}",
        PLANNING,
    ),
    rule(
        "happens_at",
        r"\b(?:move|moving|moved|shift|shifted|reschedule)\s+(?:the )?{s:M}\s+{OLD}to\s+{o:TDL}",
        PLANNING,
    ),
    rule("happens_at", r"{s:M}\s+(?:is |will be |takes place |starts |happens )?(?:on|at|in)\s+{o:TDL}", PLANNING),
    rule("happens_at", r"{s:M}\s*{ZH_OLD}(?:{ZH_TO}|在|是)\s*{o:TDL}", PLANNING),
    rule("happens_at", r"{o:T}\s*开\s*{s:M}", PLANNING),
    rule("member_of", r"{s:P}[,\s(]+(?:from|of)\s+(?:the )?{o:GC}", structural=True),
    rule(
        "member_of",
        r"{s:P}\s+(?:works at|works for|works in|joined|joins|is in|is on|is with)\s+(?:the )?{o:GC}",
        structural=True,
    ),
    rule("member_of", r"{o:GC}(?:['’]s\s+|\s*的\s*){s:P}", structural=True),
    rule("works_on", r"{s:P}\s+is\s+(?:still |now )?working on\s+(?:the )?{o:JW}"),
    rule("works_on", r"\b(?P<me>I)(?:['’]m| am)\s+(?:still |now )?working on\s+(?:the )?{o:JW}"),
    rule("works_on", r"{s:P}\s*(?:还|正)?在(?:做|搞|弄|开发|跟)\s*{o:JW}"),
    rule("works_on", r"(?P<me>我)(?:还|正)?在(?:做|搞|弄|开发|跟)\s*{o:JW}"),
    rule("works_on", r"{o:JW}\s*(?:是)?(?P<me>我)\s*(?:还|正)?在做"),
    rule("works_on", r"{o:JW}\s*(?:是)?{s:P}\s*(?:还|正)?在做"),
)

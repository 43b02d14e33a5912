"""Ways of saying how far a piece of work is and what stops it."""

from plait_knowledge_graph.graph.patterns import STATING, Rule, rule

RULES: tuple[Rule, ...] = (
    rule(
        "status",
        r"{s:WRJ}{GAP}(?:\bstatus\b|状态)\s*(?:(?:is|changed to|set to|moved to|改为|改成|变为|是|为|：|:|->|→)\s*)*"
        r"(?:{EN_STATUS}|进行中(?P<in_progress2>))",
        STATING | {"information"},
    ),
    rule("status", r"{s:WRJ}{BE}{EN_STATUS}", STATING),
    rule(
        "status",
        r"\b(?P<done>finished|completed|merged|shipped|closed|fixed|resolved|delivered|released|deployed)\s+"
        r"(?:the |our |my )?{s:WRJ}",
        STATING,
    ),
    rule("status", r"\b(?P<in_progress>working on|started|picked up|resumed)\s+(?:the |our |my )?{s:WRJ}", STATING),
    rule(
        "status",
        r"\b(?P<cancelled>cancell?ed|dropped|scrapped|abandoned|cancel|drop|scrap)\s+(?:the |our |my )?{s:WRJ}",
        frozenset({"decision", "status"}),
    ),
    rule(
        "status",
        r"{s:WRJ}\s*(?:的)?(?:状态改为|现在|目前|已经|今天|刚刚|刚|终于|也|还|都|又|我|⟦\d+P⟧)*\s*{ZH_STATUS}",
        STATING,
    ),
    rule(
        "status",
        r"(?:(?P<done>完成了|搞定了|做完了|修好了|合并了|上线了|关闭了|发布了)|(?P<in_progress>开始做|正在做|在做|恢复)|(?P<cancelled>取消了?|砍掉了?|"
        r"放弃了?))\s*{s:WRJ}",
        STATING,
    ),
    rule(
        "blocked_by",
        r"{s:WJ}{BE}(?:blocked|held up|stalled|stuck)\s+(?:by|on|behind|waiting for|waiting on)\s+(?:the |our "
        r")?{o:WPGC}",
    ),
    rule("blocked_by", r"{s:WJ}{BE}(?:waiting|dependent)\s+(?:for|on)\s+(?:the |our )?{o:WPGC}"),
    rule("blocked_by", r"{s:WJ}\s*(?:现在|还|一直|目前)*(?:被|让)\s*{o:WPGC}\s*(?:卡住|卡着|堵住|阻塞|拖住|挡住)"),
    rule("blocked_by", r"{s:WJ}\s*(?:现在|还|一直|目前)*(?:卡在|在等|等着?|依赖)\s*{o:WPGC}"),
)

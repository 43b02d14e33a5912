"""Texts that give orders to whoever reads them by machine: quoted at most, never followed. Pure.

Nothing here follows a text anyway; this keeps such a text from passing for an answer, a ruling or a request.
"""

import re
from dataclasses import replace
from typing import Final

from plait_inference.reading import Reading, Scored

LIFTED: Final = (
    r"(?<!n't )(?<!n’t )(?<!not )\b(?:ignore|disregard|forget|override|bypass)\b"
    r"(?:(?: \w+){0,3} (?:instructions?|prompts?|rules|directions|guidelines)\b| the (?:above|context) and\b)"
    r"|(?:忽略|无视|忘掉|忘记|绕过|跳过)(?:你的|(?:系统|之前|以上|上面|前面|此前|上述|所有|一切)[^，。！？]{0,8}?)"
    r"(?:指令|指示|提示词?|规则|设定)|(?:忽略|跳过)(?:之前|以上|上面|前面)的要求"
)
"""What tells a machine to drop what it was told."""
POSED: Final = (
    r"\bsystem (?:prompt|message|override|note)\s*[:：]|^\W*(?:system|assistant)\s*[:：]"
    r"|系统(?:提示|消息|指令|通知)[:：]|^\W*new instructions?\b[^.!?]{0,20}[:#]|^\W*新的?指令[:：]"
    r"|<\|?/?(?:system|im_start|assistant)|\[/?inst\]"
    r"|\b(?:enter|enable|activate) developer mode\b|(?:进入|打开|启用)开发者模式|\bjailbreak\b"
)
"""What poses as the machine's own instructions."""
ADDRESSED: Final = (
    r"\byou are now an?\b.{0,30}\b(?:ai|bot|model)\b|\bas an? (?:ai|(?:large )?language model)\b"
    r"|\bto (?:the|any) (?:ai|assistant|language model)\b[^.!?]{0,12}:"
    r"|你现在是[^，。]{0,12}(?:助手|模型|机器人|AI)"
    r"|作为(?:一个)?(?:AI|人工智能|语言模型)|^\W*(?:AI|人工智能) ?助手[^，。]{0,4}[，:：]"
)
"""What speaks to a machine as one."""
DICTATED: Final = (
    r"\b(?:respond|reply|answer) (?:only|always|exactly) with\b|\banswer only (?!the|to|my|your|if|when|after|by)\b"
    r"|(?:只能|一律)(?:回答|输出|回复)(?![我他她您你]|客户|邮件)\w|(?:必须|直接)(?:回答|输出|回复)[:：]"
)
"""What dictates the words of an answer."""
TO_A_MACHINE: Final = re.compile("|".join((LIFTED, POSED, ADDRESSED, DICTATED)), re.IGNORECASE)
SAID: Final = "information"


def orders_a_machine(text: str) -> bool:
    """Whether a text speaks to a machine that reads it: it is evidence of nothing that a person asks about."""
    return TO_A_MACHINE.search(text) is not None


def as_said(text: str, reading: Reading) -> Reading:
    """The reading for a digest: such a text was said, and neither decides, asks, promises nor settles anything."""
    if not orders_a_machine(text):
        return reading
    said = (Scored(SAID, 1.0, 0, len(text)),)
    return replace(reading, intents=said, weighed=said)

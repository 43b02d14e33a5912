"""Texts that give orders to whoever reads them by machine: quoted at most, never followed. Pure.

Nothing here follows a text anyway; this keeps such a text from passing for an answer, a ruling or a request.
"""

import re
from dataclasses import replace
from typing import Final

from plait_inference.reading import Reading, Scored

TO_A_MACHINE: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules|directions|guidelines|context"
    r"|above)\b"
    r"|\bsystem (?:prompt|message|override|note)\b|\byou are now\b|\b(?:respond|reply|answer) (?:only|always|exactly)\b"
    r"|\b(?:language model|ai assistant|developer mode|new instructions?|jailbreak)\b"
    r"|<\|?/?(?:system|im_start|assistant)|\[/?inst\]|^\W*(?:system|assistant)\s*[:：]"
    r"|(?:忽略|无视|忘掉|忘记|绕过|跳过).{0,12}(?:指令|指示|提示词?|规则|要求|设定)|系统(?:提示|消息|指令|通知[:：])"
    r"|你现在是|(?:只能|一律|必须|直接)(?:回答|输出|回复)|新的?指令|开发者模式|(?:语言模型|人工智能|AI) ?助手"
    r"|作为(?:一个)?(?:AI|人工智能|语言模型)",
    re.IGNORECASE,
)
SAID: Final = "information"


def orders_a_machine(text: str) -> bool:
    """Whether a text speaks to a machine that reads it: it is evidence of nothing that a person asks about."""
    return TO_A_MACHINE.search(text) is not None


def as_said(text: str, reading: Reading) -> Reading:
    """The reading for a digest: such a text was said, and neither decides, asks, promises nor settles anything."""
    if not orders_a_machine(text):
        return reading
    return replace(reading, intents=(Scored(SAID, 1.0, 0, len(text)),))

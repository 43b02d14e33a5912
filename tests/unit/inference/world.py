"""What the tests of written summaries share: conversations, and generators that write what they are told."""

from collections.abc import Callable, Sequence

from plait_inference.conversation import Digest, Turn
from plait_inference.summarise import digest
from plait_inference.writing.compose import Sheet, summary_sheet
from plait_inference.writing.generator import Prompt
from tests.unit.inference.conftest import make_turns

Row = tuple[str, str, str] | tuple[str, str, str, str]
EN: tuple[Row, ...] = (
    ("Mara", "decision", "We decided that the release is on Friday."),
    ("Tom", "commitment", "I'll take PAY-231 by Thursday.", "Thursday"),
    ("Bo Chen", "blocker", "The staging server is down since noon, nobody can deploy."),
    ("Mara", "question", "Can Harbour Foods send the 3 reports?"),
)
ZH: tuple[Row, ...] = (
    ("李倩", "decision", "我们定了，发布时间是周五。"),
    ("葛明", "commitment", "我来负责 PAY-231，周四前做完。", "周四前"),
    ("老魏", "blocker", "登录接口从中午起一直超时，没法部署。"),
    ("李倩", "question", "远洋食品能发来三份报表吗？"),
)


class Says:
    """A generator that answers every prompt as a function says."""

    name, revision = "says", "r7"

    def __init__(self, answer: Callable[[Prompt], str]) -> None:
        self.answer = answer
        self.prompts: list[Prompt] = []

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        self.prompts += prompts
        return [self.answer(prompt) for prompt in prompts]


def talk(rows: Sequence[Row]) -> tuple[list[Turn], Digest, Sheet]:
    """A conversation, its digest and what a generator is asked of it."""
    turns = make_turns(*rows)
    found = digest(turns)
    sheet = summary_sheet(found, turns, (), 1500)
    assert sheet is not None
    return turns, found, sheet

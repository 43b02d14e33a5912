import pytest

from plait_inference.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Could you merge it?", "en"),
        ("Inês will be in São Paulo", "en"),
        ("登录超时的问题修好了吗？", "zh"),
        ("PR 合了", "zh"),
        ("把 dashboard 的 release notes 发给 Harbour Foods", "en"),
        ("この件は明日対応します", "other"),
        ("Привет всем", "other"),
        ("👍 123", "other"),
        ("", "other"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    assert language_of(text) == language

"""Cleaning: normal form, markup, redaction, language, quality."""

import pytest

from plait_ingest.cleaning import LONGEST_TEXT, Cleaner, TextFormat, name, quality, title
from plait_ingest.language import language_of
from plait_ingest.markup import html_to_text, markdown_to_text
from plait_ingest.normal import normal
from plait_ingest.redaction import placeholders, redact
from plait_schemas.records import Language
from tests.unit.ingest.world import english


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("  two  spaces \t and\u00a0more\u3000here  ", "two spaces and more here"),
        ("one\n\n\n\n two \n", "one\n\ntwo"),
        ("e\u0301te\u0301", "été"),
        ("pass\u200bword\ufeff \x00\x07!", "password !"),
        ("\x1b[31mred", "[31mred"),
        ("👩\u200d💻 and ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d💻 and ❤\ufe0f 1\ufe0f\u20e3"),
        ("a\u200db 👩\u200d", "ab 👩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud83d here", "half here"),
        ("\u202eevil\u202c", "evil"),
    ],
)
def test_normal_form(given: str, wanted: str) -> None:
    assert normal(given) == wanted
    assert normal(wanted) == wanted


def test_html_becomes_the_text_that_a_reader_sees() -> None:
    source = (
        "<html><head><title>t</title><style>p{}</style></head><body><h1>Plan</h1><p>First &amp; second<br>line</p>"
        "<ul><li>one<li>two</ul><script>alert(1)</script><!-- note -->"
        "<table><tr><td>a</td><td>b</td></tr></table></body>"
    )
    assert normal(html_to_text(source)) == "Plan\n\nFirst & second\nline\n\n- one\n\n- two\n\na b"


def test_html_quotes_can_be_left_out_and_preformatted_lines_stay() -> None:
    assert normal(html_to_text("<p>new</p><blockquote>old</blockquote>", without_quotes=True)) == "new"
    assert normal(html_to_text("<pre>a\nb</pre>")) == "a\nb"


def test_html_of_absurd_depth_is_read_without_a_tree() -> None:
    assert normal(html_to_text("<div>" * 50_000 + "deep &lt;")) == "deep <"


def test_markdown_loses_comments_and_addresses_of_links() -> None:
    assert markdown_to_text("see [the plan](https://x.example/p) <!-- template -->now") == "see the plan now"
    assert markdown_to_text("![shot](a.png) `a[0](1)`") == "shot `a0`"
    assert markdown_to_text("nothing") == "nothing"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("write to anna.li@acme.example now", "write to [email] now"),
        ("ring +44 20 7946 0958 or 13812345678", "ring [phone] or [phone]"),
        ("电话13812345678。座机 021-62345678", "电话[phone]。座机 [phone]"),
        ("(555) 123-4567, call 5552345678", "[phone], call [phone]"),
        ("020 7946 0958", "[phone]"),
        ("tel/+351 912 345 678", "tel/[phone]"),
        ("+351 912 345 678/+351 913 456 789/home", "[phone]/[phone]/home"),
        ("912345678/913456789", "[phone]"),
        ("tel/fax: 912 345 678 / 213 456 789", "tel/fax: [phone] / [phone]"),
        ("电话：13812345678/021-62345678", "电话：[phone]/[phone]"),
        ("Tel/13812345678/13912345678/555-123-4567", "Tel/[phone]/[phone]/[phone]"),
        ("card 4111 1111 1111 1111", "card [card]"),
        ("DE89370400440532013000", "[card]"),
        ("身份证 110101199003074514", "身份证 [id_number]"),
        ("SSN 123-45-6789", "SSN [id_number]"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[secret]"),
        ("AKIAIOSFODNN7EXAMPLE", "[secret]"),
        ("xoxb-123456789012-AbCdEfGhIjKl", "[secret]"),
        ("password: hunter2hunter", "password: [secret]"),
        ("密码是 abc12345", "密码是 [secret]"),
        ("Authorization: Bearer abcdefghijklmnopqrst12345", "Authorization: Bearer [secret]"),
        ("postgres://app:s3cret@db.internal/x", "postgres://[secret]/x"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "[secret]"),
    ],
)
def test_private_things_leave_a_placeholder(given: str, wanted: str) -> None:
    assert redact(given) == wanted
    assert redact(wanted) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "PAY-231 is due 2024-05-06 at 14:30 and costs $12,345.67",
        "v1.22.333, build 2024.10.11-3, 10.0.0.1:8080",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 and a1b2c3d",
        "order 1234567890, ticket #5551234567, PAY-5551234567",
        "150 20 30 40 50 are the prices, 5 000 000 000 in all",
        "at 1716283042 and 1716283042123 and 1716283042123456",
        "2024-05-06T10:11:12.123456Z to 2024-05-07",
        "https://x.example/5551234567/13812345678?id=4111111111111111",
        "/data/13812345678/13912345678, hotel/13812345678, 13812345678/index.html, 912345678/913456789/914",
        "order 912345678, price 912.345.678, parts 912345678/3, 2024/13812345678",
        "git@github.com:org/repo.git",
        "the password is required, the token expired, a key decision",
        "sk-learn-is-a-great-package-for-machine-learning-work",
        "订单号 20240506123456 金额 1,234,567 元",
        "138\n1234\n5678",
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert redact(text) == text


def test_overlapping_findings_become_one_and_a_secret_wins() -> None:
    assert redact("https://bob:pa55word@mail.acme.example/x") == "https://[secret]/x"


def test_placeholders_say_where_they_stand_in_code_points() -> None:
    text = redact("🚀🚀 李倩 anna@acme.example 13812345678")
    assert [(text[start:end], kind) for start, end, kind in placeholders(text)] == [
        ("[email]", "email"), ("[phone]", "phone"),
    ]  # fmt: skip
    assert placeholders("nothing") == ()


def probably(label: str, probability: float) -> Language:
    return language_of("dois tres quatro cinco", lambda text: (label, probability))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("收到", Language.ZH),
        ("今天会议改到三号会议室", Language.ZH),
        ("我们用 Kubernetes 部署 nginx ingress controller", Language.ZH),
        ("deploy 一下 staging", Language.ZH),
        ("PAY-231 已完成", Language.ZH),
        ("please look at 周报 before the meeting starts", Language.EN),
        ("今天の会議は三時です", Language.OTHER),
        ("안녕하세요 여러분", Language.OTHER),
        ("Привет, как дела", Language.OTHER),
        ("see これ in the new document please, everyone here", Language.EN),
        ("lgtm", Language.EN),
        ("https://example.com/abc +1 🚀", Language.OTHER),
        ("v2.1 好", Language.ZH),
        ("", Language.OTHER),
        ("WILL DO", Language.EN),
    ],
)
def test_language_by_script(text: str, wanted: Language) -> None:
    assert language_of(text, english) is wanted


def test_language_by_model() -> None:
    assert probably("pt", 0.9) is Language.OTHER
    assert probably("pt", 0.4) is Language.EN
    assert language_of("ok da", lambda text: ("ro", 0.7)) is Language.EN
    assert language_of("könnten Sie", lambda text: ("de", 0.5)) is Language.OTHER
    assert language_of("naïve idea", lambda text: ("fr", 0.1)) is Language.EN


def test_quality_grows_with_what_there_is_to_read() -> None:
    assert quality("") == quality("+1 🚀") == quality("[email]") == 0.0
    assert 0 < quality("ok") < quality("ok, will do") < quality("Could you send the deck by Friday?") == 1.0
    assert quality("https://example.com/some/long/path see this") < 0.5
    assert quality("下周三之前把报告发给我") == 1.0


def test_clean_puts_it_all_together() -> None:
    cleaned = Cleaner(english).clean("<p>Mail&nbsp;anna@acme.example\u200b now</p>", TextFormat.HTML)
    assert cleaned.text == "Mail [email] now"
    assert [(item.start, item.end, item.kind) for item in cleaned.redactions] == [(5, 12, "email")]
    assert cleaned.language is Language.EN
    assert Cleaner(english).clean("[a](https://b.example)", TextFormat.MARKDOWN).text == "a"


def test_a_text_without_end_is_cut_and_titles_are_one_line() -> None:
    assert len(Cleaner(english).clean("x" * (2 * LONGEST_TEXT)).text) == LONGEST_TEXT
    assert title("Budget\n of  anna@acme.example") == "Budget of [email]"
    assert name("  Mara\t\x00Lind ") == "Mara Lind"

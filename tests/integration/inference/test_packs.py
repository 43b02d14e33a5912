"""The label pack of the documentation, with the shipped model: it tags messages that are not among its examples."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plait_inference import cli, cli_packs
from plait_inference.cli_parts import PASS_TOKENS
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.packs.fit import Fit
from plait_inference.packs.load import fit_packs, read_pack
from plait_inference.passes import read_all
from plait_inference.reading import Reading

pytestmark = [pytest.mark.model, pytest.mark.integration]

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "admin-desk-zh.yaml"
SAID = {
    "报销": (
        "高铁票丢了，这一笔还能报销吗？",
        "财务说我的发票没有盖章，要退回重开。",
        "上个月垫的快递费什么时候打到卡里？",
        "出差住酒店超标的部分自己承担吗？",
    ),
    "请假": (
        "家里有急事，我今天下午先请半天假。",
        "剩下的五天年假能留到明年休吗？",
        "周五牙疼要去看医生，先跟大家说一声，我请病假。",
        "国庆值班的调休什么时候能用？",
    ),
    "设备故障": (
        "我的鼠标突然没反应了，换了电池也不行。",
        "前台那台扫描仪扫出来全是黑线。",
        "电脑蓝屏三次了，文件都没保存。",
        "楼下的门禁刷卡没有反应。",
    ),
    "会议室": (
        "想借四楼大会议室开季度总结会，下周二全天。",
        "十点那间会议室还有人用吗？我们要换一间。",
        "帮忙把周三的会议室改成周四同一时间。",
        "有没有带电话会议设备的小房间可以预订？",
    ),
    "办公用品": (
        "胶带和剪刀在哪里领？",
        "我们组的马克笔都没水了，想领一盒。",
        "能采购几个文件柜吗？资料放不下了。",
        "打印纸只剩最后一包了，请补货。",
    ),
    "其他": (
        "登录接口昨晚已经上线，监控一切正常。",
        "客户那边把合同第二稿发过来了，请看看第七条。",
        "晚上一起去吃火锅吗？",
        "这个版本的首页改成蓝色之后点击率涨了两个点。",
        "下季度的销售目标已经定了。",
    ),
}


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return load_tagger(precision="float32")


@pytest.fixture(scope="module")
def desk(shipped: Tagger) -> Fit:
    (fit,) = fit_packs([read_pack(EXAMPLE)], lambda texts: read_all(shipped, texts, shipped.budget(PASS_TOKENS)))
    return fit


def test_messages_that_are_no_examples_are_tagged_rightly(shipped: Tagger, desk: Fit) -> None:
    known = {text for label in desk.pack.labels.values() for text in label.texts}
    pairs = [(label, text) for label, texts in SAID.items() for text in texts]
    assert not known & {text for _, text in pairs}
    readings = read_all(shipped, [text for _, text in pairs], shipped.budget(PASS_TOKENS))
    right = 0
    for (label, _), reading in zip(pairs, readings, strict=True):
        assert isinstance(reading, Reading)
        (tag,) = desk.fitted.tags(reading.embedding)
        right += tag.label == label
    assert right / len(pairs) >= 0.8


def test_the_commands_of_the_page(shipped: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "tagger", lambda *_: shipped)
    monkeypatch.setattr(cli_packs, "tagger", lambda *_: shipped)
    checked = CliRunner().invoke(cli.app, ["pack", "check", str(EXAMPLE)])
    assert (checked.exit_code, "leave-one-out accuracy" in checked.output) == (0, True), checked.output
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "1", "text": "前台那台扫描仪扫出来全是黑线。"}\n', encoding="utf-8")
    command = ["enrich", "--pack", str(EXAMPLE), "--input", str(source), "--output", str(sink)]
    done = CliRunner().invoke(cli.app, command)
    assert done.exit_code == 0, done.output
    answer = json.loads(sink.read_text("utf-8"))
    assert [tag["label"] for tag in answer["packs"]["行政服务台"]] == ["设备故障"]
    assert answer["model"]["revision"] != shipped.revision

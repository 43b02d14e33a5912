"""Label packs as people write them: what is taken, and in which words the rest is refused."""

from pathlib import Path

import pytest

from plait_inference.packs.load import places, read_pack, read_packs
from plait_inference.packs.source import parse
from plait_shared.errors import Misconfigured
from tests.unit.inference.packs import PACK, pack

FOOD = "  food: {examples: [lunch one, lunch two, lunch three, lunch four]}\n"


def test_a_pack_in_any_language_is_read() -> None:
    read = parse(
        "name: 服务台\nkind: many\nlabels:\n  报销: {description: 发票, examples: [怎么报销？, 发票呢]}\n", "a"
    )
    assert (read.name, read.kind, read.names) == ("服务台", "many", ["报销"])
    assert read.labels["报销"].texts == ["怎么报销？", "发票呢", "发票"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PACK, "- a\n- b\n", "p.yaml: must begin with `name:`, `kind:` and `labels:`"),
        (PACK, "name: [", "p.yaml: line 1: "),
        (PACK, "[" * 5000, "p.yaml: "),
        (PACK, "a: &x [b]\nc: *x\n", "p.yaml: line 2: aliases (*name) are not read: write it out"),
        ("name: desk\n", "", "p.yaml: `name`: is missing: add it"),
        ("name: desk", "name: 12", "p.yaml: `name`: must be text: put it in quotes"),
        ('"1.0"', "1.0", "p.yaml: `version`: must be text: put it in quotes"),
        ("name: desk", 'name: " desk"', "p.yaml: `name`: a name has 1 to 64 characters"),
        ("kind: one", "kind: any", "p.yaml: `kind`: must be `one` (exactly one label a message) or `many`"),
        ("kind: one", "kind: one\nthreshold: 0.4", "p.yaml: `threshold` needs a label for what stays below it"),
        ("kind: one", "kind: many\nthreshold: 1.5", "p.yaml: `threshold`: must lie between 0 and 1"),
        ("kind: one", "kind: many\nother: rest", "p.yaml: with `kind: many` a message may have no label"),
        ("kind: one", "kind: one\nlables: {}", "p.yaml: `lables`: is not known here: remove it, or write one of name,"),
        (PACK[PACK.index("labels") :], "labels: {}\n", "p.yaml: `labels`: give at least one label"),
        (PACK[PACK.index("labels") :], "labels: [a]\n", "p.yaml: `labels`: must have labels under it"),
        ("  food: {", "  defect: {", "p.yaml: line 6: defect stands there twice: put both together, or rename one"),
        ("  food: {", "  no: {", "p.yaml: line 6: no must be text: put it in quotes"),
        (FOOD, "  food:\n", "p.yaml: label food: must have `examples:` under it"),
        ("food: {examples", "food: {exampels", "p.yaml: label food, `examples`: is missing: add it"),
        (FOOD, "  food: {examples: []}\n", "p.yaml: label food, `examples`: give at least 2 examples"),
        (FOOD, "  food: {examples: lunch}\n", "p.yaml: label food, `examples`: must be a list: one example a line"),
        ("lunch two", "12", "p.yaml: label food, example 2: must be text: put it in quotes"),
        ("lunch two", '" "', "p.yaml: label food, example 2: is empty: write a text, or remove the line"),
        ("lunch two", '""', "p.yaml: label food, example 2: is empty: write a text, or remove the line"),
        ("lunch two", "l" * 2001, "p.yaml: label food, example 2: is longer than 2000 characters"),
        ("lunch two", "LUNCH  one", "p.yaml: label food: the example “LUNCH one” stands there twice: remove one"),
        ("lunch two", "bug two", "p.yaml: “bug two” stands under defect and under food: keep it under one"),
        (
            "lunch two",
            str([f"l{n}" for n in range(200)])[1:-1],
            "p.yaml: label food, `examples`: more than 200 are not",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_label_and_advice(old: str, new: str, said: str) -> None:
    assert old in PACK
    with pytest.raises(Misconfigured) as caught:
        parse(PACK.replace(old, new), "p.yaml")
    assert any(line.startswith(said) for line in str(caught.value).splitlines()), str(caught.value)


def test_every_fault_has_its_line_and_many_are_counted() -> None:
    labels = "".join(f"  l{n}: {{examples: [x{n}]}}\n" for n in range(14))
    with pytest.raises(Misconfigured) as caught:
        parse(f"name: desk\nkind: one\nlabels:\n{labels}", "p.yaml")
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (11, "p.yaml: and 4 faults more")


def test_too_many_labels_and_texts_are_refused() -> None:
    labels = [f"  l{n}: {{examples: [x{n}, y{n}]}}\n" for n in range(201)]
    with pytest.raises(Misconfigured, match="`labels`: more than 200 are not read"):
        parse(f"name: desk\nkind: one\nlabels:\n{''.join(labels)}", "p.yaml")
    many = [f"  l{n}: {{examples: [{', '.join(f'x{n} {i}' for i in range(101))}]}}\n" for n in range(20)]
    with pytest.raises(Misconfigured, match="2020 examples and descriptions are more than 2000"):
        parse(f"name: desk\nkind: one\nlabels:\n{''.join(many)}", "p.yaml")


def test_one_text_may_have_two_labels_where_many_are_allowed() -> None:
    assert pack(PACK, ("kind: one", "kind: many"), ("lunch two", "bug two")).labels["food"].examples[1] == "bug two"


def test_the_hash_follows_what_decides_a_score_and_nothing_else() -> None:
    first = pack()
    head, tail = PACK[: PACK.index("  food")], PACK[PACK.index("  money") :]
    assert pack(head + tail + FOOD).hash == first.hash  # another order of labels
    assert pack(PACK, ('"1.0"', '"1.1"')).hash == first.hash
    assert first.revision == f"1.0+{first.hash}"
    assert pack(PACK, ('version: "1.0"\n', "")).revision == first.hash
    for old, new in [
        ("lunch two", "lunch five"),
        ("name: desk", "name: bench"),
        ("kind: one", "kind: one\nother: no one"),
    ]:
        assert pack(PACK, (old, new)).hash != first.hash


def test_files_and_folders_are_read_by_name_of_the_pack(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(PACK, encoding="utf-8-sig")
    (tmp_path / "c.yml").write_text(PACK.replace("desk", "arch"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no pack", encoding="utf-8")
    listed = places(f"{tmp_path}, {tmp_path / 'b.yaml'},")
    assert [one.name for one in read_packs(listed)] == ["arch", "desk"]
    assert places("") == []


def test_the_example_on_the_page_is_the_one_in_its_folder() -> None:
    docs = Path(__file__).parents[3] / "docs"
    example = (docs / "examples" / "admin-desk-zh.yaml").read_text("utf-8")
    assert f"<<'END'\n{example}END\n" in (docs / "how-to" / "label-packs.md").read_text("utf-8")
    read = parse(example, "example")
    assert [len(label.examples) for label in read.labels.values()] == [8] * 5


def test_files_that_are_no_packs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"holds no label pack: put \*.yaml files there"):
        read_packs([tmp_path])
    with pytest.raises(Misconfigured, match=r"absent.yaml: cannot be read: No such file"):
        read_pack(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: é".encode("latin-1"))
    with pytest.raises(Misconfigured, match="is not UTF-8"):
        read_pack(tmp_path / "latin.yaml")
    (tmp_path / "long.yaml").write_bytes(b"#" * (2 * 2**20 + 1))
    with pytest.raises(Misconfigured, match="has more than 2097152 bytes"):
        read_pack(tmp_path / "long.yaml")
    (tmp_path / "one.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(PACK, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"two.yaml: the pack desk is also in .*one.yaml: rename or remove one"):
        read_packs([tmp_path / "one.yaml", tmp_path / "two.yaml"])

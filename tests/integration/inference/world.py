"""What the tests of the model share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from plait_inference.models.backbone import load_trunk
from plait_inference.models.heads import masked_mean

SENTENCES = [
    "Could you merge PAY-231 by Friday 5pm?",
    "Inês moved the Thursday sync — “ok” 👍",
    "The build has been red since noon, nobody can deploy.",
    "周四的评审会改到三号会议室，李倩会带上季度预算表。",
    "登录超时的问题修好了吗？",
    "远洋食品那边催报价了，我今晚发过去。",
]


def mean_embeddings(folder: Path, texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """Embeddings of a trunk folder by nothing but transformers."""
    trunk = load_trunk(str(folder))
    batch = trunk.tokenizer([f"query: {text}" for text in texts], padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden: Tensor = trunk.model(**batch).last_hidden_state
    vectors = torch.nn.functional.normalize(masked_mean(hidden, batch["attention_mask"].bool()), dim=-1)
    return np.asarray(vectors.numpy())

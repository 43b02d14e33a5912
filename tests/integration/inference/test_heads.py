"""What the heads say that each token adds."""

import pytest
import torch

from plait_inference.labels import INTENTS, SINGLE
from plait_inference.models.heads import LOUD, Heads

pytestmark = [pytest.mark.model, pytest.mark.integration]
WIDTH, LONG = 6, 5


@pytest.fixture
def heads() -> Heads:
    torch.manual_seed(11)
    return Heads(WIDTH).eval()


def weight(heads: Heads, task: str) -> torch.Tensor:
    """``[labels, 2 * WIDTH]``."""
    layer = heads.singles[task]
    assert isinstance(layer, torch.nn.Linear)
    return layer.weight


def test_what_tokens_add_to_an_intent_is_what_attention_adds_to_its_logit(heads: Heads) -> None:
    hidden = torch.randn(2, LONG, WIDTH)
    mask = torch.tensor([[True] * LONG, [True, True, True, False, False]])
    with torch.no_grad():
        out = heads(hidden, mask)
        attention = heads.queries(hidden).masked_fill(~mask[..., None], -1e9).softmax(dim=1)
        seen = torch.einsum("bsq,bsh->bqh", attention, hidden)
        intents = torch.einsum("bqh,qh->bq", seen[:, : len(INTENTS)], heads.intents[:, :WIDTH])
        singles = [
            (seen[:, len(INTENTS) + at] * weight(heads, task)[out.singles[task].argmax(-1), :WIDTH]).sum(-1)
            for at, task in enumerate(SINGLE)
        ]
    added = out.support.sum(dim=1)
    torch.testing.assert_close(added[:, : len(INTENTS)], intents + LOUD)
    torch.testing.assert_close(added[:, len(INTENTS) :], torch.stack(singles, dim=1))
    assert not out.support[1, 3:].any()


def test_the_token_that_carries_a_label_adds_most(heads: Heads) -> None:
    label = INTENTS.index("request")
    hidden = torch.zeros(1, LONG, WIDTH)
    with torch.no_grad():
        hidden[0, 2] = 4 * heads.intents[label, :WIDTH].sign()
        heads.queries.weight.zero_()
        heads.queries.bias.zero_()
        heads.local.weight.zero_()
        heads.local.bias.zero_()
        out = heads(hidden, torch.ones(1, LONG, dtype=torch.bool))
    assert int(out.support[0, :, label].argmax()) == 2

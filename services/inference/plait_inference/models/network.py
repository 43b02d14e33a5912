"""Backbone and heads as one module: what is trained, saved and loaded."""

import torch
from torch import Tensor, nn

from plait_inference.models.backbone import LOW_RANK, Backbone, Trunk
from plait_inference.models.heads import Heads, Outputs, masked_mean


class Network(nn.Module):
    """One pass gives every tag and the embedding."""

    def __init__(self, trunk: Trunk, rank: int, adapt: str = LOW_RANK) -> None:
        super().__init__()
        self.backbone = Backbone(trunk, rank, adapt)
        self.heads = Heads(trunk.hidden)
        self.embedding = nn.Linear(trunk.hidden, trunk.hidden)
        with torch.no_grad():  # begins as the trunk's own vector
            self.embedding.weight.copy_(torch.eye(trunk.hidden))
            self.embedding.bias.zero_()

    def forward(self, input_ids: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """Logits, and the vector of each text ``[batch, hidden]``, not yet of length 1."""
        return self.read(self.backbone(input_ids, mask).float(), mask)

    def read(self, hidden: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """The same from hidden states ``float32 [batch, seq, hidden]``: small sums that want their full precision."""
        return self.heads(hidden, mask), self.embedding(masked_mean(hidden, mask))

    def trained_state(self) -> dict[str, Tensor]:
        """The tensors that training changes: what learns of the layers, heads, the embedding's projection, by name."""
        learning = {name for name, parameter in self.named_parameters() if parameter.requires_grad}
        return {name: tensor for name, tensor in self.state_dict().items() if name in learning}

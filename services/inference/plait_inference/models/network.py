"""Backbone and heads as one module: what is trained, saved and loaded."""

from torch import Tensor, nn

from plait_inference.models.backbone import Backbone, Trunk
from plait_inference.models.heads import Heads, Outputs, masked_mean


class Network(nn.Module):
    """One pass gives every tag and the embedding."""

    def __init__(self, trunk: Trunk, tuned_layers: int) -> None:
        super().__init__()
        self.backbone = Backbone(trunk, tuned_layers)
        self.heads = Heads(trunk.hidden)

    def forward(self, input_ids: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """Logits, and the mean over tokens of the untouched branch ``[batch, hidden]``."""
        frozen, tuned = self.backbone(input_ids, mask)
        return self.heads(tuned, mask), masked_mean(frozen.float(), mask)

    def trained_state(self) -> dict[str, Tensor]:
        """The tensors that training changes: tuned layers and heads, by name."""
        return {
            name: tensor
            for name, tensor in self.state_dict().items()
            if name.startswith(("backbone.tuned_top.", "heads."))
        }

"""An artefact and the trunk that it was trained on, checked to belong together."""

from dataclasses import dataclass
from pathlib import Path

from plait_inference.models import artefact
from plait_inference.models.artefact import Manifest
from plait_inference.models.backbone import Trunk, load_trunk
from plait_inference.models.network import Network
from plait_shared.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Trained:
    """What a network is built from."""

    place: Path
    manifest: Manifest
    trunk: Trunk

    def network(self) -> Network:
        """Adapters merged, float32 on the CPU; raises ``Misconfigured`` when the weights don't fit."""
        network = Network(self.trunk, self.manifest.rank, self.manifest.adapt)
        missing = network.load_state_dict(artefact.read_weights(self.place), strict=False)
        lacking = [name for name in missing.missing_keys if name in network.trained_state()]
        if lacking or missing.unexpected_keys:
            raise Misconfigured(f"{self.place}: weights do not fit: {lacking or missing.unexpected_keys}")
        network.backbone.merge()
        return network


def find_trained(folder: Path | None = None, trunk: str | None = None, cache: Path | None = None) -> Trained:
    """The artefact in ``folder``, or the shipped one; raises ``Misconfigured`` with what to do.

    ``trunk`` names where the trunk of the manifest is found, when not under its own name.
    """
    place = artefact.place_of(folder)
    manifest = artefact.read(place)
    base = load_trunk(trunk if trunk is not None else manifest.trunk, cache)
    if base.fingerprint != manifest.trunk_fingerprint:
        raise Misconfigured(
            f"the artefact {manifest.name} was trained on another trunk than {base.name!r}: "
            f"train one for it with `plait-inference train --trunk {base.name}`"
        )
    return Trained(place, manifest, base)

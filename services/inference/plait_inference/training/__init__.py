"""How the shipped artefact is made: data in, checked weights, manifest and card out."""

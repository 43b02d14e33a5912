"""A recipe as a shell changes it."""

import pytest

from plait_inference.training.recipe import Recipe, changed
from plait_shared.errors import Misconfigured


def test_settings_keep_the_types_of_the_recipe() -> None:
    assert changed(Recipe(), ["epochs=2", "learning_rate=1e-4", "adapt=whole"]) == Recipe(
        epochs=2, learning_rate=1e-4, adapt="whole"
    )


@pytest.mark.parametrize(
    ("setting", "said"),
    [("epoch=2", "no setting 'epoch' in a recipe: epochs"), ("epochs=two", "epochs takes"), ("epochs", "epochs takes")],
)
def test_a_wrong_setting_is_refused_with_what_is_known(setting: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        changed(Recipe(), [setting])


@pytest.mark.parametrize("setting", ["epochs=0", "batch_size=0", "learning_rate=-1", "start=office-9.9.9"])
def test_what_no_training_could_be_made_of_is_refused(setting: str) -> None:
    with pytest.raises(Misconfigured):
        changed(Recipe(), [setting])

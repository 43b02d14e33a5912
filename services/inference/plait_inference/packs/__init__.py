"""Label packs: tags of one's own, from a YAML file with a few examples a label.

``pack`` is the format, ``source`` reads it, ``kernel`` and ``platt`` are the mathematics, ``fitted`` scores a message,
``fit`` makes that from the vectors of the examples, ``check`` says what would make a pack better, ``load`` does it all
with a model. No torch: the vectors come from whatever model reads the messages.
"""

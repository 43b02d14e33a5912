"""Questions answered from given passages, in their own words.

``subject`` and ``kind`` read the question, ``words`` weighs words, ``candidates`` and ``spans`` find what could answer,
``features`` describe it, ``choice`` picks with the fitted ``weights``; ``orders`` keeps texts that command machines
from counting as evidence, ``lines`` is the command.
"""

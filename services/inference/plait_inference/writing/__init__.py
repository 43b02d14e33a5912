"""Texts that a generator words, and the check that they must pass before anyone reads them.

``generator`` is the port; ``sources`` are what may be said, ``prompt`` asks for it, ``lines`` reads what came back;
``tokens``, ``times``, ``numbers`` and ``stance`` find what a text claims, ``clauses`` and ``grounding`` whether its
sources claim it; ``compose`` puts what passed in the place of what was quoted.
"""

"""The demo: a week of an invented team, told again in half a minute through the real services.

``week`` reads it, ``replay`` sends it by a faster clock, ``arrivals`` counts what became of it, ``watcher`` reads
that from the topics, ``screen`` shows it live, ``findings`` and ``story`` tell the result; ``conduct`` is the order.
"""

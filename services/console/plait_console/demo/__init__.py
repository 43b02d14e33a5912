"""The demo: a week of an invented team, told again in half a minute through the real services.

``week`` reads it, ``replay`` sends it by a faster clock, ``watcher`` reads from the topics what became of it and
``arrivals`` counts that, ``waiting`` knows when it is over, ``screen`` shows it live, ``findings`` and ``story`` tell
the result; ``conduct`` is the order.
"""

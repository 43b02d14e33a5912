"""Which messages of a conversation bind a decision or an action: a small learned choice over a message and its
neighbours. Pure."""

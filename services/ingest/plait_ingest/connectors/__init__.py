"""One file a tool: what it sends, as messages, memberships and profiles. Pure; raises BadRecord with the field."""

"""The rules of the graph: pure functions over records and rows."""

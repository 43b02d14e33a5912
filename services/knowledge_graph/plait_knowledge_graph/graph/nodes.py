"""Things that messages name, counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from plait_knowledge_graph.graph.rows import MentionRow, NodeRow


def node_rows(mentions: Iterable[MentionRow]) -> list[NodeRow]:
    """What these mentions add to their nodes; sorted, each node once."""
    found: dict[tuple[str, str, str], list[MentionRow]] = defaultdict(list)
    for row in mentions:
        found[row.node].append(row)
    return [_node(key, found[key]) for key in sorted(found)]


def _node(key: tuple[str, str, str], rows: Sequence[MentionRow]) -> NodeRow:
    return NodeRow(*key, rows[0].label, min([row.node_name for row in rows]), rows[0].node_norm, len(rows))

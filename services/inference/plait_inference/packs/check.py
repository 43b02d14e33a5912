"""What would make a pack better, from what it says of each of its examples without it. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from plait_inference.packs.fit import Fit, Held
from plait_inference.packs.pack import shown

MOST = 10
"""Lines of each kind."""
GOOD_COUNT = 8
"""Below this many examples a label is worth more of them first of all."""


def report(fit: Fit) -> list[str]:
    """The lines of ``pack check``: accuracy, labels that are confused, examples to look at."""
    pack, held = fit.pack, fit.held
    right = sum(one.right for one in held)
    lines = [
        f"{pack.name} {pack.revision}: kind {pack.kind}, {len(pack.labels)} labels, {len(held)} examples",
        f"leave-one-out accuracy {fit.accuracy:.2f}: {right} of {len(held)} examples get their labels back "
        "when the pack is fitted without them",
        "",
        *_by_label(fit),
    ]
    wrong = [one for one in held if not one.right]
    alone = [one for one in wrong if not one.said or one.said[0][0] == pack.other]
    strays = [one for one in wrong if one not in alone]
    lines += _section("labels that are confused", confused(strays), "add examples that show the difference")
    lines += _section("examples that look mislabelled", suspects(strays), "move, reword or remove them")
    lines += _section("examples unlike the others of their label", suspects(alone), "add more of their kind")
    thin = [f"{name}: {len(label.examples)}" for name, label in pack.labels.items() if len(label.examples) < GOOD_COUNT]
    return lines + _section("labels with few examples", iter(thin), f"give {GOOD_COUNT} or more")


def confused(wrong: Sequence[Held]) -> Iterator[str]:
    """Pairs of labels that are taken for each other, most often first, with the times."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in wrong:
        said = {label for label, _ in one.said}
        for missed in one.labels - said:
            for instead in said - one.labels:
                pairs[min(missed, instead), max(missed, instead)] += 1
    for (first, second), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        yield f"{first} / {second}: {count}"


def suspects(wrong: Sequence[Held]) -> Iterator[str]:
    """Examples that get other labels, the surest mistakes first."""

    def doubt(one: Held) -> float:
        said, own = max((p for _, p in one.said), default=0.0), max(one.probabilities.get(n, 0.0) for n in one.labels)
        return own - said

    for one in sorted(wrong, key=lambda one: (doubt(one), one.text)):
        said = ", ".join(f"{label} {score:.2f}" for label, score in one.said) or "no label"
        own = ", ".join(
            f"{name} {one.probabilities[name]:.2f}" if name in one.probabilities else name
            for name in sorted(one.labels)
        )
        yield f"{shown(one.text)} is under {own}; reads as {said}"


def _by_label(fit: Fit) -> Iterator[str]:
    for name in fit.pack.labels:
        own = [one for one in fit.held if name in one.labels]
        found = sum(any(label == name for label, _ in one.said) for one in own)
        yield f"  {name}: {found} of {len(own)}"


def _section(title: str, found: Iterator[str], advice: str) -> list[str]:
    lines = list(found)
    if not lines:
        return []
    more = [f"  and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return ["", f"{title} ({advice}):", *(f"  {line}" for line in islice(lines, MOST)), *more]

"""What speaks for a message as the one that binds, as numbers by name. Pure."""

import re
from math import log
from typing import Final

from plait_inference.binding.cues import PATTERNS
from plait_inference.binding.scene import LATER, NEAR, REPLY, Scene
from plait_inference.labels import INTENTS
from plait_inference.wording import CUES, EVERYONE

CLIP: Final = 4.0
"""Of the log-odds of an intent: beyond, a probability says nothing more."""
ANSWERED: Final = ("proposal", "request", "question", "information", "objection")
Features = dict[str, float]


def features(scene: Scene, at: int) -> Features:
    """The numbers of one message: a small conversation around it, no more than its neighbours and what refers to it."""
    found: Features = {}
    for part in (_intents, _around, _together, _outcome, _names, _wording, _form):
        found |= part(scene, at)
    return found


def _intents(scene: Scene, at: int) -> Features:
    return {f"is {label}": _log_odds(scene.shares[at][label]) for label in INTENTS}


def _around(scene: Scene, at: int) -> Features:
    replies = scene.others(at, scene.after(at, REPLY))
    beside: tuple[tuple[str, list[int], tuple[str, ...]], ...] = (
        ("reply", replies, ("agreement", "objection", "decision", "commitment", "status", "question", "proposal")),
        ("next", [*scene.after(at, 1)], ("agreement", "objection", "decision", "commitment", "status")),
        ("last", [*scene.before(at, 1)], ("proposal", "request", "objection", "decision", "commitment", "agreement")),
    )
    return {f"{name} {label}": scene.most(label, places) for name, places, labels in beside for label in labels}


def _together(scene: Scene, at: int) -> Features:
    own = scene.shares[at]
    replies, following = scene.others(at, scene.after(at, REPLY)), scene.after(at, 1)
    agreed, taken, soon = (
        scene.most("agreement", replies),
        scene.most("commitment", replies),
        scene.most("agreement", following),
    )
    found = {f"{label} agreed": own[label] * agreed for label in ANSWERED}
    found |= {f"{label} agreed next": own[label] * soon for label in ANSWERED}
    found |= {f"{label} taken": own[label] * taken for label in ANSWERED}
    pairs = [("decision", other) for other in ("status", "agreement", "commitment", "request")]
    pairs += [("commitment", other) for other in ("status", "social", "proposal", "agreement")]
    return found | {f"{one} and {other}": own[one] * own[other] for one, other in pairs}


def _outcome(scene: Scene, at: int) -> Features:
    rest, own = scene.after(at), scene.shares[at]
    everywhere = scene.own(at, [*scene.before(at), *rest])
    later = scene.after(at, LATER)
    common = {place: scene.shared(at, place) for place in rest}

    def done(place: int) -> float:
        return max(scene.shares[place]["status"], 0.3) * float("done" in scene.cues[place])

    def reported(place: int) -> float:
        return scene.shares[place]["status"] * common[place]

    def restated(place: int) -> float:
        return scene.shares[place]["decision"] * common[place]

    def undone(place: int) -> float:
        share = max(scene.shares[place]["objection"], scene.shares[place]["decision"])
        return share * float("reversal" in scene.cues[place])

    found = {
        "decision later": scene.most("decision", rest),
        "decision before": scene.most("decision", scene.before(at)),
        "author decides": scene.most("decision", everywhere),
        "author commits": scene.most("commitment", everywhere),
        "done": scene.strongest(scene.own(at, later), done),
        "done by another": scene.strongest(scene.others(at, later), done),
        "reported": scene.strongest(rest, reported),
        "restated": scene.strongest(rest, restated),
        "undone": scene.strongest(rest, undone),
        "silent after": float(not scene.own(at, rest)),
        "hours left": log(1 + scene.hours_left(at)),
    }
    still, over = scene.due(at)
    found |= {"due after the end": float(still), "due before the end": float(over)}
    return (
        found
        | {
            f"commitment {name}": own["commitment"] * found[name]
            for name in ("done", "reported", "silent after", "hours left", "due after the end", "due before the end")
        }
        | {"commitment status later": own["commitment"] * scene.most("status", scene.own(at, later))}
    )


def _names(scene: Scene, at: int) -> Features:
    turn, request, found = scene.turns[at], scene.shares[at]["request"], scene.names[at]
    replies = scene.others(at, scene.after(at, REPLY))
    answered = max(scene.most("agreement", replies), scene.most("commitment", replies))
    speaking = {scene.turns[place].author_id for place in scene.after(at)}
    calling = [place for place in scene.before(at, NEAR) if scene.calls(place, turn.author_id)]
    named = float(found is not None)
    return {
        "names": named,
        "names first": float(found is not None and found.start < 3),
        "request names": request * named,
        "request names, unanswered": request * named * (1 - answered),
        "request names, silent": request * float(found is not None and not found.ids & speaking),
        "request to all": request * _matches(EVERYONE, turn.text),
        "decision names": scene.shares[at]["decision"] * named,
        "author named": float(bool(calling)),
        "author asked": scene.most("request", calling),
    }


def _wording(scene: Scene, at: int) -> Features:
    turn = scene.turns[at]
    chinese = float(turn.reading.language == "zh")
    found = {f"cue {name}": float(name in scene.cues[at]) for name in PATTERNS}
    found |= {f"cue {name}, zh": chinese * found[f"cue {name}"] for name in ("ruling", "rule", "settles")}
    found |= {
        f"commitment {name}": scene.shares[at]["commitment"] * found[f"cue {name}"] for name in ("soon", "personal")
    }
    return found | {
        "asks": _matches(CUES["question"], turn.text.strip()),
        "asks inside": float("?" in turn.text or "？" in turn.text),
    }


def _form(scene: Scene, at: int) -> Features:
    turn, own, last = scene.turns[at], scene.shares[at], len(scene.turns) - 1
    chinese = float(turn.reading.language == "zh")
    length = len(turn.text) * (2.5 if chinese else 1)  # a Han character says as much as half a word
    labels = {span.label for span in turn.reading.entities}
    near_end = float(at >= last - 2)
    return {
        **{f"has {label}": float(label in labels) for label in ("TIME", "WORK", "REPORT", "MEETING")},
        "commitment TIME": own["commitment"] * float("TIME" in labels),
        "digits": float(any(char.isdigit() for char in turn.text)),
        "long": log(1 + length) - 4.5,
        "place": at / max(last, 1),
        "first": float(at == 0),
        "at the end": float(at == last),
        "near the end": near_end,
        "commitment near the end": own["commitment"] * near_end,
        "request near the end": own["request"] * near_end,
        "zh": chinese,
        **{f"{label}, zh": chinese * own[label] for label in ("decision", "commitment", "agreement", "request")},
    }


def _log_odds(share: float) -> float:
    bounded = min(max(share, 1e-6), 1 - 1e-6)
    return max(min(log(bounded / (1 - bounded)), CLIP), -CLIP)


def _matches(pattern: "re.Pattern[str]", text: str) -> float:
    return float(pattern.search(text) is not None)

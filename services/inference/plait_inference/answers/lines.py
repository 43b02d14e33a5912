"""``answer`` over JSON lines: the service's own function, without Kafka."""

from typing import Any, BinaryIO

from plait_inference.answers.choice import answer, texts
from plait_inference.answers.subject import Passage
from plait_inference.answers.weights import Weights, shipped
from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.passes import read_all
from plait_inference.reading import Reading
from plait_inference.records_io import Asked, Fault, dump, lines, read_question
from plait_inference.writing import compose
from plait_inference.writing.generator import Writer
from plait_schemas.records import Model
from plait_shared.errors import BadRecord

Record = dict[str, Any]


def answer_lines(
    model: TagModel, source: BinaryIO, sink: BinaryIO, budget: BatchBudget, writer: Writer | None = None
) -> int:
    """Answer each question of ``source`` from its own passages; returns the number of lines answered."""
    count = 0
    weights = shipped()
    for item in map(read_question, lines(source)):
        record = item.line() if isinstance(item, Fault) else answer_one(model, item, budget, weights, writer)
        sink.write(dump(record))
        sink.flush()
        count += 1
    return count


def answer_one(
    model: TagModel, item: Asked, budget: BatchBudget, weights: Weights, writer: Writer | None = None
) -> Record:
    """The answer to one question; a passage that no model can read is left out."""
    passages = [
        Passage(message.id or str(place), message.text, message.author, message.time)
        for place, message in enumerate(item.passages)
    ]
    wanted = list(dict.fromkeys(texts(item.question, passages)))
    outcomes = dict(zip(wanted, read_all(model, wanted, budget), strict=True))
    readings = {text: outcome for text, outcome in outcomes.items() if isinstance(outcome, Reading)}
    if item.question not in readings:
        return Fault(item.id, "unreadable", str(outcomes[item.question])).line()
    try:
        quoted = found = answer(item.question, passages, readings, weights)
    except BadRecord as error:
        return Fault(item.id, "too_long", str(error)).line()
    signed = Model(name=model.name, revision=model.revision)
    if writer and (sheet := compose.answer_sheet(item.question, quoted, passages, readings, writer.prompt_tokens)):
        found = compose.reworded(quoted, sheet, *writer.write([sheet.prompt]))
        signed = signed if found is quoted else writer.signs(signed)
    return {
        "id": item.id,
        "answer": found.text,
        "evidence": list(found.evidence),
        "score": round(found.score, 4),
        "model": {"name": signed.name, "revision": signed.revision},
    }

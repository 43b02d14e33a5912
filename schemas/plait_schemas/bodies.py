"""Avro bodies of all records. Generated from avro/*.avsc by ``python -m plait_schemas build``."""

from collections.abc import Callable, Mapping
from typing import Any

from plait_schemas import records, wire

_LANGUAGE = wire.Symbols(records.Language)
_CHANNEL_KIND = wire.Symbols(records.ChannelKind)
_IDENTITY_KIND = wire.Symbols(records.IdentityKind)
_CONVERSATION_KIND = wire.Symbols(records.ConversationKind)
_AUDIENCE_SCOPE = wire.Symbols(records.AudienceScope)
_MESSAGE_KIND = wire.Symbols(records.MessageKind)
_CHANGE = wire.Symbols(records.Change)
_ANSWER_WANT = wire.Symbols(records.AnswerWant)
_FACT_CHANGE = wire.Symbols(records.FactChange)
_ALERT_KIND = wire.Symbols(records.AlertKind)
_DELIVERY_STATE = wire.Symbols(records.DeliveryState)
_CONTROL_COMMAND = wire.Symbols(records.ControlCommand)


def _write_identity(it: records.Identity) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.name),
            _IDENTITY_KIND.written[it.kind],
        )
    )


_Identity = wire.unguarded(records.Identity)


def _read_identity(body: wire.Body) -> records.Identity:
    it: Any = _Identity()
    it.id = body.text()
    it.name = body.text()
    it.kind = _IDENTITY_KIND.members[body.long()]
    it.__class__ = records.Identity
    made: records.Identity = it
    return made


def _write_conversation_ref(it: records.ConversationRef) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.title),
            _CONVERSATION_KIND.written[it.kind],
        )
    )


_ConversationRef = wire.unguarded(records.ConversationRef)


def _read_conversation_ref(body: wire.Body) -> records.ConversationRef:
    it: Any = _ConversationRef()
    it.id = body.text()
    it.title = body.text()
    it.kind = _CONVERSATION_KIND.members[body.long()]
    it.__class__ = records.ConversationRef
    made: records.ConversationRef = it
    return made


def _write_audience(it: records.Audience) -> bytes:
    return b"".join(
        (
            _AUDIENCE_SCOPE.written[it.scope],
            b"\0" if it.group is None else b"\2" + wire.text(it.group),
        )
    )


_Audience = wire.unguarded(records.Audience)


def _read_audience(body: wire.Body) -> records.Audience:
    it: Any = _Audience()
    it.scope = _AUDIENCE_SCOPE.members[body.long()]
    it.group = body.text() if body.present() else None
    it.__class__ = records.Audience
    made: records.Audience = it
    return made


def _write_span(it: records.Span) -> bytes:
    return b"".join(
        (
            wire.long(it.start),
            wire.long(it.end),
        )
    )


_Span = wire.unguarded(records.Span)


def _read_span(body: wire.Body) -> records.Span:
    it: Any = _Span()
    it.start = body.long()
    it.end = body.long()
    it.__class__ = records.Span
    made: records.Span = it
    return made


def _write_evidence(it: records.Evidence) -> bytes:
    return b"".join(
        (
            wire.text(it.message_id),
            wire.text(it.event_id),
            wire.long(it.start),
            wire.long(it.end),
        )
    )


_Evidence = wire.unguarded(records.Evidence)


def _read_evidence(body: wire.Body) -> records.Evidence:
    it: Any = _Evidence()
    it.message_id = body.text()
    it.event_id = body.text()
    it.start = body.long()
    it.end = body.long()
    it.__class__ = records.Evidence
    made: records.Evidence = it
    return made


def _write_model(it: records.Model) -> bytes:
    return b"".join(
        (
            wire.text(it.name),
            wire.text(it.revision),
        )
    )


_Model = wire.unguarded(records.Model)


def _read_model(body: wire.Body) -> records.Model:
    it: Any = _Model()
    it.name = body.text()
    it.revision = body.text()
    it.__class__ = records.Model
    made: records.Model = it
    return made


def _write_tag(it: records.Tag) -> bytes:
    return b"".join(
        (
            wire.text(it.label),
            wire.double(it.score),
            wire.block([_write_span(item) for item in it.spans]),
        )
    )


_Tag = wire.unguarded(records.Tag)


def _read_tag(body: wire.Body) -> records.Tag:
    it: Any = _Tag()
    it.label = body.text()
    it.score = body.double()
    it.spans = tuple(body.items(_read_span))
    it.__class__ = records.Tag
    made: records.Tag = it
    return made


def _write_entity(it: records.Entity) -> bytes:
    return b"".join(
        (
            wire.text(it.label),
            wire.text(it.text),
            wire.long(it.start),
            wire.long(it.end),
            wire.double(it.score),
        )
    )


_Entity = wire.unguarded(records.Entity)


def _read_entity(body: wire.Body) -> records.Entity:
    it: Any = _Entity()
    it.label = body.text()
    it.text = body.text()
    it.start = body.long()
    it.end = body.long()
    it.score = body.double()
    it.__class__ = records.Entity
    made: records.Entity = it
    return made


def _write_custom_tag(it: records.CustomTag) -> bytes:
    return b"".join(
        (
            wire.text(it.pack),
            wire.text(it.version),
            wire.text(it.label),
            wire.double(it.score),
        )
    )


_CustomTag = wire.unguarded(records.CustomTag)


def _read_custom_tag(body: wire.Body) -> records.CustomTag:
    it: Any = _CustomTag()
    it.pack = body.text()
    it.version = body.text()
    it.label = body.text()
    it.score = body.double()
    it.__class__ = records.CustomTag
    made: records.CustomTag = it
    return made


def _write_tags(it: records.Tags) -> bytes:
    return b"".join(
        (
            wire.block([_write_tag(item) for item in it.intents]),
            wire.block([_write_entity(item) for item in it.entities]),
            _write_tag(it.sentiment),
            _write_tag(it.urgency),
            _write_tag(it.topic),
            _write_tag(it.harm),
            wire.block([_write_custom_tag(item) for item in it.custom]),
        )
    )


_Tags = wire.unguarded(records.Tags)


def _read_tags(body: wire.Body) -> records.Tags:
    it: Any = _Tags()
    it.intents = tuple(body.items(_read_tag))
    it.entities = tuple(body.items(_read_entity))
    it.sentiment = _read_tag(body)
    it.urgency = _read_tag(body)
    it.topic = _read_tag(body)
    it.harm = _read_tag(body)
    it.custom = tuple(body.items(_read_custom_tag))
    it.__class__ = records.Tags
    made: records.Tags = it
    return made


def _write_header(it: records.Header) -> bytes:
    return b"".join(
        (
            wire.text(it.name),
            wire.octets(it.value),
        )
    )


_Header = wire.unguarded(records.Header)


def _read_header(body: wire.Body) -> records.Header:
    it: Any = _Header()
    it.name = body.text()
    it.value = body.octets()
    it.__class__ = records.Header
    made: records.Header = it
    return made


def _write_passage(it: records.Passage) -> bytes:
    return b"".join(
        (
            _write_evidence(it.evidence),
            wire.text(it.author),
            wire.time(it.sent_at),
            wire.text(it.text),
        )
    )


_Passage = wire.unguarded(records.Passage)


def _read_passage(body: wire.Body) -> records.Passage:
    it: Any = _Passage()
    it.evidence = _read_evidence(body)
    it.author = body.text()
    it.sent_at = body.time()
    it.text = body.text()
    it.__class__ = records.Passage
    made: records.Passage = it
    return made


def _write_node(it: records.Node) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.label),
            wire.text(it.name),
        )
    )


_Node = wire.unguarded(records.Node)


def _read_node(body: wire.Body) -> records.Node:
    it: Any = _Node()
    it.id = body.text()
    it.label = body.text()
    it.name = body.text()
    it.__class__ = records.Node
    made: records.Node = it
    return made


def _write_fact(it: records.Fact) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            _write_node(it.subject),
            wire.text(it.predicate),
            _write_node(it.object),
            wire.time(it.valid_from),
            b"\0" if it.valid_to is None else b"\2" + wire.time(it.valid_to),
            wire.time(it.recorded_at),
            wire.double(it.confidence),
            wire.block([_write_evidence(item) for item in it.evidence]),
        )
    )


_Fact = wire.unguarded(records.Fact)


def _read_fact(body: wire.Body) -> records.Fact:
    it: Any = _Fact()
    it.id = body.text()
    it.subject = _read_node(body)
    it.predicate = body.text()
    it.object = _read_node(body)
    it.valid_from = body.time()
    it.valid_to = body.time() if body.present() else None
    it.recorded_at = body.time()
    it.confidence = body.double()
    it.evidence = tuple(body.items(_read_evidence))
    it.__class__ = records.Fact
    made: records.Fact = it
    return made


def _write_source(it: records.Source) -> bytes:
    return b"".join(
        (
            wire.text(it.tool),
            wire.text(it.connection),
            wire.text(it.tool_id),
            wire.long(it.version),
            b"\0" if it.permalink is None else b"\2" + wire.text(it.permalink),
        )
    )


_Source = wire.unguarded(records.Source)


def _read_source(body: wire.Body) -> records.Source:
    it: Any = _Source()
    it.tool = body.text()
    it.connection = body.text()
    it.tool_id = body.text()
    it.version = body.long()
    it.permalink = body.text() if body.present() else None
    it.__class__ = records.Source
    made: records.Source = it
    return made


def _write_redaction(it: records.Redaction) -> bytes:
    return b"".join(
        (
            wire.long(it.start),
            wire.long(it.end),
            wire.text(it.kind),
        )
    )


_Redaction = wire.unguarded(records.Redaction)


def _read_redaction(body: wire.Body) -> records.Redaction:
    it: Any = _Redaction()
    it.start = body.long()
    it.end = body.long()
    it.kind = body.text()
    it.__class__ = records.Redaction
    made: records.Redaction = it
    return made


def _write_attachment(it: records.Attachment) -> bytes:
    return b"".join(
        (
            wire.text(it.uri),
            b"\0" if it.sha256 is None else b"\2" + wire.text(it.sha256),
            wire.text(it.media_type),
            wire.text(it.name),
            b"\0" if it.size_bytes is None else b"\2" + wire.long(it.size_bytes),
        )
    )


_Attachment = wire.unguarded(records.Attachment)


def _read_attachment(body: wire.Body) -> records.Attachment:
    it: Any = _Attachment()
    it.uri = body.text()
    it.sha256 = body.text() if body.present() else None
    it.media_type = body.text()
    it.name = body.text()
    it.size_bytes = body.long() if body.present() else None
    it.__class__ = records.Attachment
    made: records.Attachment = it
    return made


def _write_message(it: records.Message) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.message_id),
            wire.text(it.workspace),
            _write_source(it.source),
            _MESSAGE_KIND.written[it.kind],
            _CHANGE.written[it.change],
            _write_conversation_ref(it.conversation),
            _write_identity(it.author),
            wire.block([_write_identity(item) for item in it.mentions]),
            _write_audience(it.audience),
            wire.time(it.sent_at),
            wire.time(it.occurred_at),
            wire.time(it.received_at),
            wire.text(it.text),
            _LANGUAGE.written[it.language],
            wire.block([_write_redaction(item) for item in it.redactions]),
            wire.block([_write_attachment(item) for item in it.attachments]),
            b"\0" if it.reply_to is None else b"\2" + wire.text(it.reply_to),
            wire.double(it.quality),
        )
    )


_Message = wire.unguarded(records.Message)


def _read_message(body: wire.Body) -> records.Message:
    it: Any = _Message()
    it.id = body.text()
    it.message_id = body.text()
    it.workspace = body.text()
    it.source = _read_source(body)
    it.kind = _MESSAGE_KIND.members[body.long()]
    it.change = _CHANGE.members[body.long()]
    it.conversation = _read_conversation_ref(body)
    it.author = _read_identity(body)
    it.mentions = tuple(body.items(_read_identity))
    it.audience = _read_audience(body)
    it.sent_at = body.time()
    it.occurred_at = body.time()
    it.received_at = body.time()
    it.text = body.text()
    it.language = _LANGUAGE.members[body.long()]
    it.redactions = tuple(body.items(_read_redaction))
    it.attachments = tuple(body.items(_read_attachment))
    it.reply_to = body.text() if body.present() else None
    it.quality = body.double()
    it.__class__ = records.Message
    made: records.Message = it
    return made


def _write_membership(it: records.Membership) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            wire.text(it.group),
            wire.text(it.title),
            _write_identity(it.member),
            wire.boolean(it.active),
            wire.time(it.occurred_at),
        )
    )


_Membership = wire.unguarded(records.Membership)


def _read_membership(body: wire.Body) -> records.Membership:
    it: Any = _Membership()
    it.id = body.text()
    it.workspace = body.text()
    it.group = body.text()
    it.title = body.text()
    it.member = _read_identity(body)
    it.active = body.boolean()
    it.occurred_at = body.time()
    it.__class__ = records.Membership
    made: records.Membership = it
    return made


def _write_channel(it: records.Channel) -> bytes:
    return b"".join(
        (
            _CHANNEL_KIND.written[it.kind],
            wire.text(it.address),
        )
    )


_Channel = wire.unguarded(records.Channel)


def _read_channel(body: wire.Body) -> records.Channel:
    it: Any = _Channel()
    it.kind = _CHANNEL_KIND.members[body.long()]
    it.address = body.text()
    it.__class__ = records.Channel
    made: records.Channel = it
    return made


def _write_profile(it: records.Profile) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            wire.text(it.user),
            wire.text(it.name),
            wire.block([wire.text(item) for item in it.identities]),
            wire.text(it.timezone),
            wire.text(it.language),
            b"\0" if it.digest_hour is None else b"\2" + wire.long(it.digest_hour),
            wire.text(it.quiet_start),
            wire.text(it.quiet_end),
            wire.block([_write_channel(item) for item in it.channels]),
            wire.boolean(it.active),
            wire.time(it.occurred_at),
        )
    )


_Profile = wire.unguarded(records.Profile)


def _read_profile(body: wire.Body) -> records.Profile:
    it: Any = _Profile()
    it.id = body.text()
    it.workspace = body.text()
    it.user = body.text()
    it.name = body.text()
    it.identities = tuple(body.items(lambda body: body.text()))
    it.timezone = body.text()
    it.language = body.text()
    it.digest_hour = body.long() if body.present() else None
    it.quiet_start = body.text()
    it.quiet_end = body.text()
    it.channels = tuple(body.items(_read_channel))
    it.active = body.boolean()
    it.occurred_at = body.time()
    it.__class__ = records.Profile
    made: records.Profile = it
    return made


def _write_enrichment(it: records.Enrichment) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            wire.text(it.source_event),
            _write_message(it.message),
            b"\0" if it.tags is None else b"\2" + _write_tags(it.tags),
            wire.floats(it.embedding),
            _write_model(it.model),
            wire.time(it.occurred_at),
        )
    )


_Enrichment = wire.unguarded(records.Enrichment)


def _read_enrichment(body: wire.Body) -> records.Enrichment:
    it: Any = _Enrichment()
    it.id = body.text()
    it.workspace = body.text()
    it.source_event = body.text()
    it.message = _read_message(body)
    it.tags = _read_tags(body) if body.present() else None
    it.embedding = body.floats()
    it.model = _read_model(body)
    it.occurred_at = body.time()
    it.__class__ = records.Enrichment
    made: records.Enrichment = it
    return made


def _write_summary_message(it: records.SummaryMessage) -> bytes:
    return b"".join(
        (
            wire.text(it.message_id),
            wire.text(it.event_id),
            _write_identity(it.author),
            wire.time(it.sent_at),
            wire.long(it.utc_offset_minutes),
            wire.text(it.text),
            b"\0" if it.tags is None else b"\2" + _write_tags(it.tags),
        )
    )


_SummaryMessage = wire.unguarded(records.SummaryMessage)


def _read_summary_message(body: wire.Body) -> records.SummaryMessage:
    it: Any = _SummaryMessage()
    it.message_id = body.text()
    it.event_id = body.text()
    it.author = _read_identity(body)
    it.sent_at = body.time()
    it.utc_offset_minutes = body.long()
    it.text = body.text()
    it.tags = _read_tags(body) if body.present() else None
    it.__class__ = records.SummaryMessage
    made: records.SummaryMessage = it
    return made


def _write_summary_request(it: records.SummaryRequest) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            _write_conversation_ref(it.conversation),
            _write_audience(it.audience),
            wire.text(it.state),
            wire.block([_write_identity(item) for item in it.participants]),
            wire.block([_write_summary_message(item) for item in it.messages]),
            wire.time(it.settled_at),
            wire.time(it.occurred_at),
        )
    )


_SummaryRequest = wire.unguarded(records.SummaryRequest)


def _read_summary_request(body: wire.Body) -> records.SummaryRequest:
    it: Any = _SummaryRequest()
    it.id = body.text()
    it.workspace = body.text()
    it.conversation = _read_conversation_ref(body)
    it.audience = _read_audience(body)
    it.state = body.text()
    it.participants = tuple(body.items(_read_identity))
    it.messages = tuple(body.items(_read_summary_message))
    it.settled_at = body.time()
    it.occurred_at = body.time()
    it.__class__ = records.SummaryRequest
    made: records.SummaryRequest = it
    return made


def _write_answer_request(it: records.AnswerRequest) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            _ANSWER_WANT.written[it.want],
            wire.text(it.question),
            wire.block([_write_passage(item) for item in it.passages]),
            _write_audience(it.audience),
            wire.time(it.occurred_at),
        )
    )


_AnswerRequest = wire.unguarded(records.AnswerRequest)


def _read_answer_request(body: wire.Body) -> records.AnswerRequest:
    it: Any = _AnswerRequest()
    it.id = body.text()
    it.workspace = body.text()
    it.want = _ANSWER_WANT.members[body.long()]
    it.question = body.text()
    it.passages = tuple(body.items(_read_passage))
    it.audience = _read_audience(body)
    it.occurred_at = body.time()
    it.__class__ = records.AnswerRequest
    made: records.AnswerRequest = it
    return made


def _write_graph_change(it: records.GraphChange) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            _FACT_CHANGE.written[it.change],
            _write_fact(it.fact),
            wire.long(it.revision),
            _write_conversation_ref(it.conversation),
            _write_audience(it.audience),
            wire.text(it.source_event),
            _write_model(it.model),
            wire.time(it.occurred_at),
        )
    )


_GraphChange = wire.unguarded(records.GraphChange)


def _read_graph_change(body: wire.Body) -> records.GraphChange:
    it: Any = _GraphChange()
    it.id = body.text()
    it.workspace = body.text()
    it.change = _FACT_CHANGE.members[body.long()]
    it.fact = _read_fact(body)
    it.revision = body.long()
    it.conversation = _read_conversation_ref(body)
    it.audience = _read_audience(body)
    it.source_event = body.text()
    it.model = _read_model(body)
    it.occurred_at = body.time()
    it.__class__ = records.GraphChange
    made: records.GraphChange = it
    return made


def _write_summary_sentence(it: records.SummarySentence) -> bytes:
    return b"".join(
        (
            wire.text(it.text),
            wire.block([_write_evidence(item) for item in it.evidence]),
        )
    )


_SummarySentence = wire.unguarded(records.SummarySentence)


def _read_summary_sentence(body: wire.Body) -> records.SummarySentence:
    it: Any = _SummarySentence()
    it.text = body.text()
    it.evidence = tuple(body.items(_read_evidence))
    it.__class__ = records.SummarySentence
    made: records.SummarySentence = it
    return made


def _write_decision(it: records.Decision) -> bytes:
    return b"".join(
        (
            wire.text(it.text),
            wire.boolean(it.reversed),
            wire.block([_write_evidence(item) for item in it.evidence]),
        )
    )


_Decision = wire.unguarded(records.Decision)


def _read_decision(body: wire.Body) -> records.Decision:
    it: Any = _Decision()
    it.text = body.text()
    it.reversed = body.boolean()
    it.evidence = tuple(body.items(_read_evidence))
    it.__class__ = records.Decision
    made: records.Decision = it
    return made


def _write_action(it: records.Action) -> bytes:
    return b"".join(
        (
            wire.text(it.what),
            b"\0" if it.owner is None else b"\2" + _write_identity(it.owner),
            b"\0" if it.due is None else b"\2" + wire.text(it.due),
            b"\0" if it.due_at is None else b"\2" + wire.time(it.due_at),
            wire.block([_write_evidence(item) for item in it.evidence]),
        )
    )


_Action = wire.unguarded(records.Action)


def _read_action(body: wire.Body) -> records.Action:
    it: Any = _Action()
    it.what = body.text()
    it.owner = _read_identity(body) if body.present() else None
    it.due = body.text() if body.present() else None
    it.due_at = body.time() if body.present() else None
    it.evidence = tuple(body.items(_read_evidence))
    it.__class__ = records.Action
    made: records.Action = it
    return made


def _write_question(it: records.Question) -> bytes:
    return b"".join(
        (
            wire.text(it.text),
            b"\0" if it.answered_by is None else b"\2" + _write_evidence(it.answered_by),
            wire.block([_write_evidence(item) for item in it.evidence]),
        )
    )


_Question = wire.unguarded(records.Question)


def _read_question(body: wire.Body) -> records.Question:
    it: Any = _Question()
    it.text = body.text()
    it.answered_by = _read_evidence(body) if body.present() else None
    it.evidence = tuple(body.items(_read_evidence))
    it.__class__ = records.Question
    made: records.Question = it
    return made


def _write_summary(it: records.Summary) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            wire.text(it.source_event),
            _write_conversation_ref(it.conversation),
            _write_audience(it.audience),
            wire.text(it.state),
            _LANGUAGE.written[it.language],
            wire.block([_write_summary_sentence(item) for item in it.sentences]),
            wire.block([_write_decision(item) for item in it.decisions]),
            wire.block([_write_action(item) for item in it.actions]),
            wire.block([_write_question(item) for item in it.questions]),
            _write_model(it.model),
            wire.time(it.settled_at),
            wire.time(it.occurred_at),
        )
    )


_Summary = wire.unguarded(records.Summary)


def _read_summary(body: wire.Body) -> records.Summary:
    it: Any = _Summary()
    it.id = body.text()
    it.workspace = body.text()
    it.source_event = body.text()
    it.conversation = _read_conversation_ref(body)
    it.audience = _read_audience(body)
    it.state = body.text()
    it.language = _LANGUAGE.members[body.long()]
    it.sentences = tuple(body.items(_read_summary_sentence))
    it.decisions = tuple(body.items(_read_decision))
    it.actions = tuple(body.items(_read_action))
    it.questions = tuple(body.items(_read_question))
    it.model = _read_model(body)
    it.settled_at = body.time()
    it.occurred_at = body.time()
    it.__class__ = records.Summary
    made: records.Summary = it
    return made


def _write_answer(it: records.Answer) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            wire.text(it.source_event),
            b"\0" if it.text is None else b"\2" + wire.text(it.text),
            wire.block([_write_evidence(item) for item in it.evidence]),
            wire.double(it.score),
            wire.floats(it.embedding),
            _write_audience(it.audience),
            _write_model(it.model),
            wire.time(it.occurred_at),
        )
    )


_Answer = wire.unguarded(records.Answer)


def _read_answer(body: wire.Body) -> records.Answer:
    it: Any = _Answer()
    it.id = body.text()
    it.workspace = body.text()
    it.source_event = body.text()
    it.text = body.text() if body.present() else None
    it.evidence = tuple(body.items(_read_evidence))
    it.score = body.double()
    it.embedding = body.floats()
    it.audience = _read_audience(body)
    it.model = _read_model(body)
    it.occurred_at = body.time()
    it.__class__ = records.Answer
    made: records.Answer = it
    return made


def _write_alert(it: records.Alert) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.workspace),
            _ALERT_KIND.written[it.kind],
            wire.text(it.recipient),
            wire.text(it.title),
            wire.text(it.body),
            wire.text(it.language),
            wire.text(it.urgency),
            b"\0" if it.conversation is None else b"\2" + _write_conversation_ref(it.conversation),
            wire.block([_write_audience(item) for item in it.audiences]),
            wire.block([_write_evidence(item) for item in it.evidence]),
            wire.block([wire.text(item) for item in it.sources]),
            wire.time(it.not_before),
            wire.time(it.occurred_at),
        )
    )


_Alert = wire.unguarded(records.Alert)


def _read_alert(body: wire.Body) -> records.Alert:
    it: Any = _Alert()
    it.id = body.text()
    it.workspace = body.text()
    it.kind = _ALERT_KIND.members[body.long()]
    it.recipient = body.text()
    it.title = body.text()
    it.body = body.text()
    it.language = body.text()
    it.urgency = body.text()
    it.conversation = _read_conversation_ref(body) if body.present() else None
    it.audiences = tuple(body.items(_read_audience))
    it.evidence = tuple(body.items(_read_evidence))
    it.sources = tuple(body.items(lambda body: body.text()))
    it.not_before = body.time()
    it.occurred_at = body.time()
    it.__class__ = records.Alert
    made: records.Alert = it
    return made


def _write_delivery(it: records.Delivery) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.delivery_id),
            wire.text(it.workspace),
            wire.text(it.alert_id),
            wire.text(it.recipient),
            _CHANNEL_KIND.written[it.channel],
            wire.text(it.address),
            _DELIVERY_STATE.written[it.state],
            wire.long(it.attempt),
            wire.text(it.detail),
            wire.time(it.occurred_at),
        )
    )


_Delivery = wire.unguarded(records.Delivery)


def _read_delivery(body: wire.Body) -> records.Delivery:
    it: Any = _Delivery()
    it.id = body.text()
    it.delivery_id = body.text()
    it.workspace = body.text()
    it.alert_id = body.text()
    it.recipient = body.text()
    it.channel = _CHANNEL_KIND.members[body.long()]
    it.address = body.text()
    it.state = _DELIVERY_STATE.members[body.long()]
    it.attempt = body.long()
    it.detail = body.text()
    it.occurred_at = body.time()
    it.__class__ = records.Delivery
    made: records.Delivery = it
    return made


def _write_control(it: records.Control) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.service),
            _CONTROL_COMMAND.written[it.command],
            wire.block([wire.text(key) + wire.text(item) for key, item in it.arguments.items()]),
            wire.time(it.occurred_at),
        )
    )


_Control = wire.unguarded(records.Control)


def _read_control(body: wire.Body) -> records.Control:
    it: Any = _Control()
    it.id = body.text()
    it.service = body.text()
    it.command = _CONTROL_COMMAND.members[body.long()]
    it.arguments = dict(body.items(lambda body: (body.text(), body.text())))
    it.occurred_at = body.time()
    it.__class__ = records.Control
    made: records.Control = it
    return made


def _write_dead_letter(it: records.DeadLetter) -> bytes:
    return b"".join(
        (
            wire.text(it.id),
            wire.text(it.stage),
            wire.text(it.topic),
            wire.long(it.partition),
            wire.long(it.offset),
            b"\0" if it.key is None else b"\2" + wire.octets(it.key),
            b"\0" if it.value is None else b"\2" + wire.octets(it.value),
            wire.block([_write_header(item) for item in it.headers]),
            wire.text(it.error),
            wire.text(it.cause),
            wire.text(it.code_version),
            wire.time(it.occurred_at),
        )
    )


_DeadLetter = wire.unguarded(records.DeadLetter)


def _read_dead_letter(body: wire.Body) -> records.DeadLetter:
    it: Any = _DeadLetter()
    it.id = body.text()
    it.stage = body.text()
    it.topic = body.text()
    it.partition = body.long()
    it.offset = body.long()
    it.key = body.octets() if body.present() else None
    it.value = body.octets() if body.present() else None
    it.headers = tuple(body.items(_read_header))
    it.error = body.text()
    it.cause = body.text()
    it.code_version = body.text()
    it.occurred_at = body.time()
    it.__class__ = records.DeadLetter
    made: records.DeadLetter = it
    return made


WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "Message": _write_message,
    "Membership": _write_membership,
    "Profile": _write_profile,
    "Enrichment": _write_enrichment,
    "SummaryRequest": _write_summary_request,
    "AnswerRequest": _write_answer_request,
    "GraphChange": _write_graph_change,
    "Summary": _write_summary,
    "Answer": _write_answer,
    "Alert": _write_alert,
    "Delivery": _write_delivery,
    "Control": _write_control,
    "DeadLetter": _write_dead_letter,
}
READERS: Mapping[str, Callable[[wire.Body], records.Record]] = {
    "Message": _read_message,
    "Membership": _read_membership,
    "Profile": _read_profile,
    "Enrichment": _read_enrichment,
    "SummaryRequest": _read_summary_request,
    "AnswerRequest": _read_answer_request,
    "GraphChange": _read_graph_change,
    "Summary": _read_summary,
    "Answer": _read_answer,
    "Alert": _read_alert,
    "Delivery": _read_delivery,
    "Control": _read_control,
    "DeadLetter": _read_dead_letter,
}

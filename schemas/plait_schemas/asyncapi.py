"""The AsyncAPI 3.0 document of all topics, for tools and people. Generated into ``asyncapi.yaml``."""

from typing import Any

import yaml

from plait_schemas.catalogue import Topic, topics

HEADERS = {
    "type": "object",
    "required": ["ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "content-type"],
    "properties": {
        "ce_id": {"type": "string", "description": "The record's id."},
        "ce_type": {"type": "string", "description": "The topic name."},
        "ce_source": {"type": "string", "description": "The service that produced the record."},
        "ce_time": {"type": "string", "format": "date-time", "description": "Event time."},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "content-type": {"type": "string", "const": "application/avro"},
        "traceparent": {"type": "string", "description": "W3C trace context, when there is one."},
    },
}


def document() -> str:
    """AsyncAPI document as YAML text; payloads are the Avro schemas as registered."""
    every = list(topics().values())
    roles = [(role, topic) for topic in every for role in ("send", "receive")]
    content: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Plait events",
            "version": "0.1.0",
            "description": "Every topic carries Avro in the Confluent wire format (0, 4-byte schema id, body) "
            "under the CloudEvents 1.0 Kafka binding in binary mode.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/avro",
        "channels": {topic.record: _channel(topic) for topic in every},
        "operations": {f"{role}{topic.record}": _operation(role, topic) for role, topic in roles},
        "components": {"messageTraits": {"cloudEvent": {"headers": HEADERS}}},
    }
    return yaml.dump(content, sort_keys=False, allow_unicode=True, width=120, Dumper=_NoAliases)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"{topic.why} Key: {topic.key}.",
        "messages": {
            topic.record: {
                "name": topic.record,
                "title": topic.schema["doc"],
                "contentType": "application/avro",
                "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
                "payload": {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": topic.schema},
            }
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup], "retention.ms": topic.retention_ms},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(role: str, topic: Topic) -> dict[str, Any]:
    who = topic.producer if role == "send" else ", ".join(topic.consumers)
    return {
        "action": role,
        "channel": {"$ref": f"#/channels/{topic.record}"},
        "summary": f"{'Produced' if role == 'send' else 'Consumed'} by {who}.",
    }

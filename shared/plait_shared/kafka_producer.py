"""Writes to a real Kafka, through kafka-python: acknowledged, or in transactions with the reader's offsets.

Settings that matter and why: ``linger_ms`` and ``batch_size`` (throughput), ``retry_backoff_ms=10`` (a transaction
takes 11-15 ms instead of 62-77).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, ProducerFencedError
from kafka.net.compat import KafkaNetClient

from plait_shared.bus import Outbound, Partition
from plait_shared.errors import BadRecord, Fatal, Retryable
from plait_shared.kafka import MAX_REQUEST_BYTES, TOO_LARGE, as_offsets, connection, kafka_errors
from plait_shared.settings import ServiceSettings

LINGER_MS = 5
BATCH_BYTES = 128 * 1024
LARGEST_RECORD_BYTES = MAX_REQUEST_BYTES - 16 * 1024  # room for the batch's own header and the record's framing
CONNECT_TIMEOUT_MS = 10_000


class _PatientProducer(KafkaProducer):
    """The driver's producer, whose transactions end.

    By itself it waits for ever for the answer to a request, and loses requests when the broker goes away (3.0.12).
    """

    def send_offsets_to_transaction(self, offsets: Any, group_metadata: Any) -> None:
        self._wait(self._transaction_manager.send_offsets_to_transaction(offsets, group_metadata))

    def commit_transaction(self) -> None:
        self._wait(self._transaction_manager.begin_commit())

    def drop(self) -> None:
        """Leave at once; what is unfinished is given up. ``close`` alone gives up on itself when a batch is left."""
        self._sender.force_close()
        with suppress(KafkaError, OSError):
            self.close(timeout=1)

    def fenced(self) -> bool:
        """Whether somebody else has taken over; the driver says so in many ways."""
        return isinstance(self._transaction_manager.last_error, ProducerFencedError)

    def _wait(self, result: Any) -> None:
        self._sender.wakeup()
        patience_ms = self.config["delivery_timeout_ms"]
        if not result.wait(timeout_ms=patience_ms):
            raise KafkaTimeoutError(f"no answer for {patience_ms / 1000:g} s")


class KafkaBusProducer:
    """Idempotent writer; with a transactional id also a transactional one, which fences its predecessors.

    A transaction that fails takes the driver's producer with it, and the next one gets a new one: what the broker has
    of the old transaction is then aborted, and offsets that the driver still holds for it can't slip into the next.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        transactional_id: str | None = None,
        *,
        deliver_timeout_s: float | None = None,
    ) -> None:
        """``deliver_timeout_s``: how long the driver tries to write a record; without it as long as `send` waits."""
        self._settings = settings
        self._transactional_id = transactional_id
        self._deliver_timeout_s = deliver_timeout_s or settings.acknowledge_timeout_s
        self._producer: _PatientProducer | None = self._connect()

    def send(self, records: Sequence[Outbound]) -> None:
        """Write all and return once every one is acknowledged by all in-sync replicas."""
        with kafka_errors("writing"):
            for future in self.post(records):
                future.result(self._settings.acknowledge_timeout_s)

    def post(self, records: Sequence[Outbound]) -> Sequence[Future[None]]:
        """Begin to write; once the driver doesn't take one, the others are not tried, as it may block for each."""
        futures: list[Future[None]] = []
        gone: Exception | None = None
        for record in records:
            future = Future[None]()
            futures.append(future)
            try:
                if gone is not None:
                    raise gone
                with kafka_errors("writing"):
                    _forward(_send(self._connected(), record), future)
            except Exception as exc:
                gone = None if isinstance(exc, BadRecord) else exc
                future.set_exception(exc)
        return futures

    def send_transaction(
        self, records: Sequence[Outbound], offsets: Mapping[Partition, int], membership: object
    ) -> None:
        """Write all and commit the group's offsets, or none of it. Raises Fatal when another one has taken over."""
        producer = self._connected()
        try:
            producer.begin_transaction()
            futures = [_send(producer, record) for record in records]
            producer.send_offsets_to_transaction(as_offsets(offsets), membership)
            for future in futures:  # a record that fails late would let the offsets be committed without it
                future.get(timeout=self._settings.acknowledge_timeout_s)
            producer.commit_transaction()
        except TOO_LARGE as exc:
            self._discard()
            raise BadRecord(f"Kafka, transaction: the broker takes no record of this size: {exc}") from exc
        except (KafkaError, OSError) as exc:
            if producer.fenced():
                raise Fatal("Kafka, transaction: another instance writes under this transactional id") from exc
            self._discard()
            with suppress(Retryable):  # at once, as the offsets of an open transaction can't be read
                self._connected()
            raise Retryable(f"Kafka, transaction: {type(exc).__name__}: {exc}") from exc
        except Exception:
            self._discard()
            raise

    def close(self) -> None:
        """Flush and leave."""
        if self._producer is None:
            return
        try:
            with kafka_errors("closing"):
                self._producer.close(timeout=5)
        except Retryable:
            self._producer.drop()
            raise

    def _connected(self) -> _PatientProducer:
        if self._producer is None:
            self._producer = self._connect()
        return self._producer

    def _connect(self) -> _PatientProducer:
        timeout_s = self._settings.acknowledge_timeout_s
        name = self._transactional_id
        extra = {"transactional_id": name, "transaction_timeout_ms": round(timeout_s * 2000)} if name else {}
        with kafka_errors("connecting"), ExitStack() as unless_made:
            producer = _PatientProducer(
                **connection(self._settings),
                **extra,
                acks="all",
                enable_idempotence=True,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                compression_type="lz4",
                max_request_size=MAX_REQUEST_BYTES,
                request_timeout_ms=round(timeout_s * 500),
                delivery_timeout_ms=round(self._deliver_timeout_s * 1000),
                max_block_ms=CONNECT_TIMEOUT_MS,
                bootstrap_timeout_ms=CONNECT_TIMEOUT_MS,
                kafka_client=partial(_client, unless_made),
            )
            unless_made.pop_all()
            unless_made.callback(producer.drop)
            if name:
                producer.init_transactions()
            unless_made.pop_all()
        return producer

    def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.drop()


def _client(unless_made: ExitStack, **configs: Any) -> KafkaNetClient:
    """The driver's client; it is closed when no producer comes of it, which the driver leaves to others."""
    client = KafkaNetClient(**configs)
    unless_made.callback(client.close)
    return client


def _forward(driver: Any, future: Future[None]) -> None:
    """Pass the driver's outcome on, an error as ours."""

    def failed(error: Exception) -> None:
        try:
            with kafka_errors("writing"):
                raise error
        except Exception as exc:
            future.set_exception(exc)

    driver.add_callback(lambda _: future.set_result(None))
    driver.add_errback(failed)


def _send(producer: KafkaProducer, record: Outbound) -> Any:
    size = len(record.value) + len(record.key) + sum(len(name) + len(value) for name, value in record.headers)
    if size > LARGEST_RECORD_BYTES:
        raise BadRecord(f"{size} bytes are too many for one record of {record.topic}")
    return producer.send(record.topic, record.value, record.key, list(record.headers), timestamp_ms=record.timestamp_ms)

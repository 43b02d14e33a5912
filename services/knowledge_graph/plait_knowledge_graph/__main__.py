"""``plait-knowledge-graph``: the service. ``dump`` prints the canonical graph, ``migrate`` updates the schema."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from plait_knowledge_graph.api.app import application
from plait_knowledge_graph.ownership import Ownership
from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.settings import GraphSettings
from plait_knowledge_graph.stage import Ends, GraphStage, StageRules
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.dump import dump
from plait_knowledge_graph.store.migrate import check_dimensions, migrate
from plait_knowledge_graph.store.reader import Reader
from plait_shared import health, log
from plait_shared.auth import TokenVerifier
from plait_shared.codec import Codec
from plait_shared.errors import Fatal, Retryable
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.lifecycle import Lifecycle, main
from plait_shared.metrics import Metrics
from plait_shared.registry import HttpRegistry
from plait_shared.runner import Loop, Runner
from plait_shared.tracing import Tracing

SERVICE = "knowledge_graph"
GROUP = "plait-knowledge-graph"
TOPICS = (
    "collab.message.v1", "collab.enrichment.v1", "collab.summary.v1", "collab.answer.v1", "collab.membership.v1",
    "collab.profile.v1",
)  # fmt: skip


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def serve(settings: GraphSettings) -> int:
    """Run until told to stop; returns the exit code."""
    log.configure(settings, SERVICE)
    code_version = version("plait-knowledge-graph")
    verifier = TokenVerifier(settings)
    migrate(settings.database_url.get_secret_value())
    with ExitStack() as resources:
        database = Database(settings.database_url.get_secret_value(), settings.database_connections)
        database.open()
        resources.callback(database.close)
        check_dimensions(database, settings.embedding_dimensions)
        codec = Codec(resources.enter_context(HttpRegistry(settings.registry_url)), SERVICE)
        tracing = Tracing(SERVICE, settings.otlp_endpoint)
        resources.callback(tracing.close)
        metrics = Metrics.create()
        producer = KafkaBusProducer(settings)
        resources.callback(producer.close)
        ownership = Ownership(database, GROUP)
        consumer = KafkaBusConsumer(settings, GROUP, TOPICS, ownership)
        resources.callback(consumer.close)
        rules = StageRules(
            settings.embedding_dimensions, settings.settle_rules, timedelta(seconds=settings.settle_every_s)
        )
        ends = Ends(consumer, producer, codec, lambda parent: tracing.child(SERVICE, parent))
        stage = GraphStage(database, ownership, ends, rules)
        loop = Loop.from_settings(settings, SERVICE, code_version, now)
        runner = Runner(consumer, codec, stage, loop, metrics, tracing)
        reader = Reader(database, settings.read_timeout_s)
        questions = Questions(
            reader, producer, codec, now, size=settings.embed_cache_size, wait_s=settings.embed_timeout_s
        )
        resources.callback(questions.close)
        routes = health.routes({"stream": runner.ready, "database": database.ready}, metrics.registry)
        server = health.HttpServer(application(reader, questions, verifier, routes, code_version), settings)
        parts = {"stream": runner.run, "http": server.run}
        return Lifecycle(parts, resources.pop_all(), settings.drain_timeout_s).run()


def print_dump(settings: GraphSettings) -> int:
    """Write the canonical graph to standard output; raises Fatal when the database is away, instead of waiting."""
    with ExitStack() as resources:
        database = Database(settings.database_url.get_secret_value(), 1)
        database.open()
        resources.callback(database.close)
        try:
            for line in dump(database):
                sys.stdout.write(line + "\n")
        except Retryable as exc:
            raise Fatal(str(exc)) from exc  # begun again, it would print lines twice
    return 0


def print_migrations(settings: GraphSettings, *, post: bool) -> int:
    """Apply what is missing and say what that was."""
    for name in migrate(settings.database_url.get_secret_value(), post=post):
        sys.stdout.write(name + "\n")
    return 0


def command(arguments: Sequence[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser("plait-knowledge-graph", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="run the service (also without a command)")
    commands.add_parser("dump", help="print the canonical graph as JSON lines")
    migrations = commands.add_parser("migrate", help="bring the schema up to date and end")
    migrations.add_argument("--post", action="store_true", help="also what no running older version may need any more")
    chosen = parser.parse_args(arguments)
    settings = GraphSettings.load()
    match chosen.command:
        case "dump":
            return print_dump(settings)
        case "migrate":
            return print_migrations(settings, post=chosen.post)
        case _:
            return serve(settings)


def run() -> None:
    """Entry point."""
    main(lambda: command(sys.argv[1:]))


if __name__ == "__main__":
    run()

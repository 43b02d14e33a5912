"""Structured logs: one event a line, for people or as JSON."""

import logging
import sys

import structlog
from structlog.typing import Processor

from plait_shared.settings import ServiceSettings


def configure(settings: ServiceSettings, service: str) -> None:
    """Set up structlog and the standard library's loggers, once a process, to stderr."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    traceback = structlog.processors.format_exc_info  # as text; the console's own would show local variables
    structlog.configure(
        processors=[*shared, traceback, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)
    formatter = structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=[*shared, traceback])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)

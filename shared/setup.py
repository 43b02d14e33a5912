"""What this distribution needs. In a checkout, its library is the folder beside it; elsewhere, the released one."""

from pathlib import Path

from setuptools import setup

LIBRARY = Path(__file__).resolve().parent.parents[0] / "schemas"

setup(
    install_requires=[
        f"plait-schemas @ {LIBRARY.as_uri()}" if (LIBRARY / "pyproject.toml").exists() else "plait-schemas==0.1.0",
        "kafka-python[crc32c,lz4]==3.0.12",
        "fastavro>=1.10",
        "pydantic>=2.9",
        "pydantic-settings>=2.6",
        "structlog>=24",
        "prometheus-client>=0.21",
        "httpx>=0.27",
        "tenacity>=9",
        "starlette>=0.40",
        "uvicorn>=0.32",
        "pyjwt[crypto]>=2.9",
        "opentelemetry-api>=1.28",
        "opentelemetry-sdk>=1.28",
    ],
)

"""What this distribution needs. In a checkout, its library is the folder beside it; elsewhere, the released one."""

from pathlib import Path

from setuptools import setup

LIBRARY = Path(__file__).resolve().parent.parents[1] / "shared"

setup(
    install_requires=[
        f"plait-shared @ {LIBRARY.as_uri()}" if (LIBRARY / "pyproject.toml").exists() else "plait-shared==0.1.0",
        "fastapi>=0.115",
        "psycopg[binary,pool]>=3.2",
        "yoyo-migrations>=9",
    ],
)

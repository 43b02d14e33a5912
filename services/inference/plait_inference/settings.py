"""Settings of the inference service; variables are ``PLAIT_<FIELD>``."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from plait_shared.settings import ServiceSettings


class InferenceSettings(ServiceSettings):
    """What the inference service needs to know."""

    model: Path | None = Field(None, description="Artefact folder; the shipped one when not set.")
    models: Path | None = Field(None, description="Folder of artefacts that `plait model activate` takes by name.")
    trunk: str | None = Field(None, description="Hugging Face id or folder of the encoder, if not the artefact's.")
    trunk_cache: Path | None = Field(
        None, description="Where trunks made from a package, and models exported for OpenVINO, are kept."
    )
    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["float32", "bfloat16", "auto"] = Field(
        "float32", description="float32 repeats itself; bfloat16 is faster and may move a score near its threshold."
    )
    engine: Literal["torch", "openvino"] = Field(
        "torch", description="What computes the tag model; `openvino`, for CPUs, needs `plait-inference[openvino]`."
    )
    model_threads: int = Field(0, ge=0, description="CPU threads of the model; 0 takes all cores.")
    max_batch_tokens: int = Field(0, ge=0, description="Tokens of one pass; 0 takes 512 on a CPU, 16384 on a GPU.")
    reading_cache_entries: int = Field(4096, ge=0, description="Readings kept in memory, by hash of the text.")
    generator: str = Field(
        "extractive",
        description="Who words summaries and answers: `extractive` quotes, `transformers:` and a Hugging Face id or "
        "folder, or the URL of an OpenAI-compatible API.",
    )
    generator_model: str | None = Field(None, description="Name of the model at that URL.")
    generator_key: SecretStr | None = Field(None, description="Key for that URL, if it wants one.")
    generator_timeout_s: float = Field(30.0, gt=0, description="Longest wait for one text from that URL.")
    generator_prompt_tokens: int = Field(
        1500, ge=400, description="Tokens of one prompt; what is over is not asked for."
    )
    generator_new_tokens: int = Field(256, gt=0, description="Most tokens of one text.")
    generator_texts_at_once: int = Field(4, gt=0, description="Texts that are asked for at the same time.")
    generator_batch_s: float = Field(
        120.0, gt=0, description="Texts of one transaction that are not begun by then are quoted instead."
    )
    label_packs: str = Field(
        "", description="Label packs: YAML files, or folders of them, comma-separated; fitted to the model in use."
    )
    max_poll_records: int = Field(64, gt=0, description="Messages of one transaction.")

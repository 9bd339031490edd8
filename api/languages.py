"""In which language to answer: the one that is asked for, of the two that we speak."""

from typing import Literal

Language = Literal["en", "fr"]


def spoken(accept_language: str, wanted: str = "") -> Language:
    """French for those who prefer it, by name or by their `Accept-Language`; English otherwise."""
    if wanted in ("en", "fr"):
        return "fr" if wanted == "fr" else "en"
    liked = {_name(choice): _weight(choice) for choice in reversed(accept_language.split(","))}
    return "fr" if liked.get("fr", 0) > liked.get("en", liked.get("*", 0)) else "en"


def _name(choice: str) -> str:
    return choice.partition(";")[0].strip().partition("-")[0].lower()


def _weight(choice: str) -> float:
    said = choice.partition(";")[2].replace(" ", "").removeprefix("q=")
    try:
        return float(said) if said else 1.0
    except ValueError:
        return 0.0

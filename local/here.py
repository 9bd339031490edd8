"""Where we are: what the environment says, and where it is silent, the newsroom at home."""

from pathlib import Path

from local.bulletin import read_bulletin
from settings import Settings, settings


def here() -> Settings:
    """What the environment says; where it is silent, the newsroom that runs in our home folder."""
    told = settings()
    bulletin = read_bulletin(told.home)
    if bulletin is None or "database_url" in told.model_fields_set:
        return told
    return told.model_copy(
        update={
            "database_url": bulletin.database_url,
            "owner_database_url": bulletin.owner_database_url,
            "temporal_address": bulletin.temporal_address,
            "keys": home_keys(told),
            "media_store": _home_media(told),
        }
    )


def home_keys(told: Settings) -> Path:
    return told.keys if "keys" in told.model_fields_set else told.home / "keys"


def _home_media(told: Settings) -> str:
    given = "media_store" in told.model_fields_set
    return told.media_store if given else f"file:{told.home / 'media'}"

"""What this installation was told: read from the environment once, then never changed."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every variable starts with PARAPHEUR_; docs/operating.md explains each one."""

    model_config = SettingsConfigDict(env_prefix="PARAPHEUR_", frozen=True)

    # Where the record is. The runtime role may not change evidence; only the owner may migrate.
    database_url: str = "postgresql+psycopg://parapheur@127.0.0.1:5432/parapheur"
    owner_database_url: str = ""

    # Where the engine is.
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    temporal_ui_url: str = "http://127.0.0.1:8233"
    task_queue: str = "posts"

    # What we listen on.
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    public_url: str = ""  # where people reach the API; empty: host and port
    api_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    metrics_address: str = Field(default="127.0.0.1:9464", pattern=r"^(|.+:\d+)$")

    # Keys are files in one folder; media are objects in one store.
    keys: Path = Path(".parapheur/keys")
    media_store: str = "file:.parapheur/media"

    # The newsroom on one machine (`make up`).
    home: Path = Path(".parapheur")
    temporal_port: int = 7233
    temporal_ui_port: int = 8233
    local_sign_in: bool = False

    # How a send is bounded (docs/lifecycle.md, "Publishing").
    send_seconds: float = Field(default=20, gt=0)
    claim_seconds: float = Field(default=2, gt=0)

    session_hours: float = Field(default=12, gt=0)
    link_hours: float = Field(default=72, gt=0, le=336)
    checkpoint_seconds: float = Field(default=60, gt=0)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def address(self) -> str:
        return self.public_url or f"http://{self.api_host}:{self.api_port}"

    @property
    def session(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def link(self) -> timedelta:
        """How long a link for somebody outside may live."""
        return timedelta(hours=self.link_hours)


@cache
def settings() -> Settings:
    return Settings()

"""The settings: read once from the environment (and `.env` in development), checked, and explained.

Every setting is listed in README.md and `.env.example`; a test keeps the three in step.
"""

import sys
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LANGUAGES = Path(__file__).parent.parent / "frontend" / "languages"
DEVELOPMENT_KEY = "not-a-secret-this-key-is-for-development-on-one-machine-only"


class BadSetting(Exception):
    """A setting is missing or wrong. Its text is one sentence that names the setting."""


class Settings(BaseSettings):
    """What an operator can decide. Field names in capitals are the names in the environment."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str | None = Field(None, description="PostgreSQL; absent: embedded in DATA_DIR")
    redis_url: str | None = Field(None, description="Valkey or Redis; absent: embedded in DATA_DIR")
    smtp_url: str | None = Field(
        None, description="where letters go; absent: /dev/letters, in development only"
    )
    base_url: str = Field(
        "", description="the address people see, without a path; absent: 127.0.0.1 and PORT"
    )
    secret_key: str | None = Field(
        None, description="signs links; required unless BASE_URL is a loopback address"
    )
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    mail_from: str = Field("Kith <kith@localhost>", description="the sender of letters")
    operator_name: str = Field("", description="who runs this Kith, for imprint, privacy and contact")
    operator_address: str = Field("", description="their postal address, in one line")
    operator_email: str = Field("", description="where people can ask them something")
    texts_dir: Path | None = Field(
        None, description="a folder with their own imprint.md, privacy.md, contact.md and help.md"
    )
    default_language: str = Field(
        "en",
        description="the language of whoever has not chosen one, such as de; the language of letters too",
    )
    data_dir: Path = Field(Path(".data"), description="where embedded PostgreSQL and Valkey keep their data")
    answers_together: bool = Field(
        True,
        description="decide answers that come at the same moment in one transaction; off only to compare",
    )
    time_ahead: int = Field(
        0, description="seconds by which Kith’s time is ahead of the true one; refused on a public BASE_URL"
    )
    development: bool = Field(
        False, description="set by `python -m server dev`; refused on a public BASE_URL"
    )

    @field_validator("base_url")
    @classmethod
    def base_url_is_an_origin(cls, value: str) -> str:
        """`https://kith.example`: a scheme and a host, nothing after it."""
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must look like https://kith.example, with nothing after the host")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def database_is_postgres(cls, value: str | None) -> str | None:
        """Kith speaks to PostgreSQL and to nothing else."""
        return _with_scheme(value, {"postgres", "postgresql"}, "postgresql://user:password@host/kith")

    @field_validator("redis_url")
    @classmethod
    def redis_is_redis(cls, value: str | None) -> str | None:
        """Valkey and Redis share their addresses."""
        return _with_scheme(value, {"redis", "rediss", "unix"}, "redis://host:6379/0")

    @field_validator("smtp_url")
    @classmethod
    def smtp_is_smtp(cls, value: str | None) -> str | None:
        """`smtp` uses STARTTLS when offered; `smtps` speaks TLS from the first byte."""
        return _with_scheme(value, {"smtp", "smtps"}, "smtp://user:password@host:587")

    @field_validator("operator_email")
    @classmethod
    def operator_email_is_an_address(cls, value: str) -> str:
        """People write there."""
        if value and not 0 < value.find("@") < len(value) - 1:
            raise ValueError("must be an e-mail address, such as hello@kith.example")
        return value

    @field_validator("texts_dir")
    @classmethod
    def texts_are_in_a_folder(cls, value: Path | None) -> Path | None:
        """A folder that is not there would silently be no folder."""
        if value is not None and not value.is_dir():
            raise ValueError("must be a folder that is there")
        return value

    @field_validator("default_language")
    @classmethod
    def language_is_there(cls, value: str) -> str:
        """One of those that have a catalogue."""
        there = [
            "en",
            "en-US",
            *(file.name.replace("_", "-") for file in LANGUAGES.glob("*") if file.is_dir()),
        ]
        if value not in there:
            raise ValueError(f"must be one of {', '.join(sorted(there))}")
        return value

    @model_validator(mode="after")
    def is_on_this_machine_by_default(self) -> "Settings":
        """Without BASE_URL, only this machine can open Kith."""
        if not self.base_url:
            self.base_url = f"http://127.0.0.1:{self.port}"
        return self

    @model_validator(mode="after")
    def public_servers_have_secrets(self) -> "Settings":
        """What is good enough on one's own machine is refused where others can reach it."""
        if self.on_loopback:
            return self
        if not self.secret_key or len(self.secret_key) < 32:
            raise ValueError(
                "SECRET_KEY must be set to at least 32 random characters when BASE_URL is public"
            )
        if self.development:
            raise ValueError("DEVELOPMENT must not be set when BASE_URL is public")
        if self.time_ahead:
            raise ValueError("TIME_AHEAD must not be set when BASE_URL is public")
        if not self.smtp_url:
            raise ValueError("SMTP_URL must be set when BASE_URL is public, or no letter would arrive")
        return self

    @cached_property
    def on_loopback(self) -> bool:
        """Whether only this machine can open BASE_URL."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def secure(self) -> bool:
        """Whether people reach us by https."""
        return self.base_url.startswith("https://")

    @property
    def signing_key(self) -> str:
        """The key that links are signed with."""
        return self.secret_key or DEVELOPMENT_KEY


def load(**overrides: Any) -> Settings:
    """The settings as the environment gives them. Raises BadSetting with a sentence."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise BadSetting(_sentence(error)) from error


def _with_scheme(value: str | None, schemes: set[str], example: str) -> str | None:
    if value is not None and value.partition("://")[0] not in schemes:
        raise ValueError(f"must look like {example}")
    return value


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]).upper()
    if first["type"] != "value_error":
        return f"{name} is {first['input']!r}, which is not right: {first['msg'].lower()}."
    message = first["msg"].removeprefix("Value error, ")
    return f"{name} {message}." if name else f"{message}."


def _load_or_stop() -> Settings:
    try:
        return load()
    except BadSetting as error:
        sys.stderr.write(f"Kith cannot start: {error}\n")
        raise SystemExit(2) from None


settings = _load_or_stop()

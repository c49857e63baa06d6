"""Every setting of the modern side, read from the environment (docs/operations.md has a heading each)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import socket
import tempfile
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from handoff.channel_settings import ChannelSettings
from handoff.errors import SettingError

PROJECT_FOLDER = Path(__file__).resolve().parent.parent

# sun_path holds 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100


class Settings(ChannelSettings):
    """Settings; names in the environment are upper case. Raises SettingError through ``load``."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", populate_by_name=True)

    # Where things live
    var_folder: Path = Field(default=PROJECT_FOLDER / "var", validation_alias="REPERE_VAR")
    build_cache: str = Field(default="~/.cache/repere", validation_alias="REPERE_BUILD_CACHE")
    redis_folder_setting: str = Field(default="", validation_alias="REPERE_REDIS_FOLDER")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    master_key: str = Field(default="", validation_alias="REPERE_MASTER_KEY")

    # Doors
    public_host: str = Field(default="127.0.0.1", validation_alias="REPERE_PUBLIC_HOST")
    public_port: int = Field(default=8000, validation_alias="REPERE_PUBLIC_PORT")
    staff_host: str = Field(default="127.0.0.1", validation_alias="REPERE_STAFF_HOST")
    staff_port: int = Field(default=8001, validation_alias="REPERE_STAFF_PORT")
    staff_secure_cookie: bool = Field(default=False, validation_alias="REPERE_STAFF_SECURE_COOKIE")
    staff_origin: str = Field(default="", validation_alias="REPERE_STAFF_ORIGIN")
    trusted_proxies: str = Field(default="127.0.0.1,::1", validation_alias="REPERE_TRUSTED_PROXIES")
    metrics_host: str = Field(default="127.0.0.1", validation_alias="REPERE_METRICS_HOST")
    public_metrics_port: int = Field(default=0, validation_alias="REPERE_PUBLIC_METRICS_PORT")
    staff_metrics_port: int = Field(default=0, validation_alias="REPERE_STAFF_METRICS_PORT")
    traces_to: str = Field(default="", validation_alias="REPERE_TRACES_TO")
    public_origin: str = Field(default="", validation_alias="REPERE_PUBLIC_ORIGIN")

    inside_url: str = Field(default="", validation_alias="REPERE_INSIDE_URL")

    # Rasa
    rasa_url: str = Field(default="", validation_alias="REPERE_RASA_URL")
    rasa_port: int = Field(default=5005, validation_alias="REPERE_RASA_PORT")
    actions_port: int = Field(default=5055, validation_alias="REPERE_ACTIONS_PORT")
    rasa_timeout_seconds: float = Field(default=3.0, validation_alias="REPERE_RASA_TIMEOUT_SECONDS")

    models_folder_setting: str = Field(default="", validation_alias="REPERE_MODELS")
    # A model of its own for a Rasa that measures it; otherwise the one that is live.
    served_model: str = Field(default="", validation_alias="REPERE_SERVED_MODEL")
    model_margin: float = Field(default=0.02, ge=0, le=1, validation_alias="REPERE_MODEL_MARGIN")

    # How long things last
    idle_end: timedelta = Field(default=timedelta(minutes=30), validation_alias="REPERE_IDLE_END")
    keep_after_end: timedelta = Field(default=timedelta(hours=24), validation_alias="REPERE_KEEP_AFTER_END")
    shared_detail_lifetime: timedelta = Field(
        default=timedelta(hours=2), validation_alias="REPERE_SHARED_DETAIL_LIFETIME"
    )
    return_code_lifetime: timedelta = Field(
        default=timedelta(hours=24), validation_alias="REPERE_RETURN_CODE_LIFETIME"
    )
    long_wait: timedelta = Field(default=timedelta(minutes=2), validation_alias="REPERE_LONG_WAIT")
    gone_quiet: timedelta = Field(default=timedelta(minutes=10), validation_alias="REPERE_GONE_QUIET")
    page_gone: timedelta = Field(default=timedelta(minutes=5), validation_alias="REPERE_PAGE_GONE")
    counsellor_lease: timedelta = Field(
        default=timedelta(seconds=60), validation_alias="REPERE_COUNSELLOR_LEASE"
    )
    answer_deadline: timedelta = Field(
        default=timedelta(seconds=4), validation_alias="REPERE_ANSWER_DEADLINE"
    )
    sign_in_link_lifetime: timedelta = Field(
        default=timedelta(hours=1), validation_alias="REPERE_SIGN_IN_LINK_LIFETIME"
    )
    invitation_lifetime: timedelta = Field(
        default=timedelta(days=3), validation_alias="REPERE_INVITATION_LIFETIME"
    )
    staff_session_lifetime: timedelta = Field(
        default=timedelta(hours=12), validation_alias="REPERE_STAFF_SESSION_LIFETIME"
    )

    # A session without a sign of life; an open console gives one every few seconds.
    staff_idle_end: timedelta = Field(default=timedelta(minutes=30), validation_alias="REPERE_STAFF_IDLE_END")

    # Sign-in through the organisation's identity provider (OpenID Connect); off without an issuer
    oidc_issuer: str = Field(default="", validation_alias="REPERE_OIDC_ISSUER")
    oidc_client_id: str = Field(default="", validation_alias="REPERE_OIDC_CLIENT_ID")
    oidc_client_secret: str = Field(default="", validation_alias="REPERE_OIDC_CLIENT_SECRET")
    oidc_name: str = Field(default="mon organisation", validation_alias="REPERE_OIDC_NAME")

    # What a message may be
    message_max_characters: int = Field(default=4000, validation_alias="REPERE_MESSAGE_MAX_CHARACTERS")
    burst_messages: int = Field(default=10, validation_alias="REPERE_BURST_MESSAGES")
    messages_per_second: float = Field(default=3.0, validation_alias="REPERE_MESSAGES_PER_SECOND")

    # How much an hour: slowed down after so many, made to wait after so many. Generous: a school, or a
    # mobile network, is one address.
    flood_conversations: str = Field(
        default="300 1500", pattern=r"^\d+ \d+$", validation_alias="REPERE_FLOOD_CONVERSATIONS"
    )
    flood_returns: str = Field(default="20 60", pattern=r"^\d+ \d+$", validation_alias="REPERE_FLOOD_RETURNS")
    flood_messages: str = Field(
        default="400 1200", pattern=r"^\d+ \d+$", validation_alias="REPERE_FLOOD_MESSAGES"
    )
    # Counsellors
    at_once: int = Field(default=3, ge=1, validation_alias="REPERE_AT_ONCE")
    most_at_once: int = Field(default=6, ge=1, validation_alias="REPERE_MOST_AT_ONCE")
    severe_in_a_row: int = Field(default=3, ge=1, validation_alias="REPERE_SEVERE_IN_A_ROW")
    care_pause: timedelta = Field(default=timedelta(minutes=10), validation_alias="REPERE_CARE_PAUSE")
    call_supervisors_after: timedelta = Field(
        default=timedelta(minutes=1), validation_alias="REPERE_CALL_SUPERVISORS_AFTER"
    )
    alarm_after: timedelta = Field(default=timedelta(minutes=3), validation_alias="REPERE_ALARM_AFTER")
    alarm_to: str = Field(default="", validation_alias="REPERE_ALARM_TO")
    training_redis_url: str = Field(default="", validation_alias="REPERE_TRAINING_REDIS_URL")
    training_pace: float = Field(default=1.0, ge=0, validation_alias="REPERE_TRAINING_PACE")

    language: str = Field(default="fr", validation_alias="REPERE_LANGUAGE")
    page_languages: str = Field(default="fr en es", validation_alias="REPERE_PAGE_LANGUAGES")

    # What the young people's pages show
    tab_title: str = Field(default="Accueil", min_length=1, validation_alias="REPERE_TAB_TITLE")
    tab_icon: Path = Field(
        default=PROJECT_FOLDER / "handoff" / "channels" / "static" / "tab.svg",
        validation_alias="REPERE_TAB_ICON",
    )
    exit_address: str = Field(
        default="https://fr.wikipedia.org/", pattern=r"^https?://", validation_alias="REPERE_EXIT_ADDRESS"
    )
    widget_sites: str = Field(
        default="", pattern=r"^[A-Za-z0-9:/.*\[\] -]*$", validation_alias="REPERE_WIDGET_SITES"
    )
    operator_name: str = Field(default="", validation_alias="REPERE_OPERATOR_NAME")
    operator_address: str = Field(default="", validation_alias="REPERE_OPERATOR_ADDRESS")
    operator_contact: str = Field(default="", validation_alias="REPERE_OPERATOR_CONTACT")
    publication_director: str = Field(default="", validation_alias="REPERE_PUBLICATION_DIRECTOR")
    host_name: str = Field(default="", validation_alias="REPERE_HOST_NAME")
    accessibility: str = Field(default="", validation_alias="REPERE_ACCESSIBILITY")
    data_contact: str = Field(default="", validation_alias="REPERE_DATA_CONTACT")
    log_level: str = Field(default="INFO", validation_alias="REPERE_LOG_LEVEL")

    @classmethod
    def load(cls) -> Settings:
        """Settings from the environment. Raises SettingError with one line a wrong setting."""
        try:
            return cls()
        except ValidationError as error:
            # The value is left out on purpose: it may be a secret.
            lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise SettingError("; ".join(lines)) from None

    def as_environment(self) -> dict[str, str]:
        """These settings as environment variables, for a process of ours."""
        values = self.model_dump(mode="json")
        return {
            str(field.validation_alias): str(values[name])
            for name, field in type(self).model_fields.items()
            if values[name] != ""
        }

    def apart(self, folder: Path) -> Settings:
        """These settings on free ports, with Redis and SQLite of its own in ``folder``; the same models.

        For a run beside the service: predictions, tests, benchmarks.
        """
        return self.model_copy(
            update={
                "redis_folder_setting": str(folder / "redis"),
                "redis_url": "",
                "database_url": f"sqlite+aiosqlite:///{folder / 'apart.sqlite'}",
                "rasa_url": "",
                # Two services must not ask for the updates of one bot.
                "telegram_token": "",
                "whatsapp_token": "",
                "messenger_token": "",
                "sms_url": "",
                "models_folder_setting": "",
                **{
                    f"{part}_port": free_port()
                    for part in ("public", "staff", "rasa", "actions", "public_metrics", "staff_metrics")
                },
            }
        )

    @property
    def conversation_lifetime(self) -> timedelta:
        """How long the keys of a conversation live after its last message."""
        return self.idle_end + self.keep_after_end

    @property
    def data_folder(self) -> Path:
        return PROJECT_FOLDER / "data"

    @property
    def build_cache_folder(self) -> Path | None:
        """Where `make build` keeps what it trained for other clones; None when nothing is kept."""
        return Path(self.build_cache).expanduser() if self.build_cache else None

    @property
    def redis_folder(self) -> Path:
        """Where the embedded Redis keeps its data and its socket."""
        return Path(self.redis_folder_setting) if self.redis_folder_setting else self.var_folder / "redis"

    @property
    def models_folder(self) -> Path:
        """Where the studio's models lie; Rasa and the staff app both need it."""
        if self.models_folder_setting:
            return Path(self.models_folder_setting)
        return self.redis_folder.parent / "models"

    @property
    def built_model(self) -> Path:
        """What ``make build`` trained."""
        return self.var_folder / "rasa-models" / "repere.tar.gz"

    @property
    def published_cards(self) -> Path:
        """The last known published cards, for a start without the database."""
        return self.redis_folder.parent / "published_cards.json"

    @property
    def redis_socket(self) -> Path:
        """The embedded server's socket; in the temporary folder where the project's path is too long."""
        path = self.redis_folder / "redis.sock"
        if len(str(path)) <= LONGEST_SOCKET_PATH:
            return path
        name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"repere-{name}.sock"

    @property
    def effective_rasa_url(self) -> str:
        """REPERE_RASA_URL, or the Rasa of this machine."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def effective_inside_url(self) -> str:
        """REPERE_INSIDE_URL, or the public app of this machine: where the studio asks."""
        host = "127.0.0.1" if self.public_host in ("0.0.0.0", "::") else self.public_host
        return self.inside_url or f"http://{host}:{self.public_port}"

    @property
    def inside_secret(self) -> str:
        """What the staff app shows the public one; made from the master key, which only these two have."""
        return hmac.new(self.master_key_bytes, b"repere inside 1", hashlib.sha256).hexdigest()

    @property
    def effective_redis_url(self) -> str:
        """REDIS_URL, or the embedded server's Unix socket."""
        return self.redis_url or f"unix://{self.redis_socket}?db=0"

    @property
    def effective_training_redis_url(self) -> str:
        """REPERE_TRAINING_REDIS_URL, or the database after the service's own on the same server."""
        if self.training_redis_url:
            return self.training_redis_url
        if not self.redis_url or self.redis_url.startswith("unix:"):
            return f"{self.effective_redis_url.partition('?')[0]}?db=1"
        parts = urlsplit(self.redis_url)
        database = parts.path.strip("/")
        number = int(database) if database.isdigit() else 0
        return urlunsplit(parts._replace(path=f"/{number + 1}"))

    @property
    def effective_database_url(self) -> str:
        """DATABASE_URL, or the SQLite file of this machine."""
        return self.database_url or f"sqlite+aiosqlite:///{self.var_folder / 'repere.sqlite'}"

    @cached_property
    def master_keys(self) -> tuple[bytes, ...]:
        """The keys of 32 bytes that may wrap a conversation's data key: the newest, then older ones.

        From REPERE_MASTER_KEY (url-safe base64, separated by commas), or a line each from
        ``var/secrets/master.key``, made at the first start. Raises SettingError when one is not 32 bytes.
        """
        encoded = self.master_key or _key_file(self.master_key_file)
        return tuple(_decoded(each) for each in re.split(r"[,\s]+", encoded.strip()))

    @property
    def master_key_bytes(self) -> bytes:
        """The master key that wraps new data keys. Raises SettingError as ``master_keys``."""
        return self.master_keys[0]

    @property
    def master_key_file(self) -> Path:
        """Where this machine keeps its master keys when REPERE_MASTER_KEY names none."""
        return self.var_folder / "secrets" / "master.key"


def new_key() -> str:
    """A fresh master key, as it is written down."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _decoded(encoded: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(encoded)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise SettingError("REPERE_MASTER_KEY: 32 bytes in url-safe base64 expected")
    return key


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _key_file(path: Path) -> str:
    """What the key file says; made with one new key when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # Exclusive creation: two processes that start together agree on one key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    key = new_key()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key

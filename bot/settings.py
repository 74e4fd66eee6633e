"""Every setting, typed, read once from the environment and `.env`."""

import hashlib
import hmac
import re
import secrets
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from conversation.calendar import Quiet, WorkingTime
from conversation.catalog import Organisation

ORIGIN = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/?")

SHORTEST_SECRET, LONGEST_SECRET = 8, 256


class Settings(BaseSettings):
    """Settings by their names without `KCBOT_`; README.md lists them all."""

    model_config = SettingsConfigDict(env_prefix="KCBOT_", env_file=".env", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///var/kcbot.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    box_origins: Annotated[tuple[str, ...], NoDecode] = ()

    telegram_token: SecretStr = SecretStr("")
    telegram_base_url: str = "https://api.telegram.org/bot"
    telegram_file_url: str = "https://api.telegram.org/file/bot"
    telegram_proxy: str = ""
    telegram_secret: SecretStr = SecretStr("")
    telegram_name: str = Field(default="", pattern=r"^([A-Za-z0-9_]{5,32})?$")

    zalo_bot_token: SecretStr = SecretStr("")
    zalo_bot_base_url: str = "https://bot-api.zaloplatforms.com/bot"
    zalo_bot_secret: SecretStr = SecretStr("")

    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr = SecretStr("")
    zalo_oa_secret_key: SecretStr = SecretStr("")
    zalo_oa_refresh_token: SecretStr = SecretStr("")
    zalo_oa_base_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_oa_page: str = Field(default="", pattern=r"^(https://\S+)?$")

    sends_per_second: float = Field(default=25, gt=0)
    quiet_hours: str = "21:00-07:00"
    holding_minutes: float = Field(default=5, ge=0)
    second_approver: bool = False

    organisation_name: str = "Trung tâm Khuyến công (chưa điền tên)"
    organisation_hotline: str = "(chưa điền số máy)"
    organisation_address: str = "(chưa điền địa chỉ)"
    organisation_check_page: str = "(chưa điền trang .gov.vn)"
    holidays: Annotated[frozenset[date], NoDecode] = frozenset()
    made_up_days: Annotated[frozenset[date], NoDecode] = frozenset()
    working_hours: str = "07:30-11:30, 13:30-17:00"
    demo_data: bool = True
    backup_folder: str = ""
    backup_key: SecretStr = SecretStr("")
    second_factor: Literal["", "administrators", "everyone"] = ""

    @field_validator("holidays", "made_up_days", "box_origins", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """Read `2027-02-05,2027-02-08`."""
        return [one for one in re.split(r"[,\s]+", value) if one] if isinstance(value, str) else value

    @field_validator("box_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Keep to bare origins: they end up in a header, where anything else would let more sites in."""
        for origin in value:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"KCBOT_BOX_ORIGINS: {origin!r} không phải địa chỉ trang, như https://trang.gov.vn")
        return tuple(origin.rstrip("/").lower() for origin in value)

    @field_validator(
        "public_url",
        "telegram_base_url",
        "telegram_file_url",
        "zalo_bot_base_url",
        "zalo_oa_base_url",
        "zalo_oa_oauth_url",
    )
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("zalo_bot_secret")
    @classmethod
    def _as_zalo_takes_it(cls, value: SecretStr) -> SecretStr:
        given = len(value.get_secret_value())
        if given and not SHORTEST_SECRET <= given <= LONGEST_SECRET:
            raise ValueError(f"KCBOT_ZALO_BOT_SECRET cần từ {SHORTEST_SECRET} đến {LONGEST_SECRET} ký tự.")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours(cls, value: str) -> str:
        if value != "-":
            _quiet(value)
        return value

    @field_validator("working_hours")
    @classmethod
    def _working_hours(cls, value: str) -> str:
        if any(start >= end for start, end in _hours(value)):
            raise ValueError(f"KCBOT_WORKING_HOURS: {value!r} không đọc được, viết như 07:30-11:30, 13:30-17:00")
        return value

    @property
    def quiet(self) -> Quiet | None:
        """When announcements wait; None for never."""
        return None if self.quiet_hours == "-" else Quiet(*_quiet(self.quiet_hours), self.holidays)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are set up."""
        given = {
            "telegram": self.telegram_token.get_secret_value(),
            "zalo_bot": self.zalo_bot_token.get_secret_value(),
            "zalo_oa": self.zalo_oa_app_id,
        }
        return ("web", *(name for name, setting in given.items() if setting))

    @property
    def organisation(self) -> Organisation:
        return Organisation(
            name=self.organisation_name,
            hotline=self.organisation_hotline,
            address=self.organisation_address,
            check_page=self.organisation_check_page,
            public_url=self.public_url,
            working=WorkingTime(_hours(self.working_hours), self.holidays, self.made_up_days),
            telegram_name=self.telegram_name,
            zalo_page=self.zalo_oa_page,
            channels=self.channels,
            quiet=self.quiet,
            holding=timedelta(minutes=self.holding_minutes),
            second_approver=self.second_approver,
        )

    def webhook_secret(self, channel: str) -> str:
        """Return what a vendor shows when it posts to our webhook: the setting, or one made from the secret key."""
        given: SecretStr = getattr(self, f"{channel}_secret")
        made = hmac.digest(self.secret(), f"webhook {channel}".encode(), hashlib.sha256).hex()
        return given.get_secret_value() or made

    def secret(self) -> bytes:
        """Return the secret key; on the first run one is made and kept beside the SQLite file.

        Raises ValueError where none is set and the database is not a file of this machine.
        """
        if given := self.secret_key.get_secret_value():
            return given.encode()
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite":
            raise ValueError("Cần đặt KCBOT_SECRET_KEY khi nhiều máy dùng chung cơ sở dữ liệu.")
        file = Path(url.database or "kcbot.db").with_suffix(".key")
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32))
        return file.read_text().strip().encode()


def _quiet(value: str) -> tuple[time, time]:
    start, _, end = value.partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())


def _hours(value: str) -> tuple[tuple[time, time], ...]:
    return tuple(_quiet(one) for one in value.split(","))

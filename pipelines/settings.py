"""The only reader of the environment: where things lie and what a deployment may choose.

Belongs here: paths under the home, the county, limits an operator may set. Does not belong here: rules, thresholds and
code tables (dbt seeds), what a department delivers (`sources/catalog`).
"""

from __future__ import annotations

import os
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipelines.errors import CunsheError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
SEEDS = DBT_PROJECT / "seeds"
SUITES = PROJECT_ROOT / "expectations" / "suites"
CATALOG = PROJECT_ROOT / "pipelines" / "sources" / "catalog"

SETTINGS_FILE = "settings.env"

# Settings whose values nobody else may see, in the file as in a message.
_SECRET = ("CUNSHE_SECRETS", "CUNSHE_SMTP_PASSWORD", "CUNSHE_ADDRESSES")

_TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DAGSTER_DISABLE_TELEMETRY": "true",
}


class Settings(BaseSettings):
    """Settings of one deployment: `CUNSHE_<NAME>` in the environment, or in the file `settings.env` of the home."""

    model_config = SettingsConfigDict(env_prefix="CUNSHE_", env_nested_delimiter="__", extra="ignore")

    home: Path = Field(Path("var"), description="Everything a run makes lies under this folder")
    inbox_path: Path | None = Field(None, description="Drop folders; default <home>/inbox")
    keys_path: Path | None = Field(None, description="Where the keys lie, a folder by use; default <home>/keys")
    key_folders: dict[str, Path] = Field(
        {}, description="CUNSHE_KEY_FOLDERS__<USE>: where the key of one use lies instead, such as /run/cunshe/vault"
    )
    sends_path: Path | None = Field(None, description="The ledger of sends; default <home>/sends")
    county_code: str = Field("330304", description="6-digit code of the county (GB/T 2260)")
    county_name: str = "瓯海区"
    issuer: str = Field("区换届工作领导小组办公室", description="Who issues the weekly report (编发单位)")
    first_week: date = Field(date(2020, 1, 6), description="Monday of the first weekly partition")
    small_cell: int = Field(3, ge=1, description="Counts below this are suppressed where they could point at a person")
    keep_build: bool = Field(False, description="Keep dbt's own file after publishing, for whoever debugs; it holds every row")
    analyst_group: str | None = Field(None, description="Group that may read the published analyst editions; default: nobody")
    outbox_group: str | None = Field(None, description="Group that may read the outbox, to hand it over; default: nobody")
    person_k: int = Field(
        3, ge=2, description="Persons of a village that must share what the analyst edition shows of one's attributes"
    )
    rounds: list[date] = Field(
        [], description="First day of each election round (JSON list), one a year; default: 1 January of the first week's year"
    )
    keep_builds: int = Field(12, ge=2, description="How many published builds stay for rollback")
    round_ended_on: date | None = Field(
        None, description="Day the election round ended, its complaint window included; retention counts from it"
    )
    require_agreements: bool = Field(
        False, description="Take in nothing without a register of agreements (agreements.yml of the home)"
    )
    retention_months: int = Field(
        6, ge=0, description="Months after the round's end that identities of unsuccessful candidates are kept"
    )
    contact_months: int = Field(12, ge=0, description="Months after its delivery that a superseded list of contacts is kept")
    allow_unassigned_area: bool = Field(
        False, description="Let ID numbers of the unassigned area 9999xx pass (invented people: demo and tests only)"
    )
    sources: dict[str, dict[str, dict[str, Any]]] = Field(
        {}, description="CUNSHE_SOURCES__<DEPARTMENT>__<DATASET>: the source of a dataset in this deployment (JSON)"
    )
    max_delivery_mb: int = Field(256, ge=1, description="Megabytes that a delivered file, or an answer of a server, may have")
    read_memory_mb: int = Field(900, ge=200, description="Megabytes of memory that reading one delivered file may take")
    read_seconds: float = Field(20, gt=0, description="Seconds that it may take, beside 3 for each megabyte of the file")
    max_rows: int = Field(5_000_000, ge=1, description="Rows that an answer of a database or an API may have")
    secrets: dict[str, SecretStr] = Field({}, description="CUNSHE_SECRETS__<NAME>: passwords and tokens that sources name")
    addresses: dict[str, SecretStr] = Field(
        {}, description="Mail addresses by recipient (JSON), such as county; each wins over the pairings' address"
    )
    smtp_host: str | None = Field(None, description="Mail server; without one, reports go to the outbox only")
    smtp_port: int = Field(587, description="Its port")
    smtp_tls: Literal["starttls", "implicit"] = Field("starttls", description="How TLS begins; there is no mail without it")
    smtp_ca: Path | None = Field(None, description="Certificates (PEM) that vouch for the server; default: the system's")
    smtp_user: str | None = Field(None, description="Who logs in; without it nobody does")
    smtp_password: SecretStr = Field(SecretStr(""), description="The password of smtp_user")
    smtp_from: str = Field("cunshe@localhost", description="Address the reports come from")
    smtp_timeout: float = Field(60, gt=0, description="Seconds that one answer of the mail server may take")
    acknowledge_url: str | None = Field(
        None, description="Where readers reach `cunshe report serve`, such as https://reports.example.org; no link without it"
    )
    audit_heads: str | None = Field(
        None, description="Second place of the audit log's heads: a file that can only be appended to, or 'syslog'"
    )
    debug: bool = Field(False, description="Show the stack trace of an unexpected error (it may quote values)")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in the call wins over the environment, and that over the home's own file."""
        given = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        home = Path(given.get("home") or os.environ.get("CUNSHE_HOME") or "var")
        _require_closed(home / SETTINGS_FILE)
        return init_settings, env_settings, DotEnvSettingsSource(settings_cls, env_file=home / SETTINGS_FILE)

    def source_override(self, department: str, dataset: str) -> dict[str, Any]:
        """What this deployment sets over the catalog's source of a dataset; empty where it sets nothing."""
        return self.sources.get(department, {}).get(dataset, {})

    def secret(self, name: str) -> str:
        """The value of a secret, looked up when it is used. Never put it into a message, a log or metadata."""
        try:
            return self.secrets[name.lower()].get_secret_value()
        except KeyError:
            raise CunsheError(
                f"The secret '{name}' that a source names is not set.",
                f"Set CUNSHE_SECRETS__{name.upper()} in the environment or in settings.env of the home.",
            ) from None

    @cached_property
    def root(self) -> Path:
        """The home as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def inbox(self) -> Path:
        return self.inbox_path.expanduser().absolute() if self.inbox_path else self.root / "inbox"

    @property
    def departments(self) -> Path:
        """What the simulated departments keep for themselves; their servers are filled from it."""
        return self.root / "departments"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def identity(self) -> Path:
        return self.root / "identity"

    @property
    def vault_db(self) -> Path:
        return self.root / "vault" / "vault.duckdb"

    @property
    def audit_log(self) -> Path:
        """Who looked into the vault, when and why."""
        return self.root / "audit" / "vault.jsonl"

    @property
    def agreements(self) -> Path:
        """The register of agreements with suppliers and of impact assessments, kept by the county."""
        return self.root / "agreements.yml"

    @property
    def suspensions(self) -> Path:
        """Which agreements were suspended and resumed, by whom and why."""
        return self.root / "agreements"

    @property
    def round_events(self) -> Path:
        """When the election round was closed and opened again, by whom and why."""
        return self.root / "round"

    @property
    def legal_holds(self) -> Path:
        """Persons whose data are kept while an appeal or a case is open."""
        return self.root / "retention" / "holds"

    @property
    def certificates(self) -> Path:
        """What `cunshe retention run` has removed, without identities."""
        return self.root / "retention"

    @property
    def keys(self) -> Path:
        return self.keys_path.expanduser().absolute() if self.keys_path else self.root / "keys"

    def key_folder(self, use: str) -> Path:
        """The folder of one use's keys. It may belong to an account of its own; nothing else lies in it."""
        chosen = self.key_folders.get(use)
        return chosen.expanduser().absolute() if chosen else self.keys / use

    @property
    def vault_key(self) -> Path:
        """What the vault is encrypted with; nothing is derived from it."""
        return self.key_folder("vault") / "vault.key"

    @property
    def pseudonym_key(self) -> Path:
        """What person_id and mention_id are derived with."""
        return self.key_folder("pseudonyms") / "pseudonyms.key"

    @property
    def audit_key(self) -> Path:
        """What chains the audit log; who looks into an authorised edition needs it, and not the vault's."""
        return self.key_folder("audit") / "audit.key"

    @property
    def authorised_key(self) -> Path:
        """What authorised editions are encrypted with."""
        return self.key_folder("editions") / "authorised.key"

    @property
    def landing_key(self) -> Path:
        """What the rows of work secrets (grade L4) and the links to persons are encrypted with."""
        return self.key_folder("landing") / "landing.key"

    def round_of(self, day: date) -> tuple[str, date]:
        """The election round that a day belongs to: its name, and its first day. Before the first one, that one.

        Raises CunsheError where two rounds begin in one year.
        """
        days = sorted(self.rounds) or [date(self.first_week.year, 1, 1)]
        if len({one.year for one in days}) < len(days):
            raise CunsheError("Two rounds of CUNSHE_ROUNDS begin in one year.", "A round is called by the year of its first day.")
        first = max((one for one in days if one <= day), default=days[0])
        return str(first.year), first

    def round_key(self, name: str) -> Path:
        """What the pseudonyms of a round's analyst editions are made with. Raises CunsheError for what is no year."""
        if not (name.isascii() and name.isdigit()):
            raise CunsheError("This is no round.", "A round is called by the year of its first day, such as 2020.")
        return self.key_folder("rounds") / f"{name}.key"

    @property
    def build_db(self) -> Path:
        """dbt's own file. No reader opens it; its name never changes so that dbt's partial parsing stays valid."""
        return self.root / "build" / "warehouse.duckdb"

    @property
    def dbt_home(self) -> Path:
        return self.root / "dbt"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def disclosure(self) -> Path:
        """Which small counts of each week are hidden; made again where it is missing."""
        return self.root / "disclosure"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def outbox(self) -> Path:
        """The messages of each build, ready to be handed over."""
        return self.root / "outbox"

    @property
    def archive(self) -> Path:
        """Every file that was ever sent or put into the outbox, by its SHA-256; nothing prunes it."""
        return self.root / "archive"

    @property
    def sends(self) -> Path:
        """The ledger of sends: what became of each report, by week."""
        return self.sends_path.expanduser().absolute() if self.sends_path else self.root / "sends"

    @property
    def delivery_key(self) -> Path:
        """What signs the links of acknowledgement and hides addresses in the ledger of sends."""
        return self.key_folder("delivery") / "delivery.key"

    @property
    def return_notes(self) -> Path:
        """The workbooks that go back to the departments, by department, dataset and week."""
        return self.root / "return_notes"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages on each dataset's newest delivery."""
        return self.root / "data_docs"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def lock_file(self) -> Path:
        return self.root / "run.lock"


def _require_closed(file: Path) -> None:
    """Refuse a file of settings that holds secrets and that others may read or that others own."""
    try:
        now = file.stat()
    except OSError:
        return
    if now.st_mode & 0o077 == 0 and now.st_uid in (0, os.geteuid()):
        return
    names = (line.partition("=")[0].removeprefix("export ").strip().upper() for line in file.read_text("utf-8").splitlines())
    if not any(name.startswith(_SECRET) for name in names):
        return
    if now.st_mode & 0o077:
        raise CunsheError(f"{file} holds secrets and is open to other users.", f"Run: chmod 600 {file}")
    raise CunsheError(f"{file} holds secrets and belongs to another user.", f"Run: chown {os.geteuid()} {file}")


def process_environment(settings: Settings) -> dict[str, str]:
    """The environment for child processes (dbt, Dagster): telemetry off, and where dbt finds its file."""
    return {
        **_TELEMETRY_OFF,
        "CUNSHE_HOME": str(settings.root),
        "CUNSHE_BUILD_DB": str(settings.build_db),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        # Where the parsed project lies; each build copies it into a folder of its own.
        "DBT_TARGET_PATH": str(settings.dbt_home / "target"),
        "DBT_LOG_PATH": str(settings.dbt_home / "target"),
        "DAGSTER_HOME": str(settings.dagster_home),
    }


def apply_process_environment(settings: Settings) -> None:
    """Set `process_environment` for this process; called once by a front door, before Dagster or dbt is imported."""
    os.environ.update(process_environment(settings))


def environment_of(home: Path) -> dict[str, str]:
    """This process's environment with another home, for a child that works there; the child reads that home's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CUNSHE_", "DBT_", "DAGSTER_"))}
    return {**kept, "CUNSHE_HOME": str(home)}


def continuous_integration() -> bool:
    """True on a CI machine, where a test may not be skipped for want of a browser."""
    return os.environ.get("CI", "").lower() == "true"

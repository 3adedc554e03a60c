"""Where a dataset's deliveries come from: the part of a contract that a deployment may set otherwise.

Belongs here: the typed shape of `source` in a catalog file and how a setting overrides it. Does not belong here: fetching
(`connectors`), the values of secrets (`pipelines.settings`; a source only names them).

A table or an API is treated like a drop folder: every day of its cursor column is one delivery. Secrets, and what departments
send, travel over TLS with a verified certificate only, unless a source says `insecure: true`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    StrictBool,
    StrictInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from pipelines.errors import CunsheError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is not None or any(word in parts.query.lower() for word in ("passw", "pwd", "token", "secret")):
        raise ValueError("an address holds no password; name a secret instead")
    return url


Address = Annotated[str, AfterValidator(_without_password)]
_PLAIN_SCHEMES = frozenset({"http", "ftp"})
# The database drivers that are told here to insist on TLS.
TLS_DRIVERS = {
    "postgresql": "libpq", "postgresql+psycopg": "libpq", "postgresql+psycopg2": "libpq",
    "mysql+pymysql": "pymysql", "mariadb+pymysql": "pymysql",
}  # fmt: skip
_NO_NETWORK = frozenset({"sqlite", "sqlite+pysqlite"})


class _Remote(_Strict):
    """Anything behind a network. `ca`: certificates (PEM) that vouch for its server, where the public ones do not.
    `insecure: true` lets it be asked without TLS, secret and all: for a line that nobody else is on.
    """

    ca: FilePath | None = None
    insecure: bool = False


def _scheme(url: str | None) -> str:
    return (url or "").partition("://")[0].lower()


def _refuse_plain(url: str | None) -> None:
    if _scheme(url) in _PLAIN_SCHEMES:
        raise ValueError(f"{_scheme(url)}:// is not encrypted; use an address with TLS, or say insecure: true")


class FolderSource(_Remote):
    """Dated drop folders: the home's inbox, or `sftp://user@host/path`, `s3://bucket/path` (fsspec addresses).

    `password`, `key`: names of secrets (of the SFTP user; access key and its secret of S3). `host_key`: the public key of
    the SFTP server as in known_hosts (`ssh-ed25519 AAAA…`); `endpoint`: address of an S3-compatible store.
    """

    kind: Literal["folder"]
    url: Address | None = None
    password: str | None = None
    key: str | None = None
    host_key: str | None = None
    endpoint: str | None = None
    timeout_seconds: float = Field(60, gt=0)

    @model_validator(mode="after")
    def _encrypted(self) -> FolderSource:
        if not self.insecure:
            _refuse_plain(self.url)
            _refuse_plain(self.endpoint)
        return self


class DatabaseSource(_Remote):
    """A table or view behind any SQLAlchemy URL (without its password, which is a secret).

    Each day of `cursor` (a date, a time or an ISO text) is one delivery; days up to `overlap_days` before the newest one
    known are read again, for rows that were entered late. Without a cursor the whole table is one delivery of the day it
    was pulled. `may_be_empty`: that no row is left where there were some is news; else it is a source that fails.

    `sslmode` is PostgreSQL's word, of MySQL and MariaDB too: `verify-full` checks certificate and name of the server,
    `verify-ca` the certificate alone, for a server whose certificate bears another name; it needs a `ca` of its own.
    """

    kind: Literal["database"]
    url: Address | None = None
    password: str | None = None
    table: str
    cursor: str | None = None
    sslmode: Literal["verify-full", "verify-ca"] = "verify-full"
    may_be_empty: bool = False
    overlap_days: int = Field(7, ge=0)
    timeout_seconds: float = Field(60, gt=0)

    @model_validator(mode="after")
    def _encrypted(self) -> DatabaseSource:
        if self.sslmode == "verify-ca" and self.ca is None:
            raise ValueError("sslmode verify-ca goes with a ca: any public certificate would do otherwise")
        if self.url is None or self.insecure or _scheme(self.url) in _NO_NETWORK:
            return self
        if _scheme(self.url) not in TLS_DRIVERS:
            raise ValueError(
                f"whether {_scheme(self.url)} is encrypted is not known here; say in its address that it is, and insecure: true"
            )
        if any(word in urlsplit(self.url).query.lower() for word in ("ssl", "gssenc")):
            raise ValueError("an address says nothing about TLS; use sslmode and ca")
        return self


class Paging(_Strict):
    """How an API is asked for its pages: number of the page (first is 1) and records per page."""

    parameter: str
    size_parameter: str
    size: int = Field(500, ge=1)


class Success(_Strict):
    """How an answer of an API says that it is one: at `path` (such as `code`) stands one of these values. `0` and `"0"` are
    the same, `false` and `0` are not.
    """

    path: str
    is_one_of: tuple[StrictBool | StrictInt | str, ...] = Field(min_length=1)


class ApiSource(_Remote):
    """Records in JSON over HTTP. `items` and `total` are paths in the answer, such as `data.items`.

    `success` says by what an answer with status 200 is known as one; without it the usual signs of a refusal are looked for
    (`connectors/refusals.yml`). `may_be_empty`: that no record is left where there were some is news; else it is a source
    that fails.

    `token` names the secret that is sent as Bearer token; `since` and `until` are the parameters for the first and last
    day (inclusive) asked for; `cursor` is the field that holds the day. `per_second` bounds the rate of requests.
    """

    kind: Literal["api"]
    url: Address | None = None
    token: str | None = None
    items: str
    total: str
    success: Success | None = None
    may_be_empty: bool = False
    page: Paging
    cursor: str
    since: str
    until: str
    overlap_days: int = Field(7, ge=0)
    per_second: float = Field(10, gt=0)
    attempts: int = Field(5, ge=1)
    timeout_seconds: float = Field(60, gt=0)

    @model_validator(mode="after")
    def _encrypted(self) -> ApiSource:
        if not self.insecure:
            _refuse_plain(self.url)
        return self


Source = Annotated[FolderSource | DatabaseSource | ApiSource, Field(discriminator="kind")]
_SOURCE: TypeAdapter[FolderSource | DatabaseSource | ApiSource] = TypeAdapter(Source)


def overridden(
    source: FolderSource | DatabaseSource | ApiSource, setting: Mapping[str, Any], name: str
) -> FolderSource | DatabaseSource | ApiSource:
    """The catalog's source with a deployment's setting over it.

    A setting of the same kind (or none) changes the fields it names; one of another kind replaces the source. `name` is
    what the setting is called, for the error.
    """
    same = setting.get("kind", source.kind) == source.kind
    try:
        return _SOURCE.validate_python({**(source.model_dump() if same else {}), **setting})
    except ValidationError as problem:
        wrong = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problem.errors())
        raise CunsheError(f"setting {name}: {wrong}", "Mend it in the environment or in settings.env.") from None

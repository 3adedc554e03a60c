"""The vault: names, ID numbers and contacts, in a DuckDB file of its own, encrypted.

Belongs here: opening the vault, its tables, putting identities in and taking names out for those entitled to them.
Does not belong here: deciding who is who (`linking`), content of a record: the vault knows a record by its delivery
and its row only.

A person's number is normalised here once more; a damaged one, where the contract lets it land, is kept as it was sent. A
record whose person is not in scope loses its identity here for good (`linking.week.discard_out_of_scope`); only its delivery
and row stay, in `discarded`, so that it is counted the same for ever and does not come back when its delivery is stored again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipelines.errors import CunsheError
from pipelines.files import close_to_others, make_folder
from pipelines.home_format import mark
from pipelines.identity.audit_log import Look, write_entry
from pipelines.identity.encrypted import attach_encrypted, connect_memory
from pipelines.identity.linking.week import LinkResult, link_week
from pipelines.identity.looks import log_keys
from pipelines.keys.digests import hmac_pads, keyed_digest_sql
from pipelines.keys.ring import KeyRing
from pipelines.settings import Settings
from pipelines.sources.resident_id import ParsedId, parse_id_number, plain_id_text, surely_valid

_FIRST_GENERATION = 15  # digits of a number of the first generation
# One more with each change of the tables below.
_VERSION = 3
_SCHEMA = f"""
create table version as select {_VERSION} as version;
create table delivery (
    delivery_id varchar primary key, department varchar not null, dataset varchar not null,
    delivered_at date not null, is_spine boolean not null, records bigint not null
);
-- A record is what it says of its person: a mention, the same one wherever the same is said. `id_number` is whole, `id_text`
-- what was sent in its place (of 15 digits: beside it). Village, post and days are there to tell people apart; ended_on and
-- holds_post of rosters only.
create table record (
    delivery_id varchar not null, row_no bigint not null, mention_id varchar not null, person_name varchar,
    id_number varchar, id_text varchar, village_code varchar, position varchar, on_date date, ended_on date,
    holds_post boolean not null
);
-- Who is meant, as of the newest run: 'sure', or 'review' where a person is to decide.
create table link (
    mention_id varchar not null, person_id varchar not null, rule varchar not null, band varchar not null, weight double
);
-- Why: 'out_of_scope' where it spoke of nobody on a roster (`linking.week`), 'time_over' at the end of keeping (`retention`).
create table discarded (delivery_id varchar not null, row_no bigint not null, why varchar not null);
create table contact (
    delivery_id varchar not null, row_no bigint not null, role varchar not null,
    contact_name varchar, phone varchar, email varchar
);
create table removed_contact (delivery_id varchar not null);  -- deliveries whose contacts are past their time (`retention`)
create table person (person_id varchar primary key, id_number varchar not null);
-- Derived, so that no second list of names can disagree with the rosters.
create view person_name_history as
select person.person_id, record.person_name,
    min(delivery.delivered_at) as first_delivered_at, max(delivery.delivered_at) as last_delivered_at
from record
inner join delivery on record.delivery_id = delivery.delivery_id and delivery.is_spine
inner join person on record.id_number = person.id_number
where record.person_name is not null
group by person.person_id, record.person_name;
"""
_CONTACT_COLUMN = re.compile(r"(?!person_)(?P<role>[a-z_]+)_(?P<field>name|phone|email)")
_INSERT_RECORDS = f"""
insert into record
select $1, row_no,
    'M' || left({keyed_digest_sql("'mention:' || said", "$2", "$3")}, 16),
    person_name, id_number, id_text, village_code, position, on_date, ended_on, holds_post
from (
    select row_no, person_name::varchar as person_name, id_number::varchar as id_number, id_text::varchar as id_text,
        village_code::varchar as village_code, position::varchar as position, on_date::date as on_date,
        ended_on::date as ended_on, holds_post,
        concat_ws(chr(31), coalesce(person_name::varchar, ''), coalesce(id_number::varchar, ''),
            coalesce(id_text::varchar, ''), coalesce(village_code::varchar, ''), coalesce(position::varchar, ''),
            coalesce(on_date::date::varchar, '')) as said
    from records
) as record
anti join (select row_no from discarded where delivery_id = $1) as gone on record.row_no = gone.row_no
"""


class Vault:
    """An open vault. Use `Vault.open`."""

    def __init__(self, connection: Any, pseudonym_key: bytes) -> None:
        self.connection = connection
        self._pseudonym_key = pseudonym_key

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, look: Look, read_only: bool = False) -> Iterator[Vault]:
        """Open the vault of this home; the first writer makes keys and vault.

        `look` says who opens it and why; it stands in the audit log before anybody can see anything.
        """
        path, exists = settings.vault_db, settings.vault_db.exists()
        if read_only and not exists:
            raise CunsheError(f"There is no vault at {path}.", "Run a week first.")
        rings = (KeyRing(key) for key in (settings.vault_key, settings.pseudonym_key))
        keys, (pseudonym_key, *_) = (ring.keys(may_create=not exists) for ring in rings)
        if not exists:
            if settings.keys_path is not None:
                KeyRing(settings.vault_key).share()
            _create_vault(path, keys[0])
            mark(settings)
        connection = connect_memory(writing=True, scratch=path.parent / "spill")
        try:
            attach_encrypted(connection, path, keys, "vault", read_only=False)
            connection.execute("use vault")
            _check_version(connection, path)
            write_entry(settings.audit_log, log_keys(settings), connection, look, settings.audit_heads)
            if read_only:
                connection.execute("use memory; detach vault")
                attach_encrypted(connection, path, keys, "vault", read_only=True)
                connection.execute("use vault")
            yield cls(connection, pseudonym_key)
            if not read_only:
                connection.execute("checkpoint vault")
        finally:
            connection.close()
            shutil.rmtree(path.parent / "spill", ignore_errors=True)

    def store_identities(
        self, delivery_id: str, department: str, dataset: str, delivered_at: date, is_spine: bool, frame: pd.DataFrame,
        evidence: Mapping[str, str] | None = None,
    ) -> None:
        """Keep the identity columns of one accepted delivery, whole; storing it again replaces it.

        `frame` has `_row`, the contract's identity columns and those that `evidence` (`Contract.evidence`) names.
        """
        connection = self.connection
        connection.register("incoming", frame)
        connection.begin()
        try:
            for table in ("delivery", "record", "contact"):
                connection.execute(f"delete from {table} where delivery_id = ?", [delivery_id])
            connection.execute(
                "insert into delivery select ?, ?, ?, ?, ?, count(*) from incoming",
                [delivery_id, department, dataset, delivered_at, is_spine],
            )
            if "id_number" in frame.columns:
                self._store_records(delivery_id, frame, evidence or {})
            self._store_contacts(delivery_id, list(frame.columns))
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.unregister("incoming")

    def _store_records(self, delivery_id: str, frame: pd.DataFrame, evidence: Mapping[str, str]) -> None:
        whole, sent = _numbers(frame["id_number"])
        given = {kind: frame[column] for kind, column in evidence.items()}
        records = pd.DataFrame({
            "row_no": frame["_row"],
            "person_name": frame.get("person_name"),
            "id_number": whole,
            "id_text": sent,
            "village_code": given.get("village"),
            "position": given.get("position"),
            "on_date": given.get("day", given.get("since")),
            "ended_on": given.get("until"),
        })  # fmt: skip
        records["holds_post"] = "since" in evidence
        self.connection.register("records", records)
        try:
            self.connection.execute(_INSERT_RECORDS, [delivery_id, *hmac_pads(self._pseudonym_key)])
        finally:
            self.connection.unregister("records")

    def _store_contacts(self, delivery_id: str, columns: Sequence[str]) -> None:
        roles = sorted({match["role"] for column in columns if (match := _CONTACT_COLUMN.fullmatch(column))})
        for role in roles:
            fields = [
                f"{role}_{field}" if f"{role}_{field}" in columns else "cast(null as varchar)"
                for field in ("name", "phone", "email")
            ]
            self.connection.execute(
                f"""
                insert into contact select $1, _row, $2, {', '.join(fields)} from incoming
                where $1 not in (select delivery_id from removed_contact)
                """,
                [delivery_id, role],
            )

    def link_week(
        self, as_of: date, accepted_delivery_ids: Sequence[str], *, beside: Mapping[str, Any] | None = None,
        discard: bool = True, discard_until: date | None = None,
    ) -> LinkResult:
        """Link the records of the accepted deliveries to persons, as of a day: see `linking.week`."""
        return link_week(
            self.connection, self._pseudonym_key, as_of, accepted_delivery_ids,
            beside=beside, discard=discard, discard_until=discard_until,
        )

    def person_names(self, as_of: date, accepted_delivery_ids: Sequence[str]) -> Any:
        """Arrow table person_id, person_name, id_number: the name on the newest roster as of a day.

        Where rosters of one day disagree, the one whose record sorts first wins, so that a replay gives the same.
        """
        return self.connection.execute(
            """
            select person.person_id, person.id_number,
                first(record.person_name order by delivery.delivered_at desc, delivery.dataset desc,
                    delivery.delivery_id, record.row_no) as person_name
            from record
            inner join delivery on record.delivery_id = delivery.delivery_id
            inner join person on record.id_number = person.id_number
            where delivery.is_spine and delivery.delivered_at <= ? and delivery.delivery_id in (select unnest(?))
            group by person.person_id, person.id_number order by person.person_id
            """,
            [as_of, list(accepted_delivery_ids)],
        ).to_arrow_table()

    def contacts(self, delivery_id: str) -> Any:
        """Arrow table row_no, role, contact_name, phone, email of one delivery."""
        return self.connection.execute(
            "select row_no, role, contact_name, phone, email from contact where delivery_id = ? order by row_no, role",
            [delivery_id],
        ).to_arrow_table()


def _check_version(connection: Any, path: Path) -> None:
    """Refuse a vault of other tables before anything is read from it or written into it."""
    known = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'vault' and table_name = 'version'"
    ).fetchone()[0]
    found = connection.execute("select version from vault.version").fetchone()[0] if known else 1
    if found != _VERSION:
        raise CunsheError(
            f"The vault {path} was made by a version of Cunshe with other tables ({found}; this one knows {_VERSION}).",
            "Use that version, or begin a new home: what the departments delivered can be landed again.",
        )


def _numbers(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The whole numbers in their 18-character form, and, where a text is none, the text as it was sent."""
    texts = texts.astype("str").str.strip()
    whole = texts.str.upper().where(surely_valid(texts, allow_unassigned_area=True))
    rest = texts[whole.isna() & texts.notna()]
    parsed = {row: parse_id_number(text, allow_unassigned_area=True) for row, text in rest.items()}
    found = pd.Series({row: one.number for row, one in parsed.items() if isinstance(one, ParsedId)}, dtype="str")
    whole = whole.combine_first(found)
    # of 15 digits one may be wrong unnoticed: what was sent stays beside what was made of it
    lengths = texts.map(lambda text: len(plain_id_text(text)), na_action="ignore")
    first_generation = (lengths == _FIRST_GENERATION).fillna(False).astype(bool)
    return whole, texts.where(whole.isna() | first_generation)


def _create_vault(path: Path, key: bytes) -> None:
    """Make an empty vault under another name and move it into place: a kill never leaves half a vault."""
    close_to_others(make_folder(path.parent))
    for left in path.parent.glob(f"{path.name}.new-*"):  # of a run that was killed; a home has one run at a time
        left.unlink()
    draft = path.with_name(f"{path.name}.new-{os.getpid()}")
    connection = connect_memory(writing=True)
    try:
        attach_encrypted(connection, draft, [key], "vault", read_only=False)
        connection.execute("use vault")
        connection.execute(_SCHEMA)
        connection.execute("use memory")
        connection.execute("detach vault")
    except duckdb.Error:
        raise CunsheError(f"No vault could be made at {path}.", "Check the free space and the owner.") from None
    finally:
        connection.close()
    close_to_others(draft)
    draft.rename(path)

"""The vault: names, ID numbers and contacts, in a DuckDB file of its own, encrypted.

Belongs here: opening the vault, its tables, putting identities in and taking names out for those entitled to them.
Does not belong here: deciding who is who (`linking`), content of a record: the vault knows a record by its delivery
and its row only.

A person's number is normalised here once more; whether it is valid was judged at landing. A record whose person is not
in scope loses its identity here for good (`linking.discard_out_of_scope`); only its delivery and row stay, in
`discarded`, so that it is counted the same for ever and does not come back when its delivery is stored again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CunsheError
from pipelines.identity.audit_log import Look, write_entry
from pipelines.identity.encrypted import attach_encrypted, connect_memory
from pipelines.identity.keys import load_or_create_key
from pipelines.identity.linking import LinkResult, link_week
from pipelines.settings import Settings
from pipelines.sources.resident_id import ParsedId, parse_id_number

_SCHEMA = """
create table delivery (
    delivery_id varchar primary key, department varchar not null, dataset varchar not null,
    delivered_at date not null, is_spine boolean not null, records bigint not null
);
create table record (delivery_id varchar not null, row_no bigint not null, person_name varchar, id_number varchar);
create table discarded (delivery_id varchar not null, row_no bigint not null);
create table contact (
    delivery_id varchar not null, row_no bigint not null, role varchar not null,
    contact_name varchar, phone varchar, email varchar
);
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
_NORMAL_FORM = r"\d{17}[0-9X]"


class Vault:
    """An open vault. Use `Vault.open`."""

    def __init__(self, connection: Any, key: bytes) -> None:
        self.connection = connection
        self._key = key

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, look: Look, read_only: bool = False) -> Iterator[Vault]:
        """Open the vault of this home; the first writer makes key and vault.

        `look` says who opens it and why; it stands in the audit log before anybody can see anything.
        """
        path, exists = settings.vault_db, settings.vault_db.exists()
        if read_only and not exists:
            raise CunsheError(f"There is no vault at {path}.", "Run a week first.")
        key = load_or_create_key(settings.vault_key, may_create=not exists)
        if not exists:
            _create_vault(path, key)
        connection = connect_memory(writing=True, scratch=path.parent / "spill")
        try:
            attach_encrypted(connection, path, key, "vault", read_only=False)
            connection.execute("use vault")
            write_entry(settings.audit_log, key, connection, look)
            if read_only:
                connection.execute("use memory; detach vault")
                attach_encrypted(connection, path, key, "vault", read_only=True)
                connection.execute("use vault")
            yield cls(connection, key)
            if not read_only:
                connection.execute("checkpoint vault")
        finally:
            connection.close()
            shutil.rmtree(path.parent / "spill", ignore_errors=True)

    def store_identities(
        self, delivery_id: str, department: str, dataset: str, delivered_at: date, is_spine: bool, frame: Any
    ) -> None:
        """Keep the identity columns of one accepted delivery, whole; storing it again replaces it.

        `frame` (pandas or Arrow) has `_row` and the contract's identity columns.
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
            columns = [column[0] for column in connection.execute("select * from incoming limit 0").description]
            if "id_number" in columns:
                self._store_records(delivery_id, columns)
            self._store_contacts(delivery_id, columns)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.unregister("incoming")

    def _store_records(self, delivery_id: str, columns: Sequence[str]) -> None:
        name = "person_name" if "person_name" in columns else "cast(null as varchar)"
        self.connection.execute(
            f"""
            insert into record
            select ?, incoming._row, {name}, upper(trim(incoming.id_number))
            from incoming anti join (select row_no from discarded where delivery_id = ?) as gone
                on incoming._row = gone.row_no
            """,
            [delivery_id, delivery_id],
        )
        self._normalise(delivery_id)

    def _normalise(self, delivery_id: str) -> None:
        """Bring the few numbers that landing left in another writing into the 18-character form."""
        odd = self.connection.execute(
            "select row_no, id_number from record where delivery_id = ? and not regexp_full_match(id_number, ?)",
            [delivery_id, _NORMAL_FORM],
        ).fetchall()
        for row_no, text in odd:
            parsed = parse_id_number(text, allow_unassigned_area=True)
            if not isinstance(parsed, ParsedId):
                raise ValueError(f"delivery {delivery_id}, row {row_no}: no valid ID number; landing must set it aside")
            self.connection.execute(
                "update record set id_number = ? where delivery_id = ? and row_no = ?",
                [parsed.number, delivery_id, row_no],
            )

    def _store_contacts(self, delivery_id: str, columns: Sequence[str]) -> None:
        roles = sorted({match["role"] for column in columns if (match := _CONTACT_COLUMN.fullmatch(column))})
        for role in roles:
            fields = [
                f"{role}_{field}" if f"{role}_{field}" in columns else "cast(null as varchar)"
                for field in ("name", "phone", "email")
            ]
            self.connection.execute(
                f"insert into contact select ?, _row, ?, {', '.join(fields)} from incoming", [delivery_id, role]
            )

    def link_week(
        self, as_of: date, accepted_delivery_ids: Sequence[str], *, discard: bool = True, discard_until: date | None = None
    ) -> LinkResult:
        """Link the records of the accepted deliveries to persons, as of a day: see `linking`."""
        return link_week(
            self.connection, self._key, as_of, accepted_delivery_ids, discard=discard, discard_until=discard_until
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


def _create_vault(path: Path, key: bytes) -> None:
    """Make an empty vault under another name and move it into place: a kill never leaves half a vault."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    for left in path.parent.glob(f"{path.name}.new-*"):  # of a run that was killed; a home has one run at a time
        left.unlink()
    draft = path.with_name(f"{path.name}.new-{os.getpid()}")
    connection = connect_memory(writing=True)
    try:
        attach_encrypted(connection, draft, key, "vault", read_only=False)
        connection.execute("use vault")
        connection.execute(_SCHEMA)
        connection.execute("use memory")
        connection.execute("detach vault")
    except duckdb.Error:
        raise CunsheError(f"No vault could be made at {path}.", "Check the free space and the owner.") from None
    finally:
        connection.close()
    draft.chmod(0o600)
    draft.rename(path)

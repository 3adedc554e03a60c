"""Names and numbers anywhere: every byte and every packed value under a home, searched for the people that the vault and the
inbox know.

Names of three signs and more are searched in any text; a shorter one may be part of another word, and counts where a whole
value is it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.checks.privacy.findings import Finding, PartResult, looked_for
from pipelines.checks.privacy.forms import PACKED, form_text
from pipelines.identity.encrypted import sql_text
from pipelines.identity.vault import Vault
from pipelines.landing.sealed import is_sealed
from pipelines.settings import Settings
from pipelines.sources.contract import Contract
from pipelines.sources.reading import read_table
from pipelines.sources.reasons import Unreadable

_CJK = re.compile("[\u3400-\u9fff·•\U00020000-\U0002fa1f]{2,}")
_SHORT = 2  # signs of a name that may be part of another word
_TEXTS = frozenset({".html", ".txt", ".json", ".jsonl", ".log", ".yml", ".csv", ".eml", ".svg", ".env", ".sql", ".xml"})


@dataclass(frozen=True)
class People:
    """Whom a home knows: names of officials and candidates, of contacts, and of those whom departments may not name."""

    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def long_names(self) -> frozenset[str]:
        """Names that are no part of another word by chance."""
        return frozenset(name for name in self.names if len(name) > _SHORT)


def known_people(settings: Settings, vault: Vault, catalog: Mapping[str, Contract]) -> People:
    """Names and numbers that the vault holds, and what the inbox has under identity columns and forbidden ones."""
    ask = vault.connection.execute
    names = {name for (name,) in ask("select person_name from record union select contact_name from contact").fetchall()}
    numbers = {
        number
        for (number,) in ask(
            "select id_number from record union select id_text from record union select phone from contact "
            "union select email from contact"
        ).fetchall()
    }
    for contract in catalog.values():
        for path in sorted((settings.inbox / contract.department / contract.dataset).glob("*/*")):
            names |= _sent_names(path, contract)
    return People(frozenset(filter(None, names)), frozenset(number for number in numbers if number and len(number) > 6))


def _sent_names(path: Path, contract: Contract) -> set[str]:
    """What a delivered file has in columns of people, the forbidden ones among them."""
    try:
        frame = read_table(path.read_bytes()).whole()
    except (Unreadable, OSError, ValueError):
        return set()
    wanted = {header for column in contract.columns if column.type == "person_name" for header in column.headers}
    wanted |= {header for rule in contract.forbidden for header in rule.headers}
    return {
        value
        for header in frame.columns
        if header in wanted
        for value in frame[header]
        if value and 1 < len(value) <= 4 and _CJK.fullmatch(value)
    }


def check_identities(settings: Settings, people: People, known_words: frozenset[str]) -> PartResult:
    """Search all files of a home. `known_words` are names of places and offices: a person's name within one tells of nobody."""
    found: list[Finding] = []
    looked_at = 0
    for path in _files(settings.root):
        looked_at += 1
        place = str(path.relative_to(settings.root))
        for what in dict.fromkeys(_breaches(path, people, known_words)):
            found.append(Finding(place, what))
    return PartResult("identities", looked_at, "files", tuple(found))


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        is_apart = path.relative_to(root).parts[0] in looked_for().apart or path.suffix in looked_for().parsed
        if path.is_file() and not path.is_symlink() and not is_apart:
            yield path


def _breaches(path: Path, people: People, known_words: frozenset[str]) -> Iterator[str]:
    if (path.suffix == ".parquet" and not is_sealed(path)) or (path.suffix == ".duckdb" and not _is_encrypted(path)):
        yield from _in_values(path, people)
    elif path.suffix in PACKED:
        yield from _in_text(form_text(path), people, known_words)
    else:
        content = path.read_bytes()
        yield from _in_text(content.decode("utf-8", errors="ignore"), people if path.suffix in _TEXTS else None, known_words)


def _in_text(text: str, people: People | None, known_words: frozenset[str]) -> Iterator[str]:
    for kind, pattern in looked_for().numbers.items():
        if re.search(pattern, text):
            yield f"holds what looks like a number of somebody ({kind})"
    if people is None:
        return
    long_names = people.long_names
    for run in set(_CJK.findall(text)):
        for length in (3, 4):
            for start in range(len(run) - length + 1):
                piece = run[start : start + length]
                if piece in long_names and not any(piece in word for word in known_words):
                    yield "holds a person's name"


def _in_values(path: Path, people: People) -> Iterator[str]:
    """Every distinct text of every column, whole and in the pieces that a list is made of."""
    for relation, connection in _relations(path):
        description = connection.execute(f"select * from {relation} limit 0").description
        for column in [name for name, kind, *_ in description if str(kind) in ("VARCHAR", "STRING")]:
            quoted = '"' + column.replace('"', '""') + '"'
            values = [value for (value,) in connection.execute(f"select distinct {quoted} from {relation}").fetchall() if value]
            pieces = {piece for value in values for piece in re.split(r"[\s，、。；：:,;|（）()“”\"]+", value)}
            if pieces & people.names or set(values) & people.names:
                yield f"has a person's name in {relation}.{column}"
            if set(values) & people.numbers or any(
                re.search(pattern, value) for pattern in looked_for().numbers.values() for value in values
            ):
                yield f"has a number of somebody in {relation}.{column}"


def _relations(path: Path) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            connection.execute(f"create view rows as select * from read_parquet('{sql_text(str(path))}')")
            yield "rows", connection
        return
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, table in tables:
            yield f'"{schema}"."{table}"', connection


def _is_encrypted(path: Path) -> bool:
    """Whether a DuckDB file opens by a key only; what stands in it is nobody's to read without."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error:
        return True
    return False

"""The way from one round's analyst editions to the next: which pseudonym became which, for those entitled.

Belongs here: making that list, logged before it is there, as a file for its owner only. Does not belong here: pseudonyms
(`persons`), who may ask for the way (docs/privacy.md), the command line (`cli_person`).

The list has pseudonyms only; who has no edition of both rounds learns nothing from it. Persons whose identity has left the
vault at the end of keeping have no way any more.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.identity.audit_log import Look
from pipelines.identity.looks import record_exports
from pipelines.identity.vault import Vault
from pipelines.keys.ring import load_or_create_key
from pipelines.publishing.persons import pseudonym_of
from pipelines.settings import Settings


def write_bridge(settings: Settings, first: str, then: str, out: Path, *, by: str, reason: str) -> int:
    """Write the pseudonyms of two rounds, side by side, into the new file `out` (CSV, mode 0600); returns the number of persons.

    A look into the vault and an export, both logged with who and why. Raises CunsheError where a round has no key: it has no
    published edition either.
    """
    if out.exists():
        raise CunsheError(f"{out} is there already.", "Name another file; what was handed out is not written over.")
    if first == then:
        raise CunsheError(f"Within the round {first} the ids are the same.", "Name two rounds.")
    keys = [load_or_create_key(settings.round_key(name), may_create=False) for name in (first, then)]
    look = Look(by, "person_bridge", reason, parameters={"from": first, "to": then})
    with Vault.open(settings, look, read_only=True) as vault:
        persons = [person for (person,) in vault.connection.execute("select person_id from person").fetchall()]
    pairs = sorted(tuple(pseudonym_of(person, key) for key in keys) for person in persons)
    lines = [f"round_{first},round_{then}", *(",".join(pair) for pair in pairs)]
    content = "".join(f"{line}\n" for line in lines).encode()
    record_exports(settings, Look(by, "export", reason, parameters=look.parameters, rows=len(pairs)), {out: content})
    write_whole(out, content)
    return len(pairs)

"""Which version of the stored formats a home is in, and refusing one that is not of this code.

Belongs here: the file `home.json` and the two refusals. Does not belong here: bringing a home up to date (`upgrade`).
"""

from __future__ import annotations

import json

from pipelines.errors import CunsheError
from pipelines.files import write_whole
from pipelines.settings import Settings

FILE = "home.json"
# 1: the homes before this file was kept. 2: closed to others, work secrets and links encrypted, no build file left.
# 3: deliveries of datasets that come in parts say theirs.
FORMAT = 3
_BEFORE = 1


def home_format(settings: Settings) -> int | None:
    """The version of a home's formats; None for one that holds nothing yet. Raises CunsheError where it cannot be read."""
    try:
        return int(json.loads((settings.root / FILE).read_bytes())["format"])
    except PermissionError:
        return None  # of an account that may not enter the home: it opens nothing there
    except FileNotFoundError:
        return _BEFORE if settings.vault_db.exists() else None
    except (ValueError, KeyError, TypeError):
        raise CunsheError(f"{settings.root / FILE} cannot be read.", "Restore it from a backup.") from None


def require_current(settings: Settings) -> None:
    """Raise CunsheError for a home of an older or a newer version; one that holds nothing yet is fine."""
    found = home_format(settings)
    if found is not None and found < FORMAT:
        raise CunsheError(
            f"The home {settings.root} was left by an older version of Cunshe.",
            "Run: cunshe upgrade (cunshe upgrade --check says what it would change)",
        )
    _refuse_newer(settings, found)


def refuse_newer(settings: Settings) -> None:
    """Raise CunsheError for a home of a newer version: nobody here knows what its files mean."""
    _refuse_newer(settings, home_format(settings))


def _refuse_newer(settings: Settings, found: int | None) -> None:
    if found is not None and found > FORMAT:
        raise CunsheError(
            f"The home {settings.root} belongs to a newer version of Cunshe (format {found}, this one knows {FORMAT}).",
            "Install that version, or set CUNSHE_HOME to another home.",
        )


def mark(settings: Settings) -> None:
    """Say that a home is in the formats of this code. Call it when that is so."""
    if not (settings.root / FILE).exists() or home_format(settings) != FORMAT:
        write_whole(settings.root / FILE, json.dumps({"format": FORMAT}).encode())

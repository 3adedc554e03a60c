"""Great Expectations' Data Docs of a home: one page per dataset, on the checks of its newest checked delivery, and an index.

Belongs here: which deliveries get a page, and writing the folder whole. Does not belong here: what a page looks like
(`expectations.data_docs`). The folder never holds more than one page per dataset.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path

from expectations import data_docs
from expectations.suite import load_suite
from pipelines.files import folder_whole, write_new
from pipelines.landing.ledger import QUALITY, Delivery, read_ledger
from pipelines.sources.contract import Contract

_SHOWN = "deliveries.json"


def write_data_docs(folder: Path, landing: Path, catalog: Mapping[str, Contract]) -> bool:
    """Render the folder anew if any dataset has a newer checked delivery than is shown; says whether it did.

    Newest of all, not of a week: a replay of an older week need not load Great Expectations to show what was.
    """
    newest = {name: one for name, contract in catalog.items() if (one := _newest(landing, contract))}
    wanted = {name: one.delivery_id for name, one in newest.items()}
    shown = folder / _SHOWN
    if shown.exists() and json.loads(shown.read_text("utf-8")) == wanted:
        return False
    with folder_whole(folder) as draft:
        for name, delivery in newest.items():
            quality = json.loads((delivery.folder(landing) / QUALITY).read_text("utf-8"))
            page = data_docs.page(name, delivery.delivery_id, load_suite(name), quality)
            write_new(draft / f"{name}.html", page.encode())
        write_new(draft / "index.html", _index(catalog, newest).encode())
        write_new(draft / _SHOWN, json.dumps(wanted).encode())
    return True


def _newest(landing: Path, contract: Contract) -> Delivery | None:
    """The newest delivery whose checks were run."""
    ledger = reversed(read_ledger(landing, contract))
    return next((one for one in ledger if (one.folder(landing) / QUALITY).exists()), None)


def _index(catalog: Mapping[str, Contract], newest: Mapping[str, Delivery]) -> str:
    rows = "\n".join(
        f'<li><a href="{name}.html">{html.escape(catalog[name].title.zh)} {name}</a> '
        f"{one.delivered_at} {one.delivery_id} {one.verdict}</li>"
        for name, one in newest.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>Data Docs</title></head><body>\n'
        f"<h1>数据检查结果 Data Docs</h1>\n<ul>\n{rows}\n</ul>\n</body></html>\n"
    )

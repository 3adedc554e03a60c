"""What lies in the inbox where nothing is read: folders that are no dataset's, files beside the datasets' folders.

Belongs here: finding it and naming the folder that was probably meant. Does not belong here: reading a dataset's folder
(`connectors.folder`); stopping anything: this is told, nothing follows from it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pipelines.sources.contract import Contract
from pipelines.sources.file_names import kind_of, shown
from pipelines.sources.masking import without_numbers
from pipelines.sources.reasons import Reason, reason
from pipelines.sources.source import FolderSource

# From here on two names are alike enough to name one for the other; a name of Chinese characters is compared by those it has.
_ALIKE = 0.6
_ALIKE_CHARACTERS = 0.5
# What a name that stands within another counts for, and one all of whose characters do.
_WITHIN, _MADE_OF = 0.95, 0.9
_NAMED = 3


@dataclass(frozen=True)
class _Target:
    """A folder that is read, as a path below the inbox, and the names it may be called by."""

    path: str
    names: tuple[str, ...]


def unknown_drops(inbox: Path, contracts: Iterable[Contract]) -> list[Reason]:
    """What lies in the inbox and is never read, each with what was probably meant; `contracts` as this deployment has them.

    An inbox that is not there, or may not be looked into, has nothing to say: each dataset's own try says that.
    """
    by_department: dict[str, dict[str, Contract]] = {}
    for contract in contracts:
        by_department.setdefault(contract.department, {})[contract.dataset] = contract
    unknown: list[Reason] = []
    for department in _entries(inbox):
        datasets = by_department.get(department.name)
        if datasets is None or not department.is_dir():
            unknown.append(_unknown(department.name, department, _targets(by_department)))
            continue
        for entry in _entries(department):
            path = f"{department.name}/{entry.name}"
            known = datasets.get(entry.name)
            if known is None or not entry.is_dir():
                first = _targets({department.name: datasets})
                unknown.append(_unknown(path, entry, first, _targets(by_department)))
            elif not (isinstance(known.source, FolderSource) and known.source.url is None) and any(_entries(entry)):
                unknown.append(reason("DROP_FOLDER_UNUSED", detail=path))
    return unknown


def drops_in_words(inbox: Path, contracts: Iterable[Contract]) -> list[str]:
    """The same as sentences: what lies there, and what to do."""
    return [f"{why.zh}。{why.fix_zh}。" for why in unknown_drops(inbox, contracts)]


def _entries(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return iter(())
    return (entry for entry in entries if kind_of(entry.name) != "passed")


def _targets(by_department: Mapping[str, Mapping[str, Contract]]) -> list[_Target]:
    """The datasets' folders, and where there are several departments, theirs."""
    targets = []
    for department, datasets in by_department.items():
        if len(by_department) > 1:
            owners = {name for contract in datasets.values() for name in (contract.owner.zh, contract.contact)}
            targets.append(_Target(department, (department, *sorted(owners))))
        for dataset, contract in datasets.items():
            names = (dataset, contract.name, f"{department}/{dataset}", contract.title.zh, contract.title.en)
            targets.append(_Target(f"{department}/{dataset}", names))
    return targets


def _unknown(path: str, entry: Path, *choices: list[_Target]) -> Reason:
    """The reason for one entry; of several lists of targets the first that has a likely one counts."""
    likely = next((found for targets in choices if (found := _likely(shown(entry.name), targets))), [])
    if entry.is_file():
        fix = "请放入“<部门>/<数据集>/<日期>”目录"
    elif likely:
        fix = f"是否应为“{'”或“'.join(likely)}”？请改名或移入该目录"
    else:
        fix = "请核对目录名，应为“<部门>/<数据集>/<日期>”"
    return reason("DROP_FOLDER_UNKNOWN", detail=without_numbers(path), fix=fix)


def _likely(name: str, targets: list[_Target]) -> list[str]:
    """The targets whose names are most alike, as long as they are few and alike at all."""
    scores = {target.path: max(_likeness(_plain(name), _plain(known)) for known in target.names) for target in targets}
    best = max(scores.values(), default=0)
    likely = [path for path, score in scores.items() if score == best]
    return likely if best > 0 and len(likely) <= _NAMED else []


def _plain(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def _likeness(name: str, known: str) -> float:
    """1 for the same letters, 0 where two names are not alike."""
    if not name or not known:
        return 0
    if name == known:
        return 1
    if name.isascii():
        ratio = SequenceMatcher(None, name, known).ratio()
        return ratio if ratio >= _ALIKE else 0
    if len(name) > 1 and name in known:
        return _WITHIN
    share = sum(sign in known for sign in name) / len(name)
    return share * _MADE_OF if share >= _ALIKE_CHARACTERS else 0

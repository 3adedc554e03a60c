"""Which connector fetches a dataset.

Belongs here: the choice by the kind of the contract's source, and whether the deployment sets every source in a way that is
taken. Does not belong here: any protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.settings import Settings
from pipelines.sources.connectors import folder
from pipelines.sources.connectors.parcel import Limits, Parcel, Secret, Window
from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.source import ApiSource, FolderSource


def parcels(contract: Contract, inbox: Path, secret: Secret, window: Window, limits: Limits = Limits()) -> Iterable[Parcel]:
    """The deliveries that lie at the dataset's source, oldest first; consume them in order.

    Raises SourceUnavailable, also on the way. The connectors of databases and APIs are imported where they are used.
    """
    source = contract.source
    if isinstance(source, FolderSource):
        return folder.parcels(contract, source, inbox, secret, window, limits)
    if isinstance(source, ApiSource):
        from pipelines.sources.connectors import api

        return api.parcels(contract, source, secret, window, limits)
    from pipelines.sources.connectors import database

    return database.parcels(contract, source, secret, window, limits)


def deployed_contracts(settings: Settings) -> list[Contract]:
    """All contracts with the sources that this deployment has set; none is asked.

    Raises CunsheError for the first dataset whose source is set in a way that is not taken.
    """
    return [
        contract.deployed(settings.source_override(contract.department, contract.dataset))
        for contract in load_catalog().values()
    ]

"""What departments deliver: the contracts (`catalog/`), how to fetch (`connectors/`) and how to read it strictly.

Belongs here: pure reading of contracts and files. Does not belong here: deciding whether a delivery is accepted and
writing anything (`landing`), knowing who somebody is (`identity`), Dagster.
"""

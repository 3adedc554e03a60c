"""Landing: each delivery judged once and written whole — ledger, rows as Parquet, what was set aside, check results.

Belongs here: verdicts (accepted, held, duplicate), quarantine, the ledger, and handing the landed rows of a week to dbt's
build file. Does not belong here: reading cells (`sources`), keeping identities (`identity`; landing only hands them over
and never writes them), Dagster. The files are the ledger: no second store can disagree with them.
"""

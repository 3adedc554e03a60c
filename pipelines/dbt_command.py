"""The command `cunshe-dbt`: dbt as the runs start it.

Belongs here: what must happen before dbt is loaded. Does not belong here: dbt's arguments (`assets.warehouse`).
"""

from pipelines.files import close_process
from pipelines.garbage import collect_seldom


def main() -> None:
    """dbt's own command line, in a process whose files are its account's only and that seldom looks for garbage."""
    close_process()
    collect_seldom()
    from dbt.cli.main import cli

    cli()

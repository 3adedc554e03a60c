"""The weekly report of every recipient as page, Word document and Excel ledger, from one published (authorised) edition.

Belongs here: reading the marts of one build, choosing what each recipient may see, drawing, writing the folder whole. One `Page`
is assembled per recipient; the page is rendered from it, the document from the page, the ledger from the same `Page`.
Does not belong here: computing indicators, warnings or colours (dbt), opening editions (`publishing`), Dagster
(`assets`). The Chinese words a recipient reads lie in `texts.yml` and
`templates/`, never in Python.
"""

from pipelines.reports.page import PageEntry, ReportIndex
from pipelines.reports.render import render_week

__all__ = ["PageEntry", "ReportIndex", "render_week"]

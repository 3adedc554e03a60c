"""From a week's reports to their readers: outbox and mail, the ledger of sends, acknowledgements, what comes back.

Belongs here: to whom, what, when, and what became of it. Does not belong here: what a report says or looks like (`reports`),
Dagster (`assets`), landing what comes back (`landing`). Words that recipients read lie in `texts.yml`.

Nobody gets a report twice and nobody is forgotten, because each report has a key made of recipient, week and what it says,
and each step is an event in the ledger, on disk before the next step is taken (`sending` before the message is ended).
"""

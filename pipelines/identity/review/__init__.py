"""Review: what is not certain is put before a person, and what that person decided is kept and respected.

Belongs here: what waits (`items`), what was decided and what of it stands (`decisions`, `contradictions`), how a decision
gets into the inbox (`delivery`), how a pair is shown in words (`sides`, `words`) and as a workbook (`workbook`). Does not
belong here: finding pairs (`linking`, `villages`), reading deliveries (`landing`), printing (`pipelines.cli_review`).
"""

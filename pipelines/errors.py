"""The one error a person is meant to read: what is wrong, where, and what to do.

Belongs here: the exception that the command line prints without a traceback. Does not belong here: reasons why a
delivery or a row was set aside; those are data (`landing.verdict`), not exceptions.
"""

from __future__ import annotations


class CunsheError(Exception):
    """Something a person can mend. `message` says what and where, `hint` what to do next.

    Neither may hold an identity value (a name, an ID number, a telephone number).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message

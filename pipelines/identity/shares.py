"""A key in shares: any `threshold` of them together give it, fewer say nothing about it.

Shamir, "How to share a secret", Communications of the ACM 22 (1979): each byte of the key is the value at 0 of a polynomial of
degree threshold-1 over GF(2^8) whose other coefficients are drawn at random; share number n holds its values at n. The field is
that of AES (FIPS 197, polynomial x^8 + x^4 + x^3 + x + 1).

A share is a small text for a person to keep, on paper too. Beside its values it names the splitting it belongs to and the id of
the key, by which a wrong join is noticed, and ends with a check of its own. The id is a keyed digest under the key of 256
bits itself: it helps nobody to guess it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.errors import CunsheError
from pipelines.keys.digests import ALGORITHM
from pipelines.keys.ring import KEY_BYTES, key_id

MOST_SHARES = 16
_HEAD = "Cunshe, a share of the vault's key, version 1"
_TEXT = re.compile(
    rf"{re.escape(_HEAD)}\n"
    r"Share: (?P<number>\d+) of (?P<shares>\d+); any (?P<threshold>\d+) give the key\n"
    r"Splitting: (?P<splitting>[0-9a-f]{8})\n"
    r"Key: (?P<key_id>[0-9a-f]{16})\n"
    rf"Value: (?P<value>[0-9a-f]{{{2 * KEY_BYTES}}})\n"
)


def _tables() -> tuple[list[int], list[int]]:
    """Powers of the generator x + 1 of GF(2^8), twice over, and their logarithms."""
    powers, logarithms, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logarithms[value] = exponent
        value ^= value << 1
        if value & 0x100:
            value ^= 0x11B
    return powers, logarithms


_POWERS, _LOGARITHMS = _tables()


def _times(a: int, b: int) -> int:
    return _POWERS[_LOGARITHMS[a] + _LOGARITHMS[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _POWERS[_LOGARITHMS[a] + 255 - _LOGARITHMS[b]] if a else 0


def split_bytes(secret: bytes, shares: int, threshold: int) -> dict[int, bytes]:
    """Share number → its bytes, as many as the secret has."""
    if not 2 <= threshold <= shares <= MOST_SHARES:
        raise CunsheError(
            f"{threshold} of {shares} shares cannot be made.", f"At least 2, at most all, of {MOST_SHARES} shares at most."
        )
    polynomials = [[byte, *secrets.token_bytes(threshold - 1)] for byte in secret]
    return {number: bytes(_value_at(number, polynomial) for polynomial in polynomials) for number in range(1, shares + 1)}


def join_bytes(shares: dict[int, bytes]) -> bytes:
    """The secret, from as many shares as its threshold asks for; from others, something else."""
    weights = {}
    for number in shares:  # Lagrange at 0; in this field minus is plus
        weight = 1
        for other in shares:
            if other != number:
                weight = _times(weight, _over(other, other ^ number))
        weights[number] = weight
    joined = bytearray(len(next(iter(shares.values()))))
    for number, values in shares.items():
        for place, value in enumerate(values):
            joined[place] ^= _times(weights[number], value)
    return bytes(joined)


def _value_at(x: int, polynomial: Sequence[int]) -> int:
    value = 0
    for coefficient in reversed(polynomial):  # Horner
        value = _times(value, x) ^ coefficient
    return value


@dataclass(frozen=True)
class Share:
    """One share. `splitting` is drawn at random for each splitting: shares of two do not fit."""

    number: int
    shares: int
    threshold: int
    splitting: str
    key_id: str
    value: bytes

    def text(self) -> str:
        """The share as its keeper gets it."""
        body = (
            f"{_HEAD}\nShare: {self.number} of {self.shares}; any {self.threshold} give the key\n"
            f"Splitting: {self.splitting}\nKey: {self.key_id}\nValue: {self.value.hex()}\n"
        )
        return f"{body}Check: {_check(body)}\n"


def split_key(key: bytes, shares: int, threshold: int) -> list[Share]:
    """The shares of a key, each to go to another person."""
    splitting = secrets.token_hex(4)
    values = split_bytes(key, shares, threshold)
    return [Share(number, shares, threshold, splitting, key_id(key), value) for number, value in values.items()]


def read_shares(text: str, name: str) -> list[Share]:
    """The shares in a text, one after the other; `name` says in errors where they come from."""
    parts = re.split(rf"(?=^{re.escape(_HEAD)}$)", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    found = [part.strip() for part in parts if part.strip()]
    return [_read(part, name if len(found) == 1 else f"{name}, share {place}") for place, part in enumerate(found, 1)]


def _read(text: str, name: str) -> Share:
    body, _, check = text.rpartition("Check: ")
    match = _TEXT.fullmatch(body)
    if match is None or check != _check(body):
        raise CunsheError(
            f"The share in {name} is not as it was written.", "Copy it anew from what its keeper has, letter by letter."
        )
    number, shares, threshold = (int(match[field]) for field in ("number", "shares", "threshold"))
    return Share(number, shares, threshold, match["splitting"], match["key_id"], bytes.fromhex(match["value"]))


def join_key(given: dict[str, Share]) -> bytes:
    """The key that shares give; `given` is where each comes from → the share.

    Raises CunsheError, naming the share, where one is of another splitting or there twice, where they are too few, and where
    what they give is not the key they were made from. A wrong key is never returned.
    """
    if not given:
        raise CunsheError("No share was given.", "Name the files of the shares, or type them in.")
    first_name, first = next(iter(given.items()))
    by_number: dict[int, str] = {}
    for name, share in given.items():
        if (share.splitting, share.key_id) != (first.splitting, first.key_id):
            raise CunsheError(
                f"{name} is a share of another splitting (key {share.key_id}, {share.splitting}) than {first_name} "
                f"(key {first.key_id}, {first.splitting}).",
                "Take shares of one splitting; of a key rotated since, only the newest ones are of use.",
            )
        if share.number in by_number:
            raise CunsheError(f"{name} and {by_number[share.number]} are the same share.", "Ask another keeper for theirs.")
        by_number[share.number] = name
    if len(given) < first.threshold:
        raise CunsheError(
            f"{len(given)} of {first.threshold} shares were given.", "Ask another keeper; fewer say nothing about the key."
        )
    key = join_bytes({share.number: share.value for share in given.values()})
    if key_id(key) != first.key_id:
        raise CunsheError(
            f"The shares in {', '.join(given)} do not give the key they name ({first.key_id}).",
            "One of them was made up: try it with the third. Nothing was written.",
        )
    return key


def _check(body: str) -> str:
    return hashlib.new(ALGORITHM, body.encode()).hexdigest()[:8]

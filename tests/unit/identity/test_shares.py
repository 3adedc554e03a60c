"""Shares of a key: enough of them give it, fewer say nothing, and a wrong one is named and never makes a key."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import CunsheError
from pipelines.identity import shares
from pipelines.identity.audit_check import read_log
from pipelines.identity.shares import Share, join_bytes, join_key, read_shares, split_bytes, split_key
from pipelines.identity.vault import Vault
from pipelines.settings import Settings
from tests.looks import TESTING

KEY = bytes(range(32))


@settings(max_examples=60)
@given(
    secret=st.binary(min_size=1, max_size=40),
    sizes=st.integers(2, 7).flatmap(lambda many: st.tuples(st.just(many), st.integers(2, many))),
)
def test_any_enough_shares_give_the_secret(secret: bytes, sizes: tuple[int, int]) -> None:
    many, threshold = sizes
    made = split_bytes(secret, many, threshold)
    for chosen in combinations(made, threshold):
        assert join_bytes({number: made[number] for number in chosen}) == secret


def test_multiplication_is_that_of_the_aes_field() -> None:
    def slow(a: int, b: int) -> int:
        product_ = 0
        while b:
            product_ ^= a if b & 1 else 0
            a = (a << 1) ^ (0x11B if a & 0x80 else 0)
            b >>= 1
        return product_

    assert shares._times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    for a, b in product(range(256), repeat=2):
        assert shares._times(a, b) == slow(a, b)
        assert b == 0 or shares._times(shares._over(a, b), b) == a


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_share_of_two_says_nothing(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Over all random coefficients, a share takes each of the 256 values exactly once, whatever the secret byte is."""
    for secret in (0, 1, 0x80, 0xFF):
        seen: Counter[int] = Counter()
        for coefficient in range(256):
            monkeypatch.setattr(shares.secrets, "token_bytes", lambda size, drawn=coefficient: bytes([drawn]) * size)
            seen[split_bytes(bytes([secret]), 3, 2)[number][0]] += 1
        assert seen == Counter(range(256))


def test_each_byte_has_coefficients_of_its_own() -> None:
    made = split_bytes(bytes(32), 3, 2)
    assert all(len(set(values)) > 8 for values in made.values())


@pytest.mark.parametrize("sizes", [(3, 1), (2, 3), (17, 2)])
def test_sizes_that_protect_nothing_are_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(CunsheError, match="cannot be made"):
        split_bytes(KEY, *sizes)


def named(*parts: Share) -> dict[str, Share]:
    return {f"share {part.number}": part for part in parts}


def test_a_share_is_text_and_back() -> None:
    made = split_key(KEY, 3, 2)
    read = read_shares("\r\n".join("".join(part.text() for part in made).split("\n")), "paper")
    assert read == made
    for pair in combinations(read, 2):
        assert join_key(named(*pair)) == KEY
    assert KEY.hex() not in made[0].text() + made[1].text() + made[2].text()


def test_every_changed_letter_of_a_share_is_noticed() -> None:
    text = split_key(KEY, 3, 2)[0].text().strip()
    for place in range(len(text)):
        with pytest.raises(CunsheError, match="in paper is not as it was written"):
            read_shares(text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :], "paper")


def test_wrong_shares_are_named_and_give_no_key() -> None:
    one, two, three = split_key(KEY, 3, 2)
    other, again = split_key(bytes(32), 3, 2), split_key(KEY, 3, 2)
    for stranger in (other[1], again[1]):
        with pytest.raises(CunsheError, match="share 2 is a share of another splitting"):
            join_key(named(one, stranger))
    with pytest.raises(CunsheError, match="1 of 2 shares"):
        join_key(named(three))
    with pytest.raises(CunsheError, match="the same share"):
        join_key({"a": one, "b": one})
    forged = Share(2, 3, 2, two.splitting, two.key_id, bytes(32))
    with pytest.raises(CunsheError, match="do not give the key"):
        join_key(named(one, forged))


def test_the_key_is_split_and_joined_by_the_commands(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUNSHE_HOME", str(home.root))
    with Vault.open(home, TESTING):
        pass
    key = home.vault_key.read_bytes()
    folders = [tmp_path / name for name in ("甲", "乙", "丙")]
    outs = [text for folder in folders for text in ("--out-dir", str(folder))]
    command = ["vault", "split", *outs, "--by", "李某", "--reason", "分持"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    files = [folder / f"vault-share-{number}.txt" for number, folder in enumerate(folders, 1)]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    entry = read_log(home).entries[-1]
    assert (entry.by, entry.what, entry.parameters["threshold"]) == ("李某", "split key", 2)
    assert isinstance(CliRunner().invoke(app, command).exception, CunsheError)  # a share is not written over

    assert "was there" in CliRunner().invoke(app, ["vault", "join", str(files[0]), str(files[2])]).output
    home.vault_key.unlink()
    assert isinstance(CliRunner().invoke(app, ["vault", "join", str(files[1])]).exception, CunsheError)
    assert not home.vault_key.exists()
    typed = files[2].read_text() + files[1].read_text()
    assert CliRunner().invoke(app, ["vault", "join"], input=typed).exit_code == 0
    assert home.vault_key.read_bytes() == key and home.vault_key.stat().st_mode & 0o077 == 0
    home.vault_key.write_text("ab" * 32)
    refused = CliRunner().invoke(app, ["vault", "join", str(files[0]), str(files[1])])
    assert isinstance(refused.exception, CunsheError) and home.vault_key.read_text() == "ab" * 32


def test_a_key_that_does_not_lie_in_the_home_is_used_from_where_it_was_joined(home: Settings, tmp_path: Path) -> None:
    with Vault.open(home, TESTING):
        pass
    elsewhere = Settings(home=home.root, key_folders={"vault": tmp_path / "memory"})
    with pytest.raises(CunsheError, match="join its shares"), Vault.open(elsewhere, TESTING):
        pass
    (tmp_path / "memory").mkdir(mode=0o700)
    home.vault_key.rename(elsewhere.vault_key)
    with Vault.open(elsewhere, TESTING, read_only=True):
        pass

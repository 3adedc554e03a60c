"""Who may read a home: nobody else, unless a setting names a group; and every start says so."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

import pytest

from pipelines.checks.privacy.account import Account, readable_files, readable_secrets
from pipelines.errors import CunsheError
from pipelines.files import make_folder, write_whole
from pipelines.permissions import close_home, opening_line, share
from pipelines.settings import Settings
from pipelines.upgrade import modes

GROUP = grp.getgrgid(os.getgid()).gr_name
STRANGER, COLLEAGUE = Account(65533), Account(65533, frozenset({os.getgid()}))
FILES = (
    "published/current.json", "published/2020-W48.001/analyst.duckdb", "published/2020-W48.001/build.json",
    "published/2020-W48.001/authorised.duckdb", "outbox/2020-W48/b/county/county.docx",
    "landing/public_security/opinions/d/rows.parquet", "landing/civil_affairs/villages/d/rows.parquet", "settings.env",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "var")
    for name in FILES:
        write_whole(settings.root / name, b"x")
    return settings


def names(settings: Settings, account: Account) -> list[str]:
    return [path.relative_to(settings.root).as_posix() for path in readable_files(settings.root, account)]


def test_without_a_setting_nobody_else_reads_anything(home: Settings) -> None:
    share(home)
    assert names(home, STRANGER) == names(home, COLLEAGUE) == []
    assert opening_line(home).endswith("closed, nobody but its owner reads it.")


def test_the_group_of_analysts_reads_the_analyst_editions_and_nothing_else(home: Settings) -> None:
    home = home.model_copy(update={"analyst_group": GROUP})
    share(home)
    assert names(home, STRANGER) == []
    assert names(home, COLLEAGUE) == [
        "published/2020-W48.001/analyst.duckdb", "published/current.json"
    ]  # fmt: skip
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o710
    assert opening_line(home).endswith(f"open to group {GROUP}: published. As the settings say.")
    assert modes.pending(home) == [] and readable_secrets(home, COLLEAGUE) == []


def test_the_group_that_hands_over_reads_the_outbox_and_nothing_else(home: Settings) -> None:
    home = home.model_copy(update={"outbox_group": GROUP})
    share(home)
    assert names(home, COLLEAGUE) == ["outbox/2020-W48/b/county/county.docx"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to any group")
def test_two_groups_read_each_its_own(home: Settings) -> None:
    other = next(one for one in grp.getgrall() if one.gr_gid != os.getgid())
    home = home.model_copy(update={"analyst_group": GROUP, "outbox_group": other.gr_name})
    share(home)
    assert names(home, STRANGER) == []
    assert "outbox/2020-W48/b/county/county.docx" not in names(home, COLLEAGUE) != []
    assert names(home, Account(65533, frozenset({other.gr_gid}))) == ["outbox/2020-W48/b/county/county.docx"]


def test_a_setting_taken_back_closes_again(home: Settings) -> None:
    share(home.model_copy(update={"analyst_group": GROUP, "outbox_group": GROUP}))
    assert "Close it: cunshe upgrade" in opening_line(home)
    close_home(home)
    modes.apply(home)
    assert names(home, COLLEAGUE) == []


def test_the_scan_finds_the_hole_and_its_grade(home: Settings) -> None:
    for name in ("public_security/opinions", "civil_affairs/villages"):
        path = home.landing / name / "d" / "rows.parquet"
        path.chmod(0o644)
        for folder in [*path.parents][: path.parents.index(home.root) + 1]:
            folder.chmod(0o755)
    assert [path.relative_to(home.landing).parts[1] for path in readable_secrets(home, STRANGER)] == ["opinions"]
    assert "every account: landing. Close it: cunshe upgrade" in opening_line(home)


def test_a_folder_that_may_only_be_entered_is_open_too(home: Settings) -> None:
    (home.root / "settings.env").chmod(0o644)
    home.root.chmod(0o711)
    assert names(home, STRANGER) == ["settings.env"]


def test_a_group_that_is_not_there_is_named(home: Settings) -> None:
    with pytest.raises(CunsheError, match="no group 'nobodys-own'"):
        share(home.model_copy(update={"analyst_group": "nobodys-own"}))


def test_a_home_made_by_hand_is_closed(tmp_path: Path) -> None:
    make_folder(tmp_path / "var").chmod(0o755)
    close_home(Settings(home=tmp_path / "var"))
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700

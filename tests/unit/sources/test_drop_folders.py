"""What lies in the inbox where nothing is read is named, with what was probably meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.sources.contract import Contract, load_catalog
from pipelines.sources.drop_folders import unknown_drops

CATALOG = [one.deployed({"kind": "folder"}) for one in load_catalog().values()]


def said(inbox: Path, contracts: list[Contract] = CATALOG) -> list[str]:
    return [f"{why.zh}。{why.fix_zh}" for why in unknown_drops(inbox, contracts)]


@pytest.mark.parametrize(
    ("path", "likely"),
    [
        ("organisation/postz", "organisation/posts"), ("organisation/Posts", "organisation/posts"),
        ("organisation/post", "organisation/posts"), ("organization", "organisation"), ("Organisation", "organisation"),
        ("posts", "organisation/posts"), ("organisation__posts", "organisation/posts"), ("组织部", "organisation"),
        ("组织", "organisation"), ("organisation/职务", "organisation/posts"), ("村社干部任职名册", "organisation/posts"),
        ("organisation/任职名册", "organisation/posts"), ("信访", "petition"), ("信访事项", "petition/matters"),
        ("公安", "public_security"),
        ("petition/matter", "petition/matters"), ("petition/ｍａｔｔｅｒｓ", "petition/matters"),
        ("petition/villages", "civil_affairs/villages"), ("organisation/reserve-cadres", "organisation/reserve_cadres"),
    ],
)  # fmt: skip
def test_an_unknown_folder_is_named_with_the_likely_one(tmp_path: Path, path: str, likely: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    (only,) = said(tmp_path)
    assert f"“{path}”" in only and f"“{likely}”" in only


@pytest.mark.parametrize("path", ["backup2019", "organisation/zzz", "资料"])
def test_a_folder_like_none_is_named_without_a_guess(tmp_path: Path, path: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    (only,) = said(tmp_path)
    assert path in only and "<部门>/<数据集>/<日期>" in only


@pytest.mark.parametrize("path", ["名册.xlsx", "organisation/名册.xlsx", "organisation/张三16000000001.xlsx"])
def test_a_file_beside_the_folders_is_named(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(b"x")
    (only,) = said(tmp_path)
    assert path.replace("16000000001", "***") in only and "16000000001" not in only and "<日期>" in only


def test_the_folders_of_the_catalog_and_what_systems_keep_are_nothing_new(tmp_path: Path) -> None:
    for contract in CATALOG:
        (tmp_path / contract.department / contract.dataset).mkdir(parents=True)
    for name in (".stfolder", "Thumbs.db", "organisation/desktop.ini"):
        (tmp_path / name).write_bytes(b"x")
    assert said(tmp_path) == []
    assert said(tmp_path / "nowhere") == []


def test_files_of_a_dataset_that_comes_from_elsewhere_are_named(tmp_path: Path) -> None:
    elsewhere = [one.deployed({"kind": "folder", "url": "sftp://drop.example.org/in"}) for one in load_catalog().values()]
    folder = tmp_path / "petition" / "matters"
    folder.mkdir(parents=True)
    assert said(tmp_path, elsewhere) == []
    (folder / "2020-11-26").mkdir()
    (only,) = said(tmp_path, elsewhere)
    assert "petition/matters" in only


def test_a_name_in_bytes_is_shown(tmp_path: Path) -> None:
    os.mkdir(os.path.join(os.fsencode(tmp_path), "组织".encode("gbk")))  # noqa: PTH102, PTH118 - a name in bytes
    (only,) = said(tmp_path)
    assert "“组织”" in only and "“organisation”" in only

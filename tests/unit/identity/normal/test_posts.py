"""Posts: exact wordings only, former holders marked, two posts in one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity.normal import posts
from pipelines.identity.normal.posts import Post, is_known_wording, position_of, posts_of
from pipelines.sources.codes import code_tables

WORDINGS = posts._wordings()
NO_POST = """
委员 两委委员 两委成员 第一书记 驻村第一书记 村长 一肩挑 负责人 代理书记 主持工作 妇联主席 妇女主任
团支部书记 村民代表 村主任助理 监委会副主任
镇党委书记 街道党工委书记 办事处主任 前村主任 主任张三 卫生服务中心主任 无
"""


@pytest.mark.parametrize(
    ("code", "wordings"),
    [
        (
            "P1",
            "书记 支书 村书记 村支书 社区书记 党支部书记 村党支部书记 党总支书记 社区党委书记 党组织书记 村黨支部書記",
        ),
        ("P2", "副书记 党支部副书记 村党总支副书记"),
        ("P3", "党支部委员 党组织委员 党委纪检委员"),
        (
            "C1",
            "主任 村主任 村委会主任 村民委员会主任 社区主任 居委会主任 社区居委会主任 村（居）委会主任 村(居)委会主任",
        ),
        ("C2", "副主任 村副主任 村委会副主任"),
        ("C3", "村委会委员 村委委员 居委会成员"),
        ("S1", "监委会主任 村监委会主任 村务监督委员会主任 居务监督委员会主任"),
        ("S2", "监委会委员 监委会成员 村务监督委员会成员"),
        ("E1", "理事长 经济合作社理事长 村股份经济合作社董事长"),
    ],
)
def test_wordings(code: str, wordings: str) -> None:
    assert {wording: position_of(wording) for wording in wordings.split()} == dict.fromkeys(wordings.split(), code)


@pytest.mark.parametrize("text", ["", *NO_POST.split()])
def test_what_is_not_certain_is_no_post(text: str) -> None:
    assert position_of(text) is None
    assert posts_of(text) == ()


@pytest.mark.parametrize(
    "text", ["原书记", "原任书记", "前任书记", "原村党支部书记", "书记（原）", "上届书记", "已离任书记"]
)
def test_a_former_post_is_said_to_be_former_and_is_no_position(text: str) -> None:
    assert posts_of(text) == (Post("P1", former=True),)
    assert position_of(text) is None


@pytest.mark.parametrize("text", ["现任书记", "时任村书记", "新任党支部书记", "书记、妇联主席"])
def test_a_post_held_on_the_day(text: str) -> None:
    assert position_of(text) == "P1"


@pytest.mark.parametrize(
    "text",
    [
        "书记、主任",
        "书记兼主任",
        "支书兼村主任",
        "村党支部书记、村委会主任",
        "书记主任",
        "村书记主任一肩挑",
        "书记/主任",
    ],
)
def test_two_posts_are_both_and_no_single_position(text: str) -> None:
    assert posts_of(text) == (Post("P1"), Post("C1"))
    assert position_of(text) is None


def test_whose_time_is_not_said_of_each_post() -> None:
    assert posts_of("原书记、主任") == ()
    assert posts_of("原书记、现任主任") == (Post("P1", former=True), Post("C1"))


def test_one_unknown_part_makes_all_of_it_unknown() -> None:
    assert posts_of("书记、厂长") == ()


def test_known_wordings_are_more_than_posts() -> None:
    assert is_known_wording("村民代表")
    assert is_known_wording("原书记、会计")
    assert not is_known_wording("中学校长")
    assert not is_known_wording("")


def test_codes_are_of_the_code_table_and_agree_with_it() -> None:
    table = code_tables()["position"]
    assert {code for codes in WORDINGS.codes.values() for code in codes} == set(table.labels)
    for wording, code in table.by_spelling.items():
        assert WORDINGS.codes[wording] in {(code,), ()}, wording


def test_a_wording_of_two_meanings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = posts.read_yaml(posts._FORMS)
    forms["no_post"].append("书记")
    monkeypatch.setattr(posts, "read_yaml", lambda path: forms)
    with pytest.raises(ValueError, match="书记 has two meanings"):
        posts._wordings.__wrapped__()


@given(st.text(alphabet="村社区党委支部书记副主任委员会监原前任现兼、 （）", max_size=10))
def test_a_longer_text_never_gives_more_than_its_wordings(text: str) -> None:
    assert position_of(text) is None or is_known_wording(text)
    assert position_of(f"镇{text}") is None

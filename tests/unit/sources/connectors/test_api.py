"""Pages of an API as deliveries: all of them, once, or none."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.sources.connectors import api
from pipelines.sources.connectors.parcel import Limits, SourceUnavailable, Window
from pipelines.sources.contract import load_catalog
from pipelines.sources.source import ApiSource

RECORDS = [
    {"matter_key": f"m{number}", "is_repeat": number % 2 == 0, "people": number, "pushed_on": f"2020-11-2{number}"}
    for number in (5, 6, 6, 7, 9)
]
WINDOW = Window(date(2020, 1, 6), date(2020, 11, 29), date(2020, 12, 7))
Answer = tuple[int, dict[str, str], bytes]


def good(query: dict[str, str]) -> Answer:
    page, size = int(query["page"]), int(query["size"])
    part = RECORDS[(page - 1) * size : page * size]
    return 200, {}, json.dumps({"data": {"items": part, "total": len(RECORDS)}}).encode()


class Service:
    """A server whose answers a test chooses; `asked` are the queries it got."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, str]], Answer] = good
        self.asked: list[dict[str, str]] = []
        self.tokens: set[str | None] = set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                service.asked.append(query)
                service.tokens.add(self.headers["Authorization"])
                status, headers, body = service.answer(query)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def source(self) -> ApiSource:
        return ApiSource.model_validate(
            {
                "kind": "api", "url": f"http://127.0.0.1:{self.server.server_port}/v1/matters", "token": "petition",
                "items": "data.items", "total": "data.total", "cursor": "pushed_on", "since": "from", "until": "to",
                "page": {"parameter": "page", "size_parameter": "size", "size": 2},
                "per_second": 1000, "attempts": 2, "timeout_seconds": 5, "insecure": True,
            }
        )

    def pulled(self) -> list[tuple[date | None, list[list[str]]]]:
        found = api.parcels(load_catalog()["petition__matters"], self.source, lambda name: f"{name}-token", WINDOW)
        return [(one.delivered_at, one.fetch().table(frozenset()).whole().to_numpy().tolist()) for one in found]


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_all_pages_become_a_delivery_per_day(service: Service) -> None:
    assert service.pulled() == [
        (date(2020, 11, 25), [["m5", "否", "5"]]),
        (date(2020, 11, 26), [["m6", "是", "6"], ["m6", "是", "6"]]),
        (date(2020, 11, 27), [["m7", "否", "7"]]),
        (date(2020, 11, 29), [["m9", "否", "9"]]),
    ]
    assert [one["page"] for one in service.asked] == ["1", "2", "3"]
    assert service.asked[0] | {"page": "", "size": ""} == {"from": "2020-01-06", "to": "2020-11-29", "page": "", "size": ""}
    assert service.tokens == {"Bearer petition-token"}


def test_nothing_there_is_no_delivery(service: Service) -> None:
    service.answer = lambda _: (200, {}, b'{"data": {"items": [], "total": 0}}')
    assert service.pulled() == []


@pytest.mark.parametrize("status", [429, 500])
def test_a_passing_fault_is_tried_again(service: Service, status: int) -> None:
    service.answer = lambda query: (status, {"Retry-After": "0"}, b"") if len(service.asked) == 2 else good(query)
    assert len(service.pulled()) == 4
    assert [one["page"] for one in service.asked] == ["1", "2", "2", "3"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _: (500, {"Retry-After": "0"}, b""), "SOURCE_ANSWER"),
        (lambda _: (404, {}, b""), "SOURCE_ANSWER"),
        (lambda _: (302, {"Location": "http://127.0.0.1:9/"}, b""), "SOURCE_ANSWER"),
        (lambda _: (302, {"Location": "https://sso.invalid/cas/login?service=x"}, b""), "SOURCE_LOGIN"),
        (lambda _: (401, {}, b""), "SOURCE_LOGIN"),
        (lambda _: (200, {}, b'{"data": '), "SOURCE_CUT"),
        (lambda _: (200, {"Content-Length": "4000"}, b'{"data": '), "SOURCE_CUT"),
        (lambda _: (200, {}, b'{"rows": []}'), "SOURCE_SHAPE"),
        (lambda _: (200, {}, b'{"data": {"items": [1], "total": 1}}'), "SOURCE_SHAPE"),
        (lambda _: (200, {}, b'{"data": {"items": [{"pushed_on": "soon"}], "total": 1}}'), "SOURCE_CURSOR"),
        (lambda query: good({**query, "page": "1"}), "SOURCE_PAGES"),
        (lambda query: good({**query, "page": str(3 * int(query["page"]))}), "SOURCE_PAGES"),
    ],
)
def test_a_pull_that_is_not_whole_gives_nothing(
    service: Service, answer: Callable[[dict[str, str]], Answer], code: str
) -> None:
    service.answer = answer
    with pytest.raises(SourceUnavailable) as caught:
        service.pulled()
    assert caught.value.why.code == code
    assert "petition-token" not in str(caught.value.why)


def test_nobody_there(service: Service) -> None:
    service.server.server_close()
    with pytest.raises(SourceUnavailable) as caught:
        service.pulled()
    assert caught.value.why.code == "SOURCE_REFUSED"


def one(**fields: Any) -> bytes:
    record = {"matter_key": "m1", "pushed_on": "2020-11-25", **fields}
    return json.dumps({"data": {"items": [record], "total": 1}}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def test_an_encoding_is_as_stated_or_utf_8_and_never_guessed(service: Service) -> None:
    chinese = one(place="三垟街道").decode()
    for kind, body in (("text/plain", chinese.encode()), ("text/html; charset=GBK", chinese.encode("gb18030"))):
        service.answer = lambda _, kind=kind, body=body: (200, {"Content-Type": kind}, body)  # type: ignore[misc]
        assert service.pulled()[0][1] == [["m1", "三垟街道"]]
    service.answer = lambda _: (200, {"Content-Type": "application/json"}, chinese.encode("gb18030"))
    with pytest.raises(SourceUnavailable) as caught:
        service.pulled()
    assert caught.value.why.code == "SOURCE_SHAPE"


def test_a_field_that_is_no_plain_value_stops_nothing(service: Service) -> None:
    service.answer = lambda _: (200, {}, one(files=[{"n": 1}], more={"a": "b"}, size=2**70, half="\ud800村"))
    assert service.pulled()[0][1] == [["m1", '[{"n": 1}]', '{"a": "b"}', str(2**70), "\ufffd村"]]


@pytest.mark.parametrize("token", ["open-sesame\n", "芝麻"])
def test_a_token_that_no_header_can_hold_is_not_quoted(service: Service, token: str) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        api.parcels(load_catalog()["petition__matters"], service.source, lambda _: token, WINDOW)
    assert caught.value.why.code == "SOURCE_LOGIN"
    assert token.strip() not in str(caught.value.why)


def test_a_week_before_all_that_is_known_is_not_asked_for(service: Service) -> None:
    later = Window(WINDOW.since, WINDOW.until, WINDOW.today, seen=date(2020, 12, 20))
    assert api.parcels(load_catalog()["petition__matters"], service.source, str, later) == []
    assert service.asked == []


def within(service: Service, limits: Limits) -> list[Any]:
    return list(api.parcels(load_catalog()["petition__matters"], service.source, str, WINDOW, limits))


def test_an_answer_of_more_rows_than_the_limit_is_broken_off_at_its_first_page(service: Service) -> None:
    assert len(within(service, Limits(rows=5))) == 4
    service.asked.clear()
    with pytest.raises(SourceUnavailable) as caught:
        within(service, Limits(rows=4))
    assert (caught.value.why.code, len(service.asked)) == ("SOURCE_TOO_LARGE", 1)
    assert "4行" in caught.value.why.zh


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_broken_off_at_the_limit(service: Service, packed: bool) -> None:
    whole = b" " * 50_000_000
    body = gzip.compress(whole, 1) if packed else whole
    service.answer = lambda _: (200, {"Content-Encoding": "gzip"} if packed else {}, body)
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnavailable) as caught:
            within(service, Limits(bytes_=2**20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.why.code == "SOURCE_TOO_LARGE" and "1MB" in caught.value.why.zh
    assert peak < 10 * 2**20


def test_the_limit_of_bytes_is_that_of_all_pages(service: Service) -> None:
    size = len(good({"page": "1", "size": "2"})[2])
    with pytest.raises(SourceUnavailable) as caught:
        within(service, Limits(bytes_=size + 10))
    assert (caught.value.why.code, len(service.asked)) == ("SOURCE_TOO_LARGE", 2)


# --- an answer with status 200 that is none ---


def said(service: Service, body: object, **source: Any) -> str | None:
    """What is said of an answer, None where it is taken."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    service.answer = lambda _: (200, {}, content)
    changed = ApiSource.model_validate({**service.source.model_dump(), **source})
    try:
        api.parcels(load_catalog()["petition__matters"], changed, lambda name: f"{name}-token", WINDOW)
    except SourceUnavailable as problem:
        assert "petition__matters" in problem.why.zh and problem.why.fix_zh
        assert "secret-in-body" not in str(problem.why)
        return problem.why.code
    return None


EMPTY = {"items": [], "total": 0}
FULL = {"items": [{"matter_key": "m1", "pushed_on": "2020-11-25"}], "total": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": 401, "msg": "令牌已过期或验证不正确", "success": False, "data": EMPTY}, "SOURCE_LOGIN"),
        ({"code": 401, "msg": "secret-in-body", "data": None}, "SOURCE_LOGIN"),
        ({"code": "401", "data": EMPTY}, "SOURCE_LOGIN"),
        ({"errcode": 40001, "errmsg": "invalid credential", "data": EMPTY}, "SOURCE_LOGIN"),
        ({"errcode": 45009, "errmsg": "reach max api daily quota limit", "data": EMPTY}, "SOURCE_ANSWER"),
        ({"errCode": -1, "data": FULL}, "SOURCE_ANSWER"),
        ({"status": "fail", "data": EMPTY}, "SOURCE_ANSWER"),
        ({"status": "FAIL", "message": "请先登录", "data": EMPTY}, "SOURCE_LOGIN"),
        ({"success": False, "data": EMPTY}, "SOURCE_ANSWER"),
        ({"success": "false", "data": FULL}, "SOURCE_ANSWER"),
        ({"isSuccess": 0, "data": FULL}, "SOURCE_ANSWER"),
        ({"error": "invalid_token", "data": EMPTY}, "SOURCE_LOGIN"),
        ({"error": {"code": 17, "message": "secret-in-body"}}, "SOURCE_ANSWER"),
        ({"message": "您没有权限访问该接口", "data": EMPTY}, "SOURCE_LOGIN"),
        ({"code": 0, "message": "系统维护中，请稍后再试", "data": EMPTY}, "SOURCE_ANSWER"),
        ({"code": 500, "msg": "系统异常", "data": FULL}, "SOURCE_ANSWER"),
        ({"code": 7, "data": EMPTY}, "SOURCE_ANSWER"),
        ({"head": {"rspCode": "E403", "rspMsg": "签名错误"}, "data": EMPTY}, "SOURCE_LOGIN"),
        ({"data": {**EMPTY, "code": 403}}, "SOURCE_LOGIN"),
        (b"<!DOCTYPE html><html><body><form action='/login'>...</form></body></html>", "SOURCE_LOGIN"),
        (b"\xef\xbb\xbf <html><body>502 Bad Gateway</body></html>", "SOURCE_ANSWER"),
        ({"code": 0, "data": None}, "SOURCE_SHAPE"),
        ({"code": 0, "data": {"total": 0}}, "SOURCE_SHAPE"),
        ({"code": 0, "data": {"items": [], "total": None}}, "SOURCE_SHAPE"),
        ({"code": 0, "data": {"items": [], "total": True}}, "SOURCE_SHAPE"),
        ({"code": 0, "data": {"items": None, "total": 3}}, "SOURCE_SHAPE"),
    ],
)
def test_a_refusal_in_the_body_is_never_nothing_new(service: Service, body: object, code: str) -> None:
    assert said(service, body) == code


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "message": "ok", "data": EMPTY},
        {"code": "0000", "msg": "查询成功，暂无数据", "data": EMPTY},
        {"status": 200, "success": True, "error": None, "errors": [], "data": EMPTY},
        {"errcode": 0, "errmsg": "请求成功", "data": {"items": None, "total": 0}},
        {"code": 1, "message": "success", "data": FULL},
        {"code": 200, "data": {**FULL, "total": "1"}},
        {"data": {**FULL, "total": 1.0, "pageState": "last"}},
    ],
)
def test_an_answer_is_taken_for_one_however_it_says_so(service: Service, body: object) -> None:
    assert said(service, body) is None


def test_where_success_is_agreed_its_sign_alone_decides(service: Service) -> None:
    agreed = {"success": {"path": "head.state", "is_one_of": [1, "OK"]}}
    assert said(service, {"head": {"state": "1"}, "data": EMPTY}, **agreed) is None
    assert said(service, {"head": {"state": 1}, "code": 500, "data": EMPTY}, **agreed) is None
    assert said(service, {"head": {"state": 0}, "data": FULL}, **agreed) == "SOURCE_ANSWER"
    assert said(service, {"head": {"state": True}, "data": FULL}, **agreed) == "SOURCE_ANSWER"
    assert said(service, {"head": {"state": 2, "msg": "token失效"}, "data": FULL}, **agreed) == "SOURCE_LOGIN"
    assert said(service, {"data": FULL}, **agreed) == "SOURCE_ANSWER"


@pytest.mark.parametrize(
    "cursor",
    [1606233600000, "1606233600000", 1606233600, "1606319999", 1606233600000000, 1606233600000.0, 20201125, "20201125",
     "20201125083000", "2020-11-25T08:30:00", "2020-11-24T16:00:00.000+0000", "2020-11-24T16:30:00Z"],
)  # fmt: skip
def test_a_cursor_names_its_day_in_the_countys_zone(service: Service, cursor: object) -> None:
    service.answer = lambda _: (200, {}, one(pushed_on=cursor))
    assert [day for day, _ in service.pulled()] == [date(2020, 11, 25)]


@pytest.mark.parametrize(
    "cursor", [True, 0, -1606233600, 16062336, 1606233600.5, "160623360", "", None, "20201325", [1606233600]]
)
def test_a_cursor_that_may_be_many_a_day_stops_the_pull(service: Service, cursor: object) -> None:
    service.answer = lambda _: (200, {}, one(pushed_on=cursor))
    with pytest.raises(SourceUnavailable) as caught:
        service.pulled()
    assert caught.value.why.code == "SOURCE_CURSOR"


def test_no_record_of_days_of_which_there_were_some_is_said(service: Service) -> None:
    service.answer = lambda _: (200, {}, b'{"code": 0, "data": {"items": [], "total": 0}}')
    contract, known = load_catalog()["petition__matters"], Window(**{**vars(WINDOW), "filled": frozenset({date(2020, 11, 20)})})
    with pytest.raises(SourceUnavailable) as caught:
        api.parcels(contract, service.source, str, known)
    assert caught.value.why.code == "SOURCE_EMPTIED" and "petition__matters" in caught.value.why.zh
    emptied = service.source.model_copy(update={"may_be_empty": True})
    assert api.parcels(contract, emptied, str, known) == []
    beyond = Window(**{**vars(known), "seen": date(2020, 11, 29)})
    assert api.parcels(contract, service.source, str, beyond) == []


def test_numbers_of_json_are_those_a_person_has_entered(service: Service) -> None:
    body = b'{"data": {"items": [{"pushed_on": "2020-11-25", "a": 0.30000000000000004, "b": 1234567.891, "c": NaN}], "total": 1}}'
    service.answer = lambda _: (200, {}, body)
    assert service.pulled()[0][1] == [["0.3", "1234567.891", "#NUM!"]]

"""What the intake benchmark reads: one invented table as CSV, workbook, PostgreSQL table and pages of JSON.

Belongs here: writing and serving it. Does not belong here: reading it (`intake_sides`).
"""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

DAY = date(2020, 11, 26)
PAGE = 5_000
PASSWORD, TOKEN = "benchmark", "benchmark"
TABLE = "civil_affairs.matters"
_PLACE = f"petition/matters/{DAY}"
CSV_FILE, SHEET_FILE = f"{_PLACE}/matters.csv", f"{_PLACE}/matters.xlsx"
HEADERS = {
    "matter_key": "事项代号", "village_code": "涉事村社代码", "category": "事项类别", "form": "信访形式",
    "is_repeat": "是否重复", "people_band": "人数规模", "registered_on": "登记日期", "extended": "是否延期",
    "closed_on": "办结日期", "status": "办理状态", "handling_unit": "承办单位",
}  # fmt: skip


def village_codes() -> frozenset[str]:
    """The village list that the rows refer to."""
    return frozenset(f"9999010{township:02d}{village:03d}" for township in range(1, 20) for village in range(200, 210))


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Invented matters, the same for the same count."""
    rng = Random(count)
    codes = sorted(village_codes())
    for number in range(count):
        registered = DAY - timedelta(days=rng.randrange(1, 300))
        closed = (registered + timedelta(days=rng.randrange(1, 60))).isoformat() if rng.random() < 0.5 else ""
        yield (
            f"m{number:08d}", rng.choice(codes), rng.choice(("申诉求决类", "建议意见类")),
            rng.choice(("走访", "来信", "信息网络")), rng.choice("是否"), rng.choice(("个体", "5人以上")),
            registered.isoformat(), rng.choice("是否"), closed, "已答复" if closed else "办理中", f"第{number % 40}科",
        )  # fmt: skip


def write_csv(folder: Path, count: int) -> None:
    """The table as CSV."""
    path = folder / "inbox-csv" / CSV_FILE
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS.values())
        writer.writerows(rows(count))


def write_workbook(folder: Path, count: int) -> None:
    """The table as a workbook."""
    import xlsxwriter

    path = folder / "inbox-xlsx" / SHEET_FILE
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADERS.values())
        for number, row in enumerate(rows(count), start=1):
            sheet.write_row(number, 0, row)


def address(folder: Path, kind: str) -> str:
    """Where a server of this run is."""
    return (folder / f"{kind}.address").read_text("utf-8")


@contextmanager
def served(folder: Path, count: int, kinds: Collection[str]) -> Iterator[None]:
    """PostgreSQL and the pages of JSON, as far as asked for, each with the whole table, in processes of their own."""
    with ExitStack() as stack:
        if "postgresql" in kinds:
            (folder / "postgresql.address").write_text(stack.enter_context(_database(count)), "utf-8")
        if "json" in kinds:
            (folder / "json.address").write_text(stack.enter_context(_pages(count)), "utf-8")
        yield


@contextmanager
def _database(count: int) -> Iterator[str]:
    from psycopg import sql

    from pipelines.simulation.live.exchange_database import ExchangeDatabase

    with ExchangeDatabase({}) as exchange:
        with exchange.administrator() as connection:
            columns = ", ".join(f"{name} text" for name in HEADERS)
            connection.execute(f"create table {TABLE} ({columns}, pushed_on date)")
            with connection.cursor() as cursor, cursor.copy(f"copy {TABLE} from stdin") as copy:
                for row in rows(count):
                    copy.write_row((*(cell or None for cell in row), DAY))
            connection.execute(f"grant select on {TABLE} to cunshe_reader")
            connection.execute(sql.SQL("alter role cunshe_reader password {}").format(PASSWORD))
        yield exchange.url


@contextmanager
def _pages(count: int) -> Iterator[str]:
    listening, told = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=_serve_pages, args=(count, told), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{listening.recv()}/matters"
    finally:
        server.terminate()
        server.join()


def _serve_pages(count: int, told: Any) -> None:
    """Answer with pages made beforehand, so that the server costs next to nothing."""
    everything = [dict(zip((*HEADERS, "pushed_on"), (*row, DAY.isoformat()), strict=True)) for row in rows(count)]
    total = -(-count // PAGE)
    pages = {
        number: json.dumps(
            {"data": {"items": everything[(number - 1) * PAGE : number * PAGE], "total": count, "pages": total}},
            ensure_ascii=False,
        ).encode()
        for number in range(1, total + 1)
    }
    everything.clear()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = int(parse_qs(urlsplit(self.path).query)["page"][0])
            allowed = secrets.compare_digest(self.headers.get("Authorization", ""), f"Bearer {TOKEN}")
            body = pages.get(number, b"{}") if allowed else b"{}"
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()

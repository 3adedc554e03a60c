"""Likely predecessors where two lists show a change that nobody has delivered: proposed, never assumed.

Belongs here: which pairs of a village that is gone and one that is new a person should look at, and why. Does not belong
here: deciding (`identity.review`), what a decision does to the register (`decided`).

Every code that is gone or new and not explained by a change is in the answer, in a pair or alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipelines.identity.normal.villages import village_name_key
from pipelines.identity.villages.names import telling
from pipelines.identity.villages.shapes import Change, Entry, Listing

_CLOSE = 0.1  # sums that differ by a tenth at most are called close
_MOST_BEARERS = 4  # a character that more of a township's changed villages bear tells nothing
_MOST_NAMED = 8  # so many villages are named where there is no candidate


@dataclass(frozen=True, slots=True)
class Proposal:
    """Perhaps `old_code` became, or went into, `new_code`. One of them is None where there is no candidate.

    `kind` is what it would be: convert, recode, merge, split; `gone` or `new` without a candidate. `evidence` is in Chinese.
    """

    old_code: str | None
    new_code: str | None
    kind: str
    evidence: tuple[str, ...]


def proposals(before: Listing, after: Listing, changes: Iterable[Change]) -> list[Proposal]:
    """The pairs to look at between two lists, by old code; then the villages without a candidate."""
    was, now = before.active(), after.active()
    gone, new = _unexplained(was, now, changes)
    bearers = Counter(
        (one.township_code, character)
        for one in (*(was[code] for code in gone), *(now[code] for code in new))
        for character in telling(one.name)
    )
    rare = {one for one, count in bearers.items() if count <= _MOST_BEARERS}
    pairs = {
        (old, code): evidence
        for old in gone
        for code in now
        if (evidence := _evidence(was[old], now[code], rare, is_new=code in new, is_known=code in was))
    }
    found = [
        Proposal(old, code, _kind(was[old], now[code], pairs, is_known=code in was), evidence)
        for (old, code), evidence in sorted(pairs.items())
    ]
    found = [_with_sums(one, found, was, now) for one in found]
    matched = {one.old_code for one in found} | {one.new_code for one in found}
    return [*found, *_alone(gone, new, matched, was, now)]


def _unexplained(
    was: Mapping[str, Entry], now: Mapping[str, Entry], changes: Iterable[Change]
) -> tuple[list[str], list[str]]:
    explained = list(changes)
    ended = {one.old_code for one in explained}
    begun = {one.new_code for one in explained}
    return sorted(was.keys() - now.keys() - ended), sorted(now.keys() - was.keys() - begun)


def _evidence(
    old: Entry, new: Entry, rare: Collection[tuple[str | None, str]], *, is_new: bool, is_known: bool
) -> tuple[str, ...]:
    """Why a person should look at the pair; empty where nothing speaks for it."""
    if not (is_new or is_known):
        return ()
    same_town = old.township_code == new.township_code
    same_name = village_name_key(old.name) == village_name_key(new.name)
    shared = [
        one for one in village_name_key(new.name) if one in telling(old.name) and (new.township_code, one) in rare
    ]
    place = f"同属{new.township_name}" if same_town else f"原属{old.township_name}，现属{new.township_name}"
    if same_name and (same_town or is_new):
        standing = "新出现" if is_new else "此前已存在"
        return (place, f"名称相同（{old.name}、{new.name}），代码不同", f"{new.name}{standing}")
    if is_new and same_town and shared:
        total = len(village_name_key(new.name))
        return (place, f"{new.name}的{total}个字中有{len(shared)}个见于{old.name}：{'、'.join(shared)}")
    return ()


def _kind(old: Entry, new: Entry, pairs: Collection[tuple[str, str]], *, is_known: bool) -> str:
    olds = [one for one, code in pairs if code == new.code]
    news = [code for one, code in pairs if one == old.code]
    if len(olds) > 1 or is_known:
        return "merge"
    if len(news) > 1:
        return "split"
    return "convert" if new.code[9] in "04" and old.code[9] not in "04" else "recode"


def _with_sums(one: Proposal, found: list[Proposal], was: Mapping[str, Entry], now: Mapping[str, Entry]) -> Proposal:
    """The proposal with what the numbers of people and households say, where both lists have them."""
    olds = [was[str(it.old_code)] for it in found if it.new_code == one.new_code]
    news = [now[str(one.new_code)]]
    if len(olds) == 1:
        news = [now[str(it.new_code)] for it in found if it.old_code == one.old_code]
    if one.new_code in was:  # the new village was there before: its own people count on the old side
        olds = [*olds, was[str(one.new_code)]]
    said = [*_sum("户数", [it.households for it in olds], [it.households for it in news])]
    said += [*_sum("户籍人口", [it.population for it in olds], [it.population for it in news])]
    return replace(one, evidence=(*one.evidence, *said))


def _sum(title: str, olds: list[int | None], news: list[int | None]) -> Iterator[str]:
    before, after = [one for one in olds if one is not None], [one for one in news if one is not None]
    if len(before) < len(olds) or len(after) < len(news) or not sum(before):
        return
    close = abs(sum(after) - sum(before)) <= _CLOSE * sum(before)
    yield f"{title}：原{sum(before)}，现{sum(after)}，{'相近' if close else '不相近'}"


def _alone(
    gone: list[str], new: list[str], matched: set[str | None], was: Mapping[str, Entry], now: Mapping[str, Entry]
) -> Iterator[Proposal]:
    """What has no candidate, with the other changes in its township for whoever looks for one."""
    gone_in, new_in = defaultdict(list), defaultdict(list)
    for code in gone:
        gone_in[was[code].township_code].append(was[code].name)
    for code in new:
        new_in[now[code].township_code].append(now[code].name)
    for code in gone:
        if code not in matched:
            yield Proposal(
                code, None, "gone", ("名称相近的后继未找到", _named("新出现", new_in[was[code].township_code]))
            )
    for code in new:
        if code not in matched:
            yield Proposal(
                None, code, "new", ("名称相近的前身未找到", _named("不再列入", gone_in[now[code].township_code]))
            )


def _named(what: str, names: list[str]) -> str:
    if not names:
        return f"同镇街没有{what}的村社"
    more = f"等{len(names)}个" if len(names) > _MOST_NAMED else ""
    return f"同镇街{what}的村社：{'、'.join(names[:_MOST_NAMED])}{more}"

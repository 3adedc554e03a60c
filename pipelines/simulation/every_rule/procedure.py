"""Stories of the election's steps, ballots, voter list and talks."""

from __future__ import annotations

from pipelines.simulation.every_rule.ground import VOTED_ON
from pipelines.simulation.every_rule.plot import RED, RED_AGAIN, YELLOW, YELLOW_AGAIN, Scene, Story, both_colours
from pipelines.simulation.timeline import days

_STEPS, _BALLOTS = "civil_affairs__election_steps", "civil_affairs__ballots"
_PROFILE, _REGISTRATION = "questionnaire__village_profile", "civil_affairs__voter_registration"


def _step_overdue(scene: Scene) -> None:
    due_on = scene.ago({YELLOW: 3, RED: 6}.get(scene.level, -9))
    scene.say(_STEPS, step_code="P05", planned_on=due_on, done_on=None)


def _step_countdown(scene: Scene) -> None:
    """The voter list is due twenty days before the vote; its planned day is over, or well ahead."""
    left = {YELLOW: 5, RED: 2}.get(scene.level, 40)
    scene.say(_STEPS, step_code="C25", planned_on=scene.ago(-20 - left), done_on=None, document_no=None)
    scene.say(_STEPS, step_code="C12", planned_on=scene.ago(20 if scene.is_on else -30), done_on=None)


def _voter_list_late(scene: Scene) -> None:
    voting_on = scene.ago(-10)
    published_on = voting_on - days(18 if scene.is_on else 25)
    scene.say(_STEPS, step_code="C25", planned_on=voting_on, done_on=None, document_no=None)
    scene.say(_STEPS, step_code="C12", planned_on=published_on, done_on=published_on)


def _handover_late(scene: Scene) -> None:
    voted_on = scene.ago(20)
    handed_over_on = voted_on + days(15 if scene.is_on else 8)
    scene.say(_STEPS, step_code="C25", planned_on=voted_on, done_on=voted_on)
    scene.say(_STEPS, step_code="C29", planned_on=handed_over_on, done_on=handed_over_on)


def _audit_unpublished(scene: Scene) -> None:
    """Done and not published; or not done, a vote of the party being so near that it should be."""
    status = {YELLOW: "done", RED: "not_started"}.get(scene.level, "published")
    published_on = None if scene.is_on else scene.ago(60)
    scene.say(_PROFILE, audit_status=status, audit_published_on=published_on)
    scene.say(_STEPS, step_code="P03", planned_on=scene.ago(25), done_on=scene.ago(25))
    scene.say(_STEPS, step_code="P16", planned_on=scene.ago(-5), done_on=None)


def _talked_to(scene: Scene) -> None:
    scene.say(_STEPS, step_code="P09", planned_on=scene.ago(60), done_on=scene.ago(60))


def _interviews_members(scene: Scene) -> None:
    _talked_to(scene)
    scene.say(_PROFILE, members_interviewed=30 if scene.is_on else 50)


def _interviews_representatives(scene: Scene) -> None:
    _talked_to(scene)
    scene.say(_PROFILE, representatives_interviewed=12 if scene.is_on else 30)


def _ballot(scene: Scene, body: str = "committee", **figures: object) -> None:
    """A first ballot without fault, but for `figures`."""
    scene.say(
        _BALLOTS,
        **{
            "body": body, "round_no": 1, "ballot_kind": "first", "voted_on": VOTED_ON, "registered": 1000, "attended": 900,
            "proxies": 50, "issued": 900, "collected": 890, "valid": 880, "seats": 4, "elected": 4, "election_mode": "all_voters",
            "box_votes": 0, "total_votes": 3400, "lowest_elected_votes": 700, "smallest_margin": 20, "kin_pairs": 0, **figures,
        },
    )  # fmt: skip


def _ballot_arithmetic(scene: Scene) -> None:
    _ballot(scene, proxies=950 if scene.is_on else 50)


def _turnout_invalid(scene: Scene) -> None:
    attended = 400 if scene.is_on else 900
    _ballot(
        scene, attended=attended, issued=attended, collected=attended - 10, valid=attended - 20,
        total_votes=attended * 3, lowest_elected_votes=attended - 100,
    )  # fmt: skip


def _ballot_test_failed(scene: Scene) -> None:
    _ballot(scene, smallest_margin=0 if scene.is_on else 20)


def _party_roll(scene: Scene) -> None:
    scene.say("organisation__party_rolls", roll_class="all", members=50)
    _ballot(
        scene, body="party", registered=40 if scene.is_on else 50, attended=40, proxies=0, issued=40, collected=40, valid=40,
        seats=3, elected=3, election_mode=None, total_votes=110, lowest_elected_votes=35,
    )  # fmt: skip


def _registration(scene: Scene, **figures: object) -> None:
    """A registration without fault, but for `figures`."""
    scene.say(
        _REGISTRATION,
        **{
            "eligible": 1050, "published_on": VOTED_ON - days(25), "registered_first": 1000, "registered_by_household": 800,
            "registered_away": 150, "registered_residents": 50, "objections": 5, "objections_upheld": 1,
            "last_objection_on": VOTED_ON - days(22), "longest_reply_days": 2, **figures,
        },
    )  # fmt: skip


def _objections_many(scene: Scene) -> None:
    _registration(scene, objections=30 if scene.is_on else 5)


def _objection_reply_late(scene: Scene) -> None:
    _registration(scene, longest_reply_days=8 if scene.is_on else 2)


STORIES = [
    *both_colours("step_overdue", 1, 2, _step_overdue),
    *both_colours("step_countdown", 3, 4, _step_countdown),
    *both_colours("audit_unpublished", 16, 17, _audit_unpublished),
    Story("voter_list_late", 5, RED_AGAIN, _voter_list_late),
    Story("handover_late", 6, RED_AGAIN, _handover_late),
    Story("interviews_members", 30, YELLOW_AGAIN, _interviews_members),
    Story("interviews_representatives", 13, YELLOW_AGAIN, _interviews_representatives),
    Story("ballot_arithmetic", 18, RED_AGAIN, _ballot_arithmetic),
    Story("turnout_invalid", 19, RED_AGAIN, _turnout_invalid),
    Story("ballot_test_failed", 20, RED_AGAIN, _ballot_test_failed),
    Story("party_roll", 21, RED_AGAIN, _party_roll),
    Story("objections_many", 29, RED_AGAIN, _objections_many),
    Story("objection_reply_late", 14, RED_AGAIN, _objection_reply_late),
]

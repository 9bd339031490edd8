"""What an office writes is read, or refused with the file and the line of everything wrong."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.review.calendar import Hours
from domain.review.chain import Due, OnRevision, Quorum, Rule, Term
from domain.review.conditions import Facts
from domain.review.people import Signers, Trait
from records.documents import Desk, Unreadable
from records.explaining import explain_files
from records.folder import Office, office_of, read_office
from records.rehearsal import try_files
from records.scenarios import read_scenarios

TOWN = Path(__file__).parent / "town"
TODAY = date(2026, 3, 2)
LOAN = "people: {a: x, b: x}\ndelegations:\n  - {starts: 2026-01-02, from: a"
STEP = "steps: [{id: law, approvers: {groups: [legal]}"


def office(text: str) -> Office:
    desk = Desk()
    read = office_of(desk, list(desk.read(text, "office.yaml")), TODAY)
    desk.done()
    return read


def complaints(text: str) -> list[str]:
    with pytest.raises(Unreadable) as wrong:
        office(text)
    return [str(complaint) for complaint in wrong.value.complaints]


#
def test_the_whole_language_of_a_chain_is_read() -> None:
    """The chain from the specification, word for word."""
    chain = office(
        """
steps:
  - id: editorial
    approvers: {groups: [editor]}
    quorum: any
    sla: {business_hours: 4, escalate_to: [comms_lead], on_timeout: escalate,
          then: {expire: {business_hours: 4}}}
  - parallel:
      - {id: legal, approvers: {groups: [legal]}, quorum: {n: 2}}
      - {id: privacy, approvers: {groups: [dpo]}, quorum: any, veto: [dpo]}
  - id: finance
    when: 'post.paid && post.amount > 0'
    approvers: {groups: [finance], people: [fay]}
    quorum: all
policy:
  self_approval: forbid
  separation_of_duties: true
  on_revision: resume_at_failed_step
  edit_during_review: locked
  late_publication: {publish_immediately: {grace_minutes: 30}}
  max_rounds: 5
  comment_required_on: [request_changes, reject, veto]
  vetoers: [director]
  emergency: {role: duty_officer, second_person: true, requires: post.emergency,
              reviewers: [comms_lead, director], review_within: {business_hours: 7}}
"""
    ).chains[0]
    editorial, legal, privacy, finance = chain.levels
    hours = timedelta(hours=4)

    assert editorial.terms == (Term(Due.ESCALATE, hours), Term(Due.EXPIRE, hours))
    assert editorial.escalate_to == Signers(("comms_lead",))
    assert legal.quorum == Quorum(Rule.COUNT, 2)
    assert privacy.veto == Signers(("dpo",))
    assert finance.when == "post.paid && post.amount > 0"
    assert finance.signers == Signers(("finance",), ("fay",))
    assert finance.quorum.rule is Rule.ALL
    assert [len(step.levels) for step in chain.steps] == [1, 2, 1]
    policy = chain.policy
    assert (policy.on_revision, policy.locked_in_review) == (OnRevision.RESUME, True)
    assert (policy.late_grace, policy.max_rounds) == (timedelta(minutes=30), 5)
    assert policy.vetoers == Signers(("director",))
    assert policy.emergency is not None
    assert policy.emergency.officers == Signers(("duty_officer",))
    assert policy.emergency.review_within == timedelta(hours=7)


def test_a_reminder_comes_before_its_deadline() -> None:
    sla = "sla: {business_hours: 4, remind: {business_hours: 3}, escalate_to: [legal]}"

    terms = office(f"{STEP}, {sla}}}]").chains[0].levels[0].terms

    three, one = timedelta(hours=3), timedelta(hours=1)
    assert terms == (Term(Due.REMIND, three), Term(Due.ESCALATE, one))


def test_the_town_is_read_from_its_folder() -> None:
    town = read_office([TOWN], TODAY)
    calendar = town.calendars[0]

    assert {chain.id for chain in town.chains} == {"committee", "simple", "two"}
    assert calendar.week[0] == (Hours(540, 720), Hours(840, 1080))
    assert {special.day for special in calendar.special} > {date(2026, 5, 15), date(2027, 7, 14)}
    assert town.book("two").person("sven").traits == (Trait.STEP_UP,)  # type: ignore[union-attr]


def test_a_night_shift_spills_into_the_next_day() -> None:
    text = 'calendars: {night: {zone: Europe/Paris, hours: {sun: "22:00-06:00"}}}'
    week = office(text).calendars[0].week

    assert week[6] == (Hours(1320, 1440),)
    assert week[0] == (Hours(0, 360),)


def test_norway_is_a_country_and_not_the_word_no() -> None:
    hours = 'hours: {mon: "09:00-12:00"}'
    text = f"calendars: {{oslo: {{zone: Europe/Oslo, {hours}, holidays: {{country: NO}}}}}}"

    assert date(2026, 5, 17) in {special.day for special in office(text).calendars[0].special}


def test_a_delegation_is_read_in_the_offices_own_time() -> None:
    text = """
calendars: {office: {zone: Europe/Paris, hours: {mon: "09:00-12:00"}}}
people: {lena: legal, li: legal}
delegations:
  - {from: lena, to: li, starts: 2026-07-01 08:00, ends: "2026-07-15T08:00+00:00", levels: [law]}
"""
    loan = office(text).delegations[0]

    assert loan.starts == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert loan.ends == datetime(2026, 7, 15, 8, 0, tzinfo=UTC)
    assert (loan.giver, loan.taker, loan.levels) == ("lena", "li", ("law",))


WRONG = [
    ("people: {ana: [", "office.yaml:1: This is not YAML"),
    ("greetings: hello", "Expected one of people, calendars"),
    ("chain: {id: own}", "'steps' is missing."),
    ("chain: {id: own, steps: []}", "A chain needs at least one level."),
    ("steps: [{id: law}]", "'approvers' is missing."),
    (f"{STEP}, quroum: any}}]", "Nobody reads 'quroum' here. Did you mean 'quorum'?"),
    (f"{STEP}, quorum: most}}]", "Expected one of any, all, not 'most'."),
    (f"{STEP}, quorum: {{n: 0}}}}]", "Expected a whole number above zero, not '0'."),
    (f"{STEP}, when: 'post.paid &&'}}]", "This condition cannot be read"),
    (f"{STEP}, when: paid}}]", "A condition asks something of the post"),
    (f"{STEP}, calendar: moon}}]", "There is no calendar 'moon'."),
    (f"{STEP}}}]\npeople: {{ana: author}}", "Nobody is in group 'legal'."),
    (f"{STEP}, quorum: {{n: 2}}}}]\npeople: {{ana: legal}}", "needs 2 signatures and has 1"),
    (f"{STEP}, people: [bo]}}]", "Nobody reads 'people' here."),
    ("steps: [{id: a, approvers: {people: [bo]}}]\npeople: {ana: x}", "There is no person 'bo'."),
    ("steps: [{id: a, approvers: [x]}, {id: a, approvers: [x]}]", "Two levels are called 'a'."),
    (f"{STEP}, sla: {{on_timeout: expire}}}}]", "Say how long"),
    (
        f"{STEP}, sla: {{business_hours: 4, on_timeout: approve}}}}]",
        "one of escalate, remind, expire",
    ),
    (
        f"{STEP}, sla: {{business_hours: 2, remind: {{business_hours: 2}}}}}}]",
        "A reminder comes before",
    ),
    (f"{STEP}}}]\npolicy: {{max_rounds: many}}", "whole number above zero, not 'many'"),
    (f"{STEP}}}]\npolicy: {{late_publication: never}}", "Expected one of hold"),
    (f"{STEP}}}]\npolicy: {{emergency: {{role: duty}}}}", "'review_within' is missing."),
    ("calendars: {o: {zone: Mars, hours: {mon: '09:00-12:00'}}}", "There is no time zone 'Mars'"),
    ("calendars: {o: {zone: UTC, hours: {moon: '09:00-12:00'}}}", "'moon' is no weekday"),
    ("calendars: {o: {zone: UTC, hours: {mon: '9 to 5'}}}", "Expected hours such as 09:00-12:30"),
    ("calendars: {o: {zone: UTC, hours: {mon: ['09:00-12:00', '11:00-13:00']}}}", "overlap"),
    ("calendars: {o: {zone: UTC, hours: {}}}", "at least one working hour"),
    (
        "calendars: {o: {zone: UTC, hours: {mon: '09:00-12:00'}, holidays: {country: XX}}}",
        "No holidays are known for XX.",
    ),
    ("calendars: {o: {zone: UTC, hours: {mon: '09:00-12:00'}, closed: [soon]}}", "a day such as"),
    ("people: {ana: {step_up: perhaps}}", "Expected one of true, false, yes, no"),
    ("people:\n  ana: author\n  ana: editor", "office.yaml:3: 'ana' stands here twice."),
    (
        f"{LOAN}, to: c, ends: 2026-01-03}}",
        "office.yaml:3: There is no person 'c'.",
    ),
    (
        f"{LOAN}, to: b, ends: 2026-01-01}}",
        "This delegation would end before it begins.",
    ),
]


#
@pytest.mark.parametrize(("text", "says"), WRONG, ids=lambda text: text[:40])
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    assert any(says in complaint for complaint in complaints(text)), complaints(text)


def test_every_mistake_is_named_at_once() -> None:
    assert complaints("steps:\n  - {id: a}\n  - {id: b, quorum: most}\n") == [
        "office.yaml:2: 'approvers' is missing.",
        "office.yaml:3: 'approvers' is missing.",
        "office.yaml:3: Expected one of any, all, not 'most'.",
    ]


# Rehearsing and explaining.

STORY = """
scenario: A short story
people: {ana: author, emma: editor}
chain: {id: own, steps: [{id: editorial, approvers: [editor]}]}
begins: 2026-03-02 09:00
story:
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  - {who: emma, does: approves, then: {state: approved}}", "✗ 2026-03-02 09:00"),
        ("  - {who: ana, does: submits, then: {state: approved}}", "✗ line 7: expected state"),
        ("  - {who: ana, does: submits, refused: POLICY_BLOCK}", "and POLICY_BLOCK was expected"),
        ("  - {who: ana, does: submits, then: {open: [legal]}}", "found [editorial]"),
    ],
)
def test_a_rehearsal_tells_where_a_story_goes_another_way(
    tmp_path: Path, line: str, says: str
) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(f"{STORY}{line}\n", encoding="utf-8")

    rehearsal = try_files([file])[0]

    assert not rehearsal.went_well
    assert any(says in one for one in rehearsal.text), rehearsal.text
    assert rehearsal.text[0] == "A short story: NOT as expected"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  - ana ponders", "Expected who does what"),
        ("  - {who: ana, does: submits, refused: BECAUSE}", "Expected one of STALE_VERSION"),
        ("  - {who: ana, does: submits, then: {mood: good}}", "Nobody reads 'mood' here."),
        ("  - {at: soon, who: ana, does: submits}", "a date and hour such as"),
    ],
)
def test_a_story_that_cannot_be_read_says_where(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(f"{STORY}{line}\n", encoding="utf-8")

    with pytest.raises(Unreadable) as wrong:
        read_scenarios([file])

    assert f"{file}:7: " in str(wrong.value)
    assert says in str(wrong.value)


def explained(facts: Facts, chain: str = "committee", author: str = "ana") -> list[str]:
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
    return explain_files([TOWN], chain, author, facts, friday)


def test_a_chain_is_drawn_and_says_who_would_sign_by_when() -> None:
    assert explained({"paid": False}) == [
        "committee, version 1",
        "1. ─── Editorial: any of Basile Roy, Emma Blin, Eric Noir",
        "        after 4 h of working time (office): ask others as well",
        "        after 4 h of working time (office): expire",
        "        then also: Carl Blanc",
        "2. ┌─ Legal: 2 of Lena Vidal, Li Fournier, Lou Marchand",
        "        then also: Carl Blanc",
        "   ├─ Privacy: any of Dora Petit, with a veto",
        "        then also: Dana Rey",
        "   └─ Accessibility: any of Aude Clair",
        "3. ─── Finance: any of Fay Leroux, when post.paid && post.amount > 0",
        "   └─ approved",
        "",
        "A post by Ana Morel, submitted 2026-03-27 16:00:",
        "  Editorial: any one (Basile Roy, Emma Blin, Eric Noir) by 2026-03-30 11:00.",
        "  Legal: 2 of them (Lena Vidal, Li Fournier, Lou Marchand), with no deadline.",
        "  Privacy: any one (Dora Petit), with no deadline.",
        "  Accessibility: any one (Aude Clair), with no deadline.",
        "  Finance is not needed, since post.paid && post.amount > 0 does not hold.",
    ]


def test_it_names_no_author_among_those_who_would_sign() -> None:
    lines = explained({"paid": True, "amount": 1}, author="basile")

    assert "  Editorial: any one (Emma Blin, Eric Noir) by 2026-03-30 11:00." in lines
    assert "  Finance: any one (Fay Leroux), with no deadline." in lines

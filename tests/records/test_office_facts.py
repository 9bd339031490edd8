"""What an office tells the rules of itself: read from its folder, refused with file and line."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.house import ChannelLimits, House
from records.database import Database
from records.office import OfficeError, apply_office, house_in
from records.organisations import house
from tests.offices import OFFICE, office_named

pytestmark = pytest.mark.anyio

EVERYTHING: dict[str, Any] = {
    "public_phones": ["+33 1 42 76 40 40"],
    "also_named": ["Clairmont"],
    "jurisdictions": ["fr", "eu"],
    "speaks": "fr",
    "level": "region",
    "population": 7,
    "official_domains": ["Clairmont.example"],
    "allowed_domains": ["meteofrance.com"],
    "official_shorteners": ["go.clairmont.example"],
    "public_emails": ["tickets@orange.fr"],
    "public_ibans": ["FR76 3000 6000 0112 3456 7890 189"],
    "public_figures": ["Camille Laurent"],
    "political_names": [{"name": "Camille Laurent", "kind": "candidate", "incumbent": True}],
    "elections": [
        {
            "id": "locals-2027",
            "votes": ["2027-05-06"],
            "territory": "harbour",
            "general": False,
            "restrictions": [
                {
                    "rule": "blackout.election",
                    "opens": "2027-03-23T00:00:00Z",
                    "closes": "2027-05-06T21:00:00Z",
                    "legal_basis": "Local Government Act 1986, s. 2",
                    "stops": "everything",
                }
            ],
        }
    ],
    "embargoes": [
        {"ref": "census", "until": "2027-01-12T08:00:00+01:00", "phrases": ["18 400"], "owner": "o"}
    ],
    "languages_required": ["fr"],
    "guardians_for_minors": 2,
    "acronyms": ["TER"],
    "hashtags_as_they_are": ["iledefrance"],
    "crisis": {"active": True, "reason": "flood", "categories": ["emergency", "event"]},
    "thresholds": {
        "emoji_max": 1,
        "sentence_words_max": 9,
        "duplicate_days": 2,
        "version_minutes_max": 3,
        "alt_chars_min": 4,
        "token_days_max": 5,
        "admins_max": 6,
    },
    "channel_limits": {
        "harbour": {
            "length": 1,
            "hashtags": 2,
            "links": 3,
            "media": 4,
            "alt": 5,
            "per_link": 6,
        }
    },
    "switched_off": ["tone", "links.tracking"],
}


def office(folder: Path, **told: Any) -> Path:
    place = office_named("facts", folder)
    sheet = yaml.safe_load((place / "office.yaml").read_text())
    (place / "office.yaml").write_text(yaml.safe_dump({**sheet, **told}))
    return place


async def test_everything_that_a_house_can_hold_comes_back_as_it_was_told(
    database: Database, tmp_path: Path
) -> None:
    place = office(tmp_path / "office", **EVERYTHING)
    await apply_office(database, place)
    async with database.transaction("facts") as session:
        told = await house(session, "facts")

    nothing = House("FR")
    same = [f for f in vars(nothing) if getattr(told, f) == getattr(nothing, f)]
    assert same == ["country"], "the sheet of an office cannot say these"
    assert told.limits == (ChannelLimits("harbour", 1, 2, 3, 4, 5, 6),)
    assert told.official_domains == ("clairmont.example",)
    assert told.elections[0].restrictions[0].stops == "everything"
    assert told.zone == "Europe/Paris"
    assert house_in(place)[0] == told


def test_the_example_office_is_one() -> None:
    told, span = house_in(OFFICE)
    assert (told.name, told.speaks, span.total_seconds()) == ("Ville de Clairmont", "en", 240 * 60)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a phone that is none": ({"public_phones": ["hello"]}, "'hello' is no phone number"),
    "an address for a domain": ({"official_domains": ["https://x.org/"]}, "without https://"),
    "an IBAN with a slip": ({"public_ibans": ["FR76 3000 6000 0112 3456 7890 188"]}, "check"),
    "a rule that is not there": ({"switched_off": ["pii.shoe_size"]}, "pii.shoe_size"),
    "limits of no channel": ({"channel_limits": {"moon": {"length": 5}}}, "no channel 'moon'"),
    "two of one name": (
        {"embargoes": [{"ref": "r", "until": "2027-01-01T00:00:00Z"}] * 2},
        "stands here twice",
    ),
    "a window that ends before it opens": (
        {
            "elections": [
                {
                    "id": "e",
                    "restrictions": [
                        {
                            "rule": "blackout.election",
                            "opens": "2027-02-01T00:00:00Z",
                            "closes": "2027-01-01T00:00:00Z",
                            "legal_basis": "x",
                        }
                    ],
                }
            ]
        },
        "closes after it opens",
    ),
    "an election without a day": ({"elections": [{"id": "e"}]}, "say when"),
    "an instant without a zone": (
        {"embargoes": [{"ref": "r", "until": "2027-01-01T00:00:00"}]},
        "timezone",
    ),
    "a word that nobody knows": ({"shoe_size": 43}, "shoe_size"),
}


@pytest.mark.parametrize(("told", "says"), WRONG.values(), ids=WRONG)
def test_a_slip_is_refused_with_its_file_and_line(
    tmp_path: Path, told: dict[str, Any], says: str
) -> None:
    place = office(tmp_path / "office", **told)
    with pytest.raises(OfficeError) as refused:
        house_in(place)
    (name,) = told
    lines = (place / "office.yaml").read_text().splitlines()
    path, line, sentence = str(refused.value).split(":", 2)
    assert path == str(place / "office.yaml")
    begins = lines.index(next(text for text in lines if text.startswith(name))) + 1
    assert begins <= int(line) < begins + 9
    assert says in sentence

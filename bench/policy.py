"""How long it takes to hold a post against every pack, without network.

`python -m bench.policy` prints one line a case (the goal is 5 ms at the median), and then how well
the rules agree with the labelled corpus.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from domain.case import Case, Moment
from domain.policy import examine, rules_for
from domain.post import Content, Medium, Window
from records.packs import TODAY, houses, shipped
from tests.domain.policies.corpus import PARTS, Score, labelled, scores

TEXTS = {
    "fr": (
        "La piscine municipale rouvre mardi 1er décembre 2026 à 9 h 30. Entrée gratuite pour les "
        "moins "
        "de 12 ans 🏊‍♀️. Renseignements au 02 38 51 20 00 ou sur https://www.beaulieu.fr/piscine. "
        "#PiscineMunicipale #Sport"
    ),
    "uk": (
        "The library is open again from Tuesday 1 December. Bring a friend, borrow ten books and "
        "stay "
        "for tea. Call 020 7946 0000 or see https://www.northmoor.gov.uk/libraries for times. "
        "#Libraries"
    ),
    "es": (
        "La piscina abre de nuevo el martes 1 de diciembre. Entrada gratuita para menores de 12 "
        "años. "
        "Información en el 914 80 00 00 y en https://www.valdeflores.es/piscina"
    ),
}
ROUNDS = 200


def case(house: str, text: str) -> Case:
    opens = TODAY + timedelta(days=1)
    content = Content(
        text=text,
        channels=("mastodon", "bluesky", "x"),
        window=Window(opens, opens + timedelta(days=1)),
        media=(Medium("a", "Le bassin vide au petit matin"),),
        languages=(house if house != "uk" else "en",),
    )
    return Case(content, houses()[house], TODAY, Moment.SUBMISSION)


def measure() -> dict[str, tuple[float, float, int]]:
    """Median and 95th percentile in milliseconds, and how many rules, by organisation.

    Every organisation is held to every jurisdiction, and each round says something new, so that no
    cache can answer for it.
    """
    rulebook = shipped()
    everywhere = tuple(pack.jurisdiction for pack in rulebook.packs)
    measured = {}
    for name, text in TEXTS.items():
        base = case(name, text)
        base = replace(base, house=replace(base.house, jurisdictions=everywhere))
        spent = []
        for turn in range(ROUNDS):
            fresh = replace(base, content=replace(base.content, text=f"{text} ({turn})"))
            started = perf_counter()
            examine(fresh, rulebook)
            spent.append((perf_counter() - started) * 1000)
        cuts = quantiles(spent, n=20)
        measured[name] = (cuts[9], cuts[18], len(rules_for(base, rulebook)))
    return measured


def agreement(folder: Path) -> tuple[Score, ...]:
    """How often the rules agree with the people who labelled this part, by family."""
    return scores(tuple(labelled(houses(), folder)), shipped())


if __name__ == "__main__":
    for name, (median, late, rules) in measure().items():
        print(f"{name}: {rules} rules, p50 {median:.2f} ms, p95 {late:.2f} ms (goal 5 ms)")
    for part in PARTS:
        print(f"{part.name}:", *agreement(part), sep="\n")

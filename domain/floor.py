"""What stops a post in any house, with no pack installed: limits, alternative texts, private
phones."""

from domain.case import Moment
from domain.conditions import condition
from domain.finding import Severity
from domain.packs import Pack, Rule, Rulebook, Told


def _rule(id: str, for_each: str, when: str, title: Told, message: Told) -> Rule:
    brought = {"channels": "channel", "media": "medium"}.get(for_each, "hit")
    return Rule(
        id=id,
        severity=Severity.BLOCK,
        title=title,
        message=message,
        stages=frozenset(Moment),
        clause="What the platform takes",
        source="",
        when=condition(when, (brought,)),
        for_each=for_each,
    )


RULES = (
    _rule(
        "length.exceeded", "channels", "channel.too_long",
        Told("Text too long", "Texte trop long"),
        Told(
            "The text for {channel} has {count} {unit}, and {platform} takes {limit}. "
            "Shorten it, or give a variant.",
            "Le texte pour {channel} compte {count} {unit}, et {platform} en accepte {limit}. "
            "Raccourcissez-le, ou donnez une variante.",
        ),
    ),
    _rule(
        "media.count_exceeded", "channels",
        "channel.media_max > 0 && channel.media > channel.media_max",
        Told("Too many media", "Trop de médias"),
        Told("{media} images, and {channel} takes {media_max}.",
             "{media} images, et {channel} en accepte {media_max}."),
    ),
    _rule(
        "accessibility.alt_text_missing", "media",
        "medium.kind in ['image', 'gif'] && medium.alt.matches('^ *$') && !medium.decorative",
        Told("No alternative text", "Texte alternatif absent"),
        Told("Image {place} has no alternative text. Say what it shows, or mark it decorative.",
             "L'image {place} n'a pas de texte alternatif. Dites ce qu'elle montre, ou "
             "marquez-la décorative."),
    ),
    _rule(
        "pii.phone.personal", "found.phones", "true",
        Told("Personal telephone number", "Numéro de téléphone personnel"),
        Told("“{piece}” looks like somebody's own phone number. Take it out.",
             "« {piece} » ressemble au numéro personnel de quelqu'un. Retirez-le."),
    ),
)  # fmt: skip
FLOOR = Rulebook((Pack("house", "1", "any", Told("House", "Maison"), RULES),), "house/1")

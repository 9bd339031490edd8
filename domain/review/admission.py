"""What a submission was judged under: a book of rules, and what was found out about the post."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.declarations import Category
from domain.finding import Finding as Found
from domain.finding import InEmergency
from domain.post import Content, Post, Urgency
from domain.review.book import Book
from domain.review.conditions import Fact
from domain.review.marks import Finding


@dataclass(frozen=True)
class Admission:
    """A round is pinned to it. `book` holds only what its chain can ask for."""

    book: Book
    at: datetime  # when it was submitted
    findings: tuple[Finding, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)


def as_judged(found: tuple[Found, ...]) -> tuple[Finding, ...]:
    """What the rules found, as far as a review has to know: one line for each blocking rule."""
    blocks = (
        Finding(one.id, True, one.waiver, one.emergency is InEmergency.PASSES)
        for one in found
        if one.blocks
    )
    return tuple(dict.fromkeys(blocks))


def facts_of(post: Post, content: Content) -> dict[str, Fact]:
    """What a chain's conditions may ask of a post, as in `'harbour' in post.channels`."""
    declared = content.declared
    is_urgent = post.urgency is Urgency.EMERGENCY or declared.category is Category.EMERGENCY
    return {
        "amount": declared.paid.amount,
        "category": declared.category.value,
        "channels": content.channels,
        "emergency": is_urgent,
        "languages": content.languages,
        "links": len(content.links),
        "media": len(content.media),
        "paid": declared.paid.paid,
        "political": declared.paid.political,
        "topics": declared.topics,
        "urgency": post.urgency.value,
    }

"""Conditions a chain puts on a post, in CEL: `post.paid && post.amount > 0`."""

from collections.abc import Mapping
from functools import cache

import cel

Fact = bool | int | float | str | tuple[str, ...] | None
Facts = Mapping[str, Fact]

WRONG = (KeyError, RuntimeError, TypeError, ValueError)  # whatever evaluation may raise


class Unclear(Exception):
    """A condition that cannot be answered for this post: a fact is missing, or of another kind."""


def parse(expression: str) -> cel.Program:
    """Raises ValueError when this is not CEL."""
    return _program(expression)


def holds(expression: str, facts: Facts) -> bool:
    """Whether the post meets the condition. Raises Unclear when that cannot be told."""
    try:
        answer = _program(expression).execute({"post": dict(facts)})
    except WRONG as wrong:
        raise Unclear(f"“{expression}” cannot be answered: {wrong}") from wrong
    if not isinstance(answer, bool):
        raise Unclear(f"“{expression}” answers {answer!r}, which is neither true nor false.")
    return answer


def requires(expression: str, facts: Facts) -> bool:
    """Whether a level is needed. In doubt it is: no missing fact ever drops a signature."""
    if not expression:
        return True
    try:
        return holds(expression, facts)
    except Unclear:
        return True


def proves(expression: str, facts: Facts) -> bool:
    """Whether an exception is earned. In doubt it is not."""
    try:
        return holds(expression, facts)
    except Unclear:
        return False


@cache
def _program(expression: str) -> cel.Program:
    return cel.compile(expression)

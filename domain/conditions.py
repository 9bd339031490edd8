"""Conditions: CEL expressions, parsed and checked once, asked many times.

The engine parses; the names and the simple comparisons are checked here against the document's
shape, so that a slip is found when a pack is loaded and not when a post is due.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import cel
import regex

from domain.document import Shape, roots

TOKEN = regex.compile(
    r"(?P<string>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>==|!=|<=|>=|&&|\|\||[^\s])|(?P<space>\s+)"
)
MACROS = ("exists", "all", "exists_one", "filter", "map")
METHODS = {
    "size": "int",
    "contains": "bool",
    "startsWith": "bool",
    "endsWith": "bool",
    "matches": "bool",
    "getFullYear": "int",
    "getMonth": "int",
    "getDayOfWeek": "int",
    "getHours": "int",
}
FUNCTIONS = ("size", "timestamp", "duration", "int", "string", "has", "matches")
WORDS = ("true", "false", "null", "in")
ROOTS = ("post", "organisation", "observed", "found")
COMPARES = ("==", "!=", "<", "<=", ">", ">=")


class Unsound(Exception):
    """A condition that cannot be what its author meant; the message says why."""


@dataclass(frozen=True)
class Condition:
    """A condition ready to be asked."""

    source: str
    program: cel.Program = field(compare=False, repr=False)
    reads: frozenset[str] = frozenset()  # what it names of its roots: post.stage, found.phones

    @property
    def asks(self) -> frozenset[str]:
        """The detectors it names."""
        return frozenset(name[6:] for name in self.reads if name.startswith("found."))

    def holds(self, context: cel.Context) -> bool:
        """Whether it holds. Raises what the engine raises; TypeError if it is no yes or no."""
        answer = self.program.execute(context)
        if not isinstance(answer, bool):
            raise TypeError(f"the condition answers {answer!r}, not yes or no")
        return answer


@lru_cache(maxsize=2048)
def condition(source: str, extra: tuple[str, ...] = ()) -> Condition:
    """The condition behind a text. `extra` names what `for_each` brings: hit, channel or medium.

    Raises Unsound for a syntax error, an unknown name, or a comparison of unlike things.
    """
    try:
        program = cel.compile(source)
    except ValueError as error:
        raise Unsound(str(error).split("\n")[0]) from None
    known = roots()
    for local in {"hit", "channel", "medium"} - set(extra):
        del known[local]
    return Condition(source, program, frozenset(_Checker(source, known).check()))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


class _Checker:
    """Walks the names of an expression from left to right, macro variables included."""

    def __init__(self, source: str, known: dict[str, Shape]) -> None:
        self.tokens = [
            _Token(match.lastgroup or "", match.group())
            for match in TOKEN.finditer(source)
            if match.lastgroup != "space"
        ]
        self.known = dict(known)
        self.reads: set[str] = set()

    def check(self) -> set[str]:
        place = 0
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.kind == "name" and token.text not in WORDS and not self._is_member(place):
                place = self._chain(place)
            else:
                place += 1
        return self.reads

    def _text(self, place: int) -> str:
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def _is_member(self, place: int) -> bool:
        return self._text(place - 1) == "."

    def _chain(self, place: int) -> int:
        """Follows one name through its fields; returns where the next thing starts."""
        name = self._text(place)
        if self._text(place + 1) == "(":
            if name not in FUNCTIONS:
                raise Unsound(f"there is no function {name}")
            return place + 1
        if name not in self.known:
            raise Unsound(f"there is no {name}; there are {', '.join(sorted(self.known))}")
        path, here, place = name, self.known[name], place + 1
        if name in ROOTS and self._text(place) != ".":
            raise Unsound(f"{name} alone means nothing here: name one of its fields")
        while self._text(place) == ".":
            member = self._text(place + 1)
            if self._text(place + 2) == "(":
                return self._method(path, here, place, member)
            if not isinstance(here, dict) or member not in here:
                known = f"; it has {', '.join(sorted(here))}" if isinstance(here, dict) else ""
                raise Unsound(f"{path} has no {member}{known}")
            if path in ROOTS:
                self.reads.add(f"{path}.{member}")
            path, here, place = f"{path}.{member}", here[member], place + 2
        self._compared(path, here, place)
        return place

    def _method(self, path: str, here: Shape, place: int, member: str) -> int:
        if member in MACROS:
            if not isinstance(here, tuple):
                raise Unsound(f"{path} is no list, so it has no {member}")
            self.known[self._text(place + 3)] = here[0]
            return place + 3
        if member not in METHODS:
            raise Unsound(f"there is no method {member}")
        if member != "size" and isinstance(here, tuple | dict):
            raise Unsound(f"{path} is a list or structure, so it has no {member}")
        if member == "size" and self._text(place + 3) == ")":
            self._compared(f"{path}.size()", "int", place + 4)
        return place + 3

    def _compared(self, path: str, here: Shape, place: int) -> None:
        sign, other = self._text(place), self._text(place + 1)
        if sign not in COMPARES or not other:
            return
        if isinstance(here, tuple | dict):
            raise Unsound(f"{path} is a list or structure: compare its size or one of its fields")
        kind = self.tokens[place + 1].kind
        unlike = (kind == "string" and here != "string") or (kind == "number" and here != "int")
        unlike = unlike or (other in ("true", "false") and here != "bool")
        if unlike:
            raise Unsound(f"{path} is a {here}, and {other} is not")

"""Every refusal as problem+json (RFC 9457): a status, a stable code, and a sentence to act on."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from api.door import EngineLost, NoSuchPost, NotConfirmed
from api.languages import spoken
from domain.french import in_french
from domain.objection import Refusal

MEDIA_TYPE = "application/problem+json"


class ProblemBody(BaseModel):
    """What a refusal looks like. Branch on `code`; show `detail` to people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []


class Problem(Exception):
    """A refusal on its way out. `more` goes beside the sentence, e.g. the findings."""

    def __init__(self, status: int, code: str, says: str, **more: Any) -> None:
        super().__init__(says)
        self.status, self.code, self.says, self.more = status, code, says, more


TITLES = {
    400: "The request is incomplete",
    401: "Sign in first",
    403: "Not yours to do",
    404: "No such thing",
    405: "Not this way",
    409: "It cannot be done now",
    413: "Too large",
    415: "Not this kind of content",
    422: "The request does not fit",
    503: "Not available right now",
}
CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "Refused"),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.says,
        **problem.more,
    }
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: which refusals it can answer with."""
    return {
        status: {"description": TITLES[status], "model": ProblemBody}
        for status in sorted({*statuses, 413, 503})
    }


def told_as_problems(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, in which every refusal has the media type it is sent with."""
    told = FastAPI.openapi(app)
    for path in told["paths"].values():
        for operation in path.values():
            for status, answered in operation["responses"].items():
                content = answered.get("content", {})
                if status >= "400" and "application/json" in content:
                    body = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
                    answered["content"] = {MEDIA_TYPE: body}
    for unused in ("HTTPValidationError", "ValidationError"):
        told["components"]["schemas"].pop(unused, None)
    return told


def answer_problems(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """One handler for each way of refusing; anything else is an accident and stays one (500)."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(Refusal)(_refusal)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(partial(_http, routes))
    for kind, problem in TROUBLES.items():
        app.exception_handler(kind)(_always(problem))
    app.openapi = lambda: told_as_problems(app)  # type: ignore[method-assign]


RECORD_LOST = Problem(
    503,
    "RECORD_LOST",
    "The record cannot be reached just now. Repeat the request with the same Idempotency-Key.",
)
TROUBLES: dict[type[Exception], Problem] = {
    NoSuchPost: Problem(404, "NOT_FOUND", "There is no such post in your organisation."),
    NotConfirmed: Problem(
        503, "NOT_CONFIRMED",
        "The engine did not confirm it in time. It may still take effect; repeat the request with "
        "the same Idempotency-Key, which is safe.",
    ),
    OperationalError: RECORD_LOST,
    InterfaceError: RECORD_LOST,
    PoolTimeout: RECORD_LOST,
    EngineLost: Problem(
        503, "ENGINE_LOST",
        "The record has this post and the engine does not. An admin has to run `parapheur resume`.",
    ),
}  # fmt: skip


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    challenge = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return answer(error, challenge)


async def _refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    language = spoken(request.headers.get("accept-language", ""))
    says = in_french(error.objection) if language == "fr" else error.objection.says
    told = {"Content-Language": language, "Vary": "Accept-Language"}
    return answer(Problem(409, error.objection.code, says), told)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "at": ".".join(str(part) for part in wrong["loc"]),
            "says": wrong["msg"].removeprefix("Value error, "),
        }
        for wrong in error.errors()
    ]
    if _is_of_another_type(request, errors):
        says = "Send JSON, and say so: Content-Type: application/json."
        return answer(Problem(422, "INVALID", says, errors=errors))
    if any(wrong["type"] == "json_invalid" for wrong in error.errors()):
        says = "The body is not JSON that we can read."
        return answer(Problem(422, "INVALID", says, errors=errors))
    places = ", ".join(wrong["at"] for wrong in errors)
    return answer(Problem(422, "INVALID", f"Look at {places}; `errors` says why.", errors=errors))


def _is_of_another_type(request: Request, errors: list[dict[str, Any]]) -> bool:
    """Without the name of JSON on it, a body is a heap of bytes to the framework."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    is_json = kind == "application/json" or kind.endswith("+json")
    return not is_json and any(wrong["at"] == "body" for wrong in errors)


async def _http(routes: Sequence[BaseRoute], request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # what the framework says of a body it cannot decode
        return answer(Problem(422, "INVALID", "The body is not JSON that we can read."))
    code = CODES.get(error.status_code, "REFUSED")
    headers = _allowed(routes, request) if error.status_code == 405 else error.headers
    return answer(Problem(error.status_code, code, f"{error.detail}."), headers)


def _allowed(routes: Sequence[BaseRoute], request: Request) -> dict[str, str]:
    """Every method of the path: the framework names those of the first route alone."""
    there = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    known = (route.methods or () for route in there if isinstance(route, Route))
    methods = {method for some in known for method in some}
    return {"Allow": ", ".join(sorted(methods))}


def _always(problem: Problem):  # type: ignore[no-untyped-def]
    async def handler(request: Request, error: Exception) -> JSONResponse:
        return answer(problem, {"Retry-After": "2"} if problem.status == 503 else None)

    return handler

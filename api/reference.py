"""The API's reference as a page: every route with what it takes and answers, without any script."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.pages import for_everybody, templates

router = APIRouter(include_in_schema=False)
VERBS = ("get", "post", "put", "patch", "delete")


@router.get("/docs", response_class=HTMLResponse)
async def show(request: Request) -> Response:
    """Made from /openapi.json, which is what a program would read."""
    told: dict[str, Any] = request.app.openapi()
    routes = [
        {"verb": verb, "path": path, **operation, "takes": _named(operation.get("requestBody"))}
        for path, operations in told["paths"].items()
        for verb, operation in operations.items()
        if verb in VERBS
    ]
    page = {
        "language": "en",
        "told": told,
        "routes": routes,
        "shapes": told["components"]["schemas"],
    }
    return for_everybody(templates.TemplateResponse(request, "reference.html", page))


def _named(body: dict[str, Any] | None) -> str:
    """The name of the shape that a request's body has, or its media type where it has none."""
    if body is None:
        return ""
    kind, told = next(iter(body["content"].items()))
    return str(told["schema"].get("$ref", kind)).rpartition("schemas/")[2]

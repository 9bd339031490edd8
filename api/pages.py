"""What all pages share: one folder of templates, escaped by default, and what nobody may keep."""

from pathlib import Path

from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

templates = Jinja2Templates(Path(__file__).parent / "templates")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'{}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY.format(" data:"),
}
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY.format(""),
}


def for_everybody(answer: Response) -> Response:
    """A public page: not framed, without scripts, and with nothing from anywhere else."""
    answer.headers.update(PUBLIC)
    return answer


def kept_private(answer: Response) -> Response:
    """For one pair of eyes: not kept, not told to the next site either."""
    answer.headers.update(PRIVATE)
    return answer

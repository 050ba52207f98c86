"""Plain HTML that loads nothing: pages that are served before anybody is signed in, or instead of what is refused."""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from console import language

PAGE = Path(__file__).with_name("plain.html")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
FORM = Template('<form method="post" action="$action">$fields<button type="submit">$button</button></form>')
LINK = Template('<a href="$address">$name</a>')


def page(title: str, lead: str, form: str = "", message: str = "", status: int = 200, links: str = "") -> HTMLResponse:
    """A page in the reader's language; ``form`` and ``links`` are HTML, the others plain text."""
    note = f'<p class="message" role="alert">{escape(message)}</p>' if message else ""
    words = {"title": title, "lead": lead, "message": note, "lang": language.current()}
    html = Template(PAGE.read_text(encoding="utf-8")).substitute(words, form=form, links=links)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Content-Language": language.current()}
    return HTMLResponse(html, status, headers)

"""Who there is, and what an end user may open."""

OPERATOR = "operator"
END_USER = "end user"
PROGRAM = "program"
# What a page loads, as against the page itself: never answered with a redirect to a page.
PARTS = ("/_stcore/", "/static/", "/media/", "/component/")
# Where an operator finds the page of prices; an end user has it at the root, being the only one.
PRICES = "/predict"
_FOR_END_USERS = ("/", "/favicon.png", "/login", "/logout", "/api/predict", "/api/explain")


def may_open(user: str, path: str) -> bool:
    """Whether a user may open a path of this site: an end user the page of prices, its parts, and prices over HTTP."""
    if user != END_USER:
        return True
    return path in _FOR_END_USERS or (path.startswith(PARTS) and path != "/_stcore/metrics")

"""Who is signed in, and who is let through.

Without CONSOLE_PASSWORD everybody on this machine is the operator, and nobody else reaches the console. With it, a
page needs the cookie that /login gives, and a program API_TOKEN, or the password where there is no token, as
``Authorization: Bearer``; only the probes /api/health and /api/ready are open. Whoever signs in with END_USER_PASSWORD
is the end user, who may ask for prices and do nothing else. The cookie is signed and kept nowhere: signing out removes
it from the browser, and a new password or SESSION_SECRET makes all of its role's void. It is marked Secure where the
request came by https; a proxy in front must pass on the Host header.
"""

from console.access.attempts import Attempts
from console.access.guard import SIGNED_OUT, Guard, wait_sentence
from console.access.reach import check_reachable, client_of, is_loopback
from console.access.sessions import COOKIE, LIFETIME_SECONDS, Access, open_access
from console.access.users import END_USER, OPERATOR, PROGRAM, may_open

__all__ = [
    "COOKIE",
    "END_USER",
    "LIFETIME_SECONDS",
    "OPERATOR",
    "PROGRAM",
    "SIGNED_OUT",
    "Access",
    "Attempts",
    "Guard",
    "check_reachable",
    "client_of",
    "is_loopback",
    "may_open",
    "open_access",
    "wait_sentence",
]

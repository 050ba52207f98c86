"""Passwords, tokens, and the signed cookie that says who is signed in."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import SecretStr

from console.access.attempts import Attempts
from console.access.users import END_USER, OPERATOR
from core.settings import Settings

COOKIE = "console_session"
LIFETIME_SECONDS = 7 * 24 * 3600


class Access:
    """Who may use the console: checks passwords and makes and reads the cookie.

    Each role's cookies are signed with a key of its own, which its password is a part of: no cookie of one role can be
    made into one of the other.
    """

    def __init__(
        self,
        password: str | None,
        secret: str | None = None,
        attempts: Attempts | None = None,
        token: str | None = None,
        end_user_password: str | None = None,
    ) -> None:
        given = {OPERATOR: password, END_USER: end_user_password}
        self._passwords = {user: word for user, word in given.items() if word is not None}
        self._token, self._has_own_token = token or password, bool(token)
        self.attempts = attempts or Attempts()
        secret = secret or secrets.token_hex(32)
        self._cookies = {user: _serializer(secret, word, user) for user, word in self._passwords.items()}

    @property
    def needs_password(self) -> bool:
        return OPERATOR in self._passwords

    @property
    def has_end_users(self) -> bool:
        return END_USER in self._passwords

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        """Who a request with these cookies comes from, None for a stranger. For pages: ``st.context.cookies``."""
        if not self.needs_password:
            return OPERATOR
        for user, serializer in self._cookies.items():
            try:
                serializer.loads(cookies.get(COOKIE, ""), max_age=LIFETIME_SECONDS)
            except BadSignature:
                continue
            return user
        return None

    def new_cookie(self, user: str = OPERATOR) -> str:
        """The value of a cookie that signs ``user`` in."""
        return str(self._cookies[user].dumps({"user": user}))

    def user_for(self, given: str, client: str) -> str | None:
        """Whose password ``given`` is, None for nobody's; the caller asks ``attempts`` first whether the client may
        try."""
        # Every password is compared: the time that it takes says nothing of which one it was.
        found = [user for user, password in self._passwords.items() if _is_same(given, password)]
        self._note(client, bool(found))
        return found[0] if found else None

    def is_token(self, given: str, client: str) -> bool:
        """Whether ``given`` is what programs send: the token, or the operator's password where there is no token.

        The token is let in however many wrong ones came before: a program must not be locked out by another at its
        address. It clears no count. Where the password is what programs send, it waits as it does at the sign-in.
        """
        is_right = self._token is not None and _is_same(given, self._token)
        if is_right and self._has_own_token:
            return True
        if self.attempts.seconds_to_wait(client) > 0:
            return False
        self._note(client, is_right)
        return is_right

    def _note(self, client: str, is_right: bool) -> None:
        if is_right:
            self.attempts.forget(client)
        else:
            self.attempts.note_failure(client)


def open_access(settings: Settings) -> Access:
    """Access as the settings say."""
    return Access(
        _plain(settings.console_password),
        _plain(settings.session_secret),
        token=_plain(settings.api_token),
        end_user_password=_plain(settings.end_user_password),
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _serializer(secret: str, password: str, user: str) -> URLSafeTimedSerializer:
    key = hashlib.sha256(f"{secret}\0{password}".encode()).hexdigest()
    return URLSafeTimedSerializer(key, salt=f"console sign-in of the {user}")


def _is_same(given: str, wanted: str) -> bool:
    digests = [hashlib.sha256(text.encode()).digest() for text in (given, wanted)]
    return hmac.compare_digest(*digests)

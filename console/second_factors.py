"""Time-based codes: their secrets, sealed for the database, and which time step a code is of. RFC 6238."""

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from console.passwords import one_time_password

RECOVERY_CODES = 10
LONGEST_CODE = 40


class SecondFactors:
    """Seals secrets with a key of the program's own: the database alone gives none away."""

    def __init__(self, secret: bytes) -> None:
        key = hmac.digest(secret, b"second factors", hashlib.sha256)
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    def new(self) -> str:
        """Return a new secret, sealed."""
        return self._seal.encrypt(pyotp.random_base32().encode()).decode()

    def opened(self, sealed: str) -> str:
        """Return a secret as an application takes it; "" where it was sealed with another key."""
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""

    def step_of(self, sealed: str, code: str, now: datetime) -> int | None:
        """Return the time step a code is of: this one, or one beside it as clocks differ; None for a wrong code."""
        secret = self.opened(sealed)
        if not secret:
            return None
        codes = pyotp.TOTP(secret)
        typed = "".join(code.split()).encode()
        of_step = {offset: codes.at(now, counter_offset=offset).encode() for offset in (0, -1, 1)}
        right = (offset for offset, one in of_step.items() if hmac.compare_digest(one, typed))
        return next((codes.timecode(now) + offset for offset in right), None)

    def picture(self, sealed: str, name: str, issuer: str) -> str:
        """Return the QR code of a secret, to be scanned by an application, as the address of a picture."""
        address = pyotp.TOTP(self.opened(sealed)).provisioning_uri(name=name, issuer_name=issuer)
        picture: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2, light="#fff")
        return picture


def recovery_hash(sealed: str, code: str) -> str:
    """Return what is kept of a recovery code: slow to make, and of no use for another factor than this sealed one."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())[:LONGEST_CODE]
    salt = hashlib.sha256(sealed.encode()).digest()
    return hashlib.scrypt(typed.encode(), salt=salt, n=2**14, r=8, p=1).hex()


def recovery_codes() -> list[str]:
    """Return codes to be written down, each good once."""
    return [one_time_password() for _ in range(RECOVERY_CODES)]

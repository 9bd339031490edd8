"""The keys of this house: what seals acts, what encrypts payloads, what signs checkpoints.

One folder holds them, one sub-folder a kind, one file a key, and a file `active` that names
the key in use. Older keys stay: what they closed must remain readable. To rotate, add a key
and hand it to every process; only when all of them have it, activate it. A key that signs can be
retired then: what was put on record before that moment keeps its seal, and nothing new has one.
"""

import os
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from domain.canonical import instant
from domain.seal import Seal

NONCE = 12  # bytes; random, so one key may close 2^32 messages (NIST SP 800-38D, 8.3)
SECRET = 32  # bytes
RETIRED = ".retired"  # beside a public key: from when on it does not count


class Kind(StrEnum):
    CODEC = "codec"  # encrypts what travels through Temporal
    SEAL = "seal"  # signs what people did
    CHECKPOINT = "checkpoint"  # signs the heads of all chains
    VAULT = "vault"  # encrypts the credentials of platform accounts
    SESSION = "session"  # authenticates local sign-in

    @property
    def signs(self) -> bool:
        """Whether it is a pair: a private half that signs, and a public half that verifies."""
        return self in (Kind.SEAL, Kind.CHECKPOINT)

    @property
    def suffix(self) -> str:
        return ".pem" if self.signs else ".key"


class KeyTrouble(Exception):
    """A key is missing, or does not fit.

    KeyTrouble
      · NoKeys       there is none of this kind yet
      · NoSuchKey    there are some, but not the one that is named
      · NotAKey      the file is there, but damaged
      · Retired      it signs nothing any more, or cannot be retired
      · Unreadable   the key is right, but what it should open was altered or moved
    """


class NoKeys(KeyTrouble):
    def __init__(self, folder: Path, kind: Kind) -> None:
        super().__init__(f"There are no {kind} keys in {folder}; `parapheur keys make` makes them.")


class NoSuchKey(KeyTrouble):
    def __init__(self, kind: Kind, key: str) -> None:
        super().__init__(
            f"This process does not have the {kind} key {key!r}; "
            f"put its file into the folder {kind} of the keys and start the process again."
        )
        self.key = key


class NotAKey(KeyTrouble):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} does not hold a key; restore it from your backup.")


class Retired(KeyTrouble):
    pass


class Unreadable(KeyTrouble):
    pass


@dataclass(frozen=True)
class Keyring:
    """The secrets of one kind: the active one for writing, all of them for reading."""

    kind: Kind
    active: str
    secrets: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, folder: Path, kind: Kind) -> "Keyring":
        active = active_key(folder, kind)
        ring = cls(kind, active, {key: _secret(folder, kind, key) for key in ids(folder, kind)})
        ring.named(active)
        return ring

    @property
    def secret(self) -> bytes:
        return self.named(self.active)

    def named(self, key: str) -> bytes:
        if key not in self.secrets:
            raise NoSuchKey(self.kind, key)
        return self.secrets[key]


@dataclass(frozen=True)
class Sealer:
    """Seals with the active private key. Only the door that knows the person has one."""

    key: str
    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, folder: Path, kind: Kind = Kind.SEAL) -> "Sealer":
        key = active_key(folder, kind)
        path = _path(folder, kind, key)
        if not path.exists():
            raise NoSuchKey(kind, key)
        if key in retired(folder, kind):
            raise Retired(f"The {kind} key {key!r} in use is retired; activate another one.")
        return cls(key, _private(path))

    def seal(self, message: bytes) -> Seal:
        return Seal(self.key, _to_text(self.private.sign(message)))


@dataclass(frozen=True)
class Seals:
    """Says whether a seal holds. Needs public keys only, so anyone may have one."""

    kind: Kind
    publics: Mapping[str, Ed25519PublicKey]
    retired: Mapping[str, datetime] = field(default_factory=dict)  # from when on

    @classmethod
    def of(cls, folder: Path, kind: Kind = Kind.SEAL) -> "Seals":
        paths = sorted((folder / kind).glob("*.pub"))
        if not paths:
            raise NoKeys(folder, kind)
        publics = {path.stem: _public(path) for path in paths}
        return cls(kind, publics, retired(folder, kind))

    def holds(
        self, key_id: str, signature: str, message: bytes, on_record: datetime | None = None
    ) -> bool:
        """False if anything was altered, or the key was retired before this came on record.

        None: it is not on record yet, and a retired key seals nothing new. What a sealed message
        says of its own time does not count: whoever has the key can write any. Raises NoSuchKey
        if we cannot know.
        """
        if key_id not in self.publics:
            raise NoSuchKey(self.kind, key_id)
        if key_id in self.retired and (on_record is None or on_record >= self.retired[key_id]):
            return False
        try:
            self.publics[key_id].verify(_from_text(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Vault:
    """Locks away the credentials of one channel; they open for no other."""

    keys: Keyring

    @classmethod
    def of(cls, folder: Path) -> "Vault":
        return cls(Keyring.of(folder, Kind.VAULT))

    def encrypt(self, clear: bytes, *, organisation: str, channel: str) -> str:
        key, nonce = self.keys.active, secrets.token_bytes(NONCE)
        belongs = _belonging(organisation, channel, key)
        return f"{key}.{_to_text(nonce + AESGCM(self.keys.secret).encrypt(nonce, clear, belongs))}"

    def decrypt(self, locked: str, *, organisation: str, channel: str) -> bytes:
        key, _, text = locked.partition(".")
        secret = self.keys.named(key)
        try:
            sealed = _from_text(text)
            belongs = _belonging(organisation, channel, key)
            return AESGCM(secret).decrypt(sealed[:NONCE], sealed[NONCE:], belongs)
        except (InvalidTag, ValueError) as altered:
            raise Unreadable(
                f"These credentials do not open for {organisation}, {channel}: "
                "they were altered, or belong to another channel. Enter them again."
            ) from altered


def _belonging(organisation: str, channel: str, key: str) -> bytes:
    if "|" in organisation or "|" in channel:
        raise ValueError("The name of an organisation or a channel cannot contain a '|'.")
    return f"{organisation}|{channel}|{key}".encode()


# Making and changing keys


def ids(folder: Path, kind: Kind) -> list[str]:
    """The keys of a kind whose secret half is here, oldest first."""
    return sorted(path.stem for path in (folder / kind).glob(f"*{kind.suffix}"))


def active_key(folder: Path, kind: Kind) -> str:
    try:
        return _pointer(folder, kind).read_text().strip()
    except FileNotFoundError:
        raise NoKeys(folder, kind) from None


def make_keys(folder: Path) -> dict[Kind, str]:
    """Make whatever is missing, and say what was made. What is there is never touched."""
    return {kind: made for kind in Kind if (made := _make_first(folder, kind))}


def add_key(folder: Path, kind: Kind, activate: bool = False) -> str:
    """Make one more key. Leave it inactive until every process has it: see `activate`."""
    key = f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(2)}"
    path = _path(folder, kind, key)
    placed = _place_pair(path) if kind.signs else _place_secret(path)
    if not placed:
        return add_key(folder, kind, activate)  # that name was taken
    if activate:
        _point(folder, kind, key)
    return key


def activate(folder: Path, kind: Kind, key: str) -> None:
    """Write with this key from the next start on."""
    if key not in ids(folder, kind):
        raise NoSuchKey(kind, key)
    if key in retired(folder, kind):
        raise Retired(f"The {kind} key {key!r} is retired for good; add another one.")
    _point(folder, kind, key)


def retire(folder: Path, kind: Kind, key: str, since: datetime) -> None:
    """From this moment on nothing that the key signs counts. It can be moved back, never forth."""
    if not kind.signs:
        says = f"A {kind} key signs nothing; what it closed opens with nothing else, so it stays."
        raise Retired(says)
    path = _path(folder, kind, key).with_suffix(RETIRED)
    if not path.with_suffix(".pub").exists():
        raise NoSuchKey(kind, key)
    if key == active_key(folder, kind):
        raise Retired(f"The {kind} key {key!r} is in use; add and activate another one first.")
    if since > datetime.now(UTC):
        raise Retired("A key is retired from now on, or from a moment in the past on.")
    if since >= retired(folder, kind).get(key, datetime.max.replace(tzinfo=UTC)):
        raise Retired(f"The {kind} key {key!r} was retired earlier than that already.")
    _draft(path, f"{instant(since)}\n".encode(), mode=0o644).replace(path)
    _settle(path.parent)


def retired(folder: Path, kind: Kind) -> dict[str, datetime]:
    """The keys of a kind that sign nothing any more, and from when on."""
    return {path.stem: _moment(path) for path in (folder / kind).glob(f"*{RETIRED}")}


def _moment(path: Path) -> datetime:
    try:
        return datetime.fromisoformat(path.read_text().strip())
    except ValueError:
        raise NotAKey(path) from None


def _make_first(folder: Path, kind: Kind) -> str | None:
    if _pointer(folder, kind).exists():
        return None
    known = [key for key in ids(folder, kind) if key not in retired(folder, kind)]
    key = known[-1] if known else add_key(folder, kind)
    if _place(_pointer(folder, kind), f"{key}\n".encode()):
        return key
    if not known and active_key(folder, kind) != key:
        # another process was faster with a key of its own; nothing was ever closed with ours
        _path(folder, kind, key).unlink()
        _path(folder, kind, key).with_suffix(".pub").unlink(missing_ok=True)
    return None


def _place_secret(path: Path) -> bool:
    return _place(path, b64encode(secrets.token_bytes(SECRET)) + b"\n")


def _place_pair(path: Path) -> bool:
    """The public half first: it claims the name, and a key counts once its secret half is here."""
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return _place(path.with_suffix(".pub"), public, mode=0o644) and _place(path, secret)


def _point(folder: Path, kind: Kind, key: str) -> None:
    pointer = _pointer(folder, kind)
    _draft(pointer, f"{key}\n".encode()).replace(pointer)
    _settle(pointer.parent)


def _place(path: Path, content: bytes, mode: int = 0o600) -> bool:
    """Put a whole file there, or nothing at all; False if one is there already."""
    draft = _draft(path, content, mode)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _settle(path.parent)
    return True


def _draft(path: Path, content: bytes, mode: int = 0o600) -> Path:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """See to it that names survive a power cut too: a lost key is lost content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(folder: Path, kind: Kind, key: str) -> Path:
    return folder / kind / f"{key}{kind.suffix}"


def _pointer(folder: Path, kind: Kind) -> Path:
    return folder / kind / "active"


def _secret(folder: Path, kind: Kind, key: str) -> bytes:
    path = _path(folder, kind, key)
    try:
        secret = b64decode(path.read_bytes().strip(), validate=True)
    except ValueError:
        raise NotAKey(path) from None
    if len(secret) != SECRET:
        raise NotAKey(path)
    return secret


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise NotAKey(path) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise NotAKey(path)
    return private


def _public(path: Path) -> Ed25519PublicKey:
    try:
        public = load_pem_public_key(path.read_bytes())
    except ValueError:
        raise NotAKey(path) from None
    if not isinstance(public, Ed25519PublicKey):
        raise NotAKey(path)
    return public


def _to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    """The bytes, or ValueError: each has one spelling, so nobody can respell a signature."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _to_text(raw) != text:
        raise ValueError(text)
    return raw

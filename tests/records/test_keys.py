"""Keys are made once, kept for good, changed in two steps, and open only what they closed."""

import secrets
import stat
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain.seal import Seal
from records import keys
from records.keys import (
    Keyring,
    Kind,
    NoKeys,
    NoSuchKey,
    NotAKey,
    Retired,
    Sealer,
    Seals,
    Unreadable,
    Vault,
    activate,
    active_key,
    add_key,
    ids,
    make_keys,
    retire,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    make_keys(made)
    return made


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_makes_one_active_key_of_every_kind(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys")
    assert set(made) == set(Kind)
    for kind, key in made.items():
        assert ids(tmp_path / "keys", kind) == [key] == [active_key(tmp_path / "keys", kind)]


def test_making_again_changes_nothing(folder: Path) -> None:
    before = everything_in(folder)
    assert make_keys(folder) == {}
    assert everything_in(folder) == before


def test_makes_only_what_is_missing(folder: Path) -> None:
    before = everything_in(folder)
    (folder / "vault" / "active").unlink()
    for path in (folder / "session").iterdir():
        path.unlink()

    made = make_keys(folder)

    assert set(made) == {Kind.VAULT, Kind.SESSION}
    assert made[Kind.VAULT] == ids(folder, Kind.VAULT)[0]
    after = everything_in(folder)
    assert all(after[name] == text for name, text in before.items() if "session" not in name)


def test_many_who_make_keys_at_once_agree_on_one(tmp_path: Path) -> None:
    folder, many = tmp_path / "keys", 8
    together = Barrier(many)

    def make(_: int) -> dict[Kind, str]:
        together.wait()
        return make_keys(folder)

    with ThreadPoolExecutor(many) as pool:
        answers = list(pool.map(make, range(many)))

    for kind in Kind:
        assert len([made for made in answers if kind in made]) == 1
        assert ids(folder, kind) == [active_key(folder, kind)]
    assert not [name for name in everything_in(folder) if name.endswith(".new")]
    seal = Sealer.of(folder).seal(b"approved")
    assert Seals.of(folder).holds(seal.key, seal.signature, b"approved")


def test_a_process_that_comes_second_forgets_its_own_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(folder: Path, kind: Kind) -> str:
        key = add_key(folder, kind)
        theirs = add_key(folder, kind, activate=True)
        assert theirs != key
        return key

    monkeypatch.setattr(keys, "add_key", slowly)
    assert make_keys(tmp_path) == {}
    for kind in Kind:
        assert ids(tmp_path, kind) == [active_key(tmp_path, kind)]
    assert len(Seals.of(tmp_path).publics) == 1


def test_a_process_whose_key_another_activates_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "add_key", lambda folder, kind: add_key(folder, kind, activate=True))
    assert make_keys(tmp_path) == {}
    for kind in Kind:
        assert ids(tmp_path, kind) == [active_key(tmp_path, kind)]


def test_a_name_already_taken_is_never_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_in(folder)
    tails = iter([key[-4:] for key in ids(folder, Kind.SEAL)] + ["fffe"])
    monkeypatch.setattr(secrets, "token_hex", lambda n: next(tails) if n == 2 else "draft")

    assert add_key(folder, Kind.SEAL).endswith("fffe")
    assert everything_in(folder).items() >= before.items()


def test_only_the_owner_can_read_secret_halves(folder: Path) -> None:
    for kind in Kind:
        add_key(folder, kind, activate=True)
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        expected = 0o700 if path.is_dir() else 0o644 if path.suffix == ".pub" else 0o600
        assert oct(mode) == oct(expected), path


def test_private_keys_are_plain_pkcs8_that_other_tools_can_read(folder: Path) -> None:
    (path,) = (folder / "seal").glob("*.pem")
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    load_pem_private_key(path.read_bytes(), password=None)


def test_rotation_takes_two_steps_and_old_seals_still_hold(folder: Path) -> None:
    old = Sealer.of(folder).seal(b"approved")
    new_key = add_key(folder, Kind.SEAL)
    assert Sealer.of(folder).key == old.key
    assert Seals.of(folder).publics.keys() == {old.key, new_key}

    activate(folder, Kind.SEAL, new_key)

    new = Sealer.of(folder).seal(b"approved")
    assert new.key == new_key
    for seal in (old, new):
        assert Seals.of(folder).holds(seal.key, seal.signature, b"approved")


def test_a_key_can_be_active_at_once_where_one_process_is_all_there_is(folder: Path) -> None:
    key = add_key(folder, Kind.CODEC, activate=True)
    assert active_key(folder, Kind.CODEC) == key
    assert len(ids(folder, Kind.CODEC)) == 2


def test_a_key_nobody_has_cannot_be_activated(folder: Path) -> None:
    with pytest.raises(NoSuchKey, match="seal key '2020-01-01-0000'"):
        activate(folder, Kind.SEAL, "2020-01-01-0000")


def test_ids_sort_by_the_day_they_were_made(folder: Path) -> None:
    (folder / "codec" / "2001-02-03-ffff.key").write_bytes(b64encode(bytes(32)))
    assert ids(folder, Kind.CODEC)[0] == "2001-02-03-ffff"


def test_who_only_verifies_needs_no_secret_half(folder: Path) -> None:
    seal = Sealer.of(folder).seal(b"approved")
    (folder / "seal" / "active").unlink()
    next((folder / "seal").glob("*.pem")).unlink()

    assert Seals.of(folder).holds(seal.key, seal.signature, b"approved")
    with pytest.raises(NoKeys, match="`parapheur keys make`"):
        Sealer.of(folder)


def test_a_seal_does_not_hold_for_anything_else(folder: Path) -> None:
    seals, seal = Seals.of(folder), Sealer.of(folder).seal(b"approved")
    assert not seals.holds(seal.key, seal.signature, b"rejected")
    other = Sealer.of(folder, Kind.CHECKPOINT).seal(b"approved")
    assert not seals.holds(seal.key, other.signature, b"approved")
    for nonsense in ("", "é", "AA", "not base64!"):
        assert not seals.holds(seal.key, nonsense, b"approved")


def test_a_signature_has_one_spelling(folder: Path) -> None:
    seals, seal = Seals.of(folder), Sealer.of(folder).seal(b"approved")
    alphabet = urlsafe_b64encode(bytes(range(256))).decode()
    respelt = [seal.signature[:-1] + last for last in set(alphabet) if last != seal.signature[-1]]
    for signature in [*respelt, seal.signature + "==", seal.signature + "\n"]:
        assert not seals.holds(seal.key, signature, b"approved")


def test_a_seal_by_an_unknown_key_is_a_question_not_an_answer(folder: Path) -> None:
    seal = Seal("2020-01-01-0000", Sealer.of(folder).seal(b"approved").signature)
    with pytest.raises(NoSuchKey, match="seal key '2020-01-01-0000'") as missing:
        Seals.of(folder).holds(seal.key, seal.signature, b"approved")
    assert missing.value.key == "2020-01-01-0000"


def test_the_vault_opens_only_for_the_channel_it_was_closed_for(folder: Path) -> None:
    vault = Vault.of(folder)
    locked = vault.encrypt(b"token", organisation="town", channel="mastodon")

    assert vault.decrypt(locked, organisation="town", channel="mastodon") == b"token"
    assert b"token" not in locked.encode()
    assert locked.startswith(vault.keys.active + ".")
    for organisation, channel in (("town", "bluesky"), ("county", "mastodon")):
        with pytest.raises(Unreadable, match=f"{organisation}, {channel}"):
            vault.decrypt(locked, organisation=organisation, channel=channel)


def test_the_vault_refuses_names_that_could_be_read_two_ways(folder: Path) -> None:
    with pytest.raises(ValueError, match="cannot contain"):
        Vault.of(folder).encrypt(b"token", organisation="town|x", channel="mastodon")


def test_the_vault_notices_what_was_altered(folder: Path) -> None:
    vault = Vault.of(folder)
    locked = vault.encrypt(b"token", organisation="town", channel="mastodon")
    key, _, text = locked.partition(".")
    flipped = ("B" if text[20] == "A" else "A").join((text[:20], text[21:]))
    for altered in (f"{key}.{flipped}", f"{key}.{text[:-4]}", f"{key}.", f"{key}.AA", key):
        with pytest.raises(Unreadable):
            vault.decrypt(altered, organisation="town", channel="mastodon")
    with pytest.raises(NoSuchKey, match="vault key '2020-01-01-0000'"):
        vault.decrypt(f"2020-01-01-0000.{text}", organisation="town", channel="mastodon")


def test_the_vault_does_not_open_under_the_name_of_another_key(folder: Path) -> None:
    locked = Vault.of(folder).encrypt(b"token", organisation="town", channel="mastodon")
    key, _, text = locked.partition(".")
    twin = folder / "vault" / "2020-01-01-0000.key"
    twin.write_bytes((folder / "vault" / f"{key}.key").read_bytes())

    with pytest.raises(Unreadable):
        Vault.of(folder).decrypt(f"{twin.stem}.{text}", organisation="town", channel="mastodon")


def test_the_vault_opens_what_an_older_key_closed(folder: Path) -> None:
    locked = Vault.of(folder).encrypt(b"token", organisation="town", channel="mastodon")
    add_key(folder, Kind.VAULT, activate=True)
    assert Vault.of(folder).decrypt(locked, organisation="town", channel="mastodon") == b"token"


def test_sessions_have_a_secret_of_their_own(folder: Path) -> None:
    secret = Keyring.of(folder, Kind.SESSION).secret
    assert len(secret) == 32
    assert secret != Keyring.of(folder, Kind.CODEC).secret


def test_says_how_to_make_keys_when_there_are_none(tmp_path: Path) -> None:
    for ask in (Sealer.of, Seals.of, Vault.of, partial(Keyring.of, kind=Kind.SESSION)):
        with pytest.raises(NoKeys, match="`parapheur keys make`"):
            ask(tmp_path)


def test_an_active_key_that_was_lost_is_named_and_never_made_anew(folder: Path) -> None:
    for kind in Kind:
        _lost(folder, kind).unlink()
    assert make_keys(folder) == {}
    for kind, ask in ((Kind.VAULT, Vault.of), (Kind.SEAL, Sealer.of)):
        with pytest.raises(NoSuchKey, match=active_key(folder, kind)):
            ask(folder)


def _lost(folder: Path, kind: Kind) -> Path:
    return folder / kind / f"{active_key(folder, kind)}{kind.suffix}"


@pytest.mark.parametrize("text", [b"", b"not base64!", b64encode(bytes(16))])
def test_says_which_file_is_damaged(folder: Path, text: bytes) -> None:
    for kind, ask in ((Kind.VAULT, Vault.of), (Kind.SEAL, Sealer.of)):
        _lost(folder, kind).write_bytes(text)
        with pytest.raises(NotAKey, match=_lost(folder, kind).name):
            ask(folder)
    _lost(folder, Kind.SEAL).with_suffix(".pub").write_bytes(text)
    with pytest.raises(NotAKey, match=r"\.pub does not hold a key"):
        Seals.of(folder)


def test_a_secret_is_not_shown_by_accident(folder: Path) -> None:
    ring = Keyring.of(folder, Kind.VAULT)
    for shown in (repr(ring), repr(Vault(ring)), repr(Sealer.of(folder))):
        assert repr(ring.secret)[2:-1] not in shown
        assert "private" not in shown
        assert "secrets" not in shown


# Retiring what signs.

A_DAY, NOW = timedelta(days=1), datetime.now(UTC)


@pytest.mark.parametrize("kind", [Kind.SEAL, Kind.CHECKPOINT])
def test_a_retired_key_counts_for_what_was_on_record_before_and_for_nothing_else(
    folder: Path, kind: Kind
) -> None:
    old = Sealer.of(folder, kind)
    seal = old.seal(b"approved")
    activate(folder, kind, add_key(folder, kind))
    retire(folder, kind, old.key, NOW)
    seals = Seals.of(folder, kind)
    assert seals.holds(seal.key, seal.signature, b"approved", NOW - A_DAY)
    assert not seals.holds(seal.key, seal.signature, b"approved", NOW)
    assert not seals.holds(seal.key, seal.signature, b"approved")  # on its way to the record
    assert not seals.holds(seal.key, seal.signature, b"rejected", NOW - A_DAY)
    new = Sealer.of(folder, kind).seal(b"approved")
    assert seals.holds(new.key, new.signature, b"approved")


def test_a_key_that_got_out_is_retired_from_that_moment_on(folder: Path) -> None:
    """It may turn out later that it was earlier; never that it was later."""
    old = Sealer.of(folder)
    seal = old.seal(b"approved")
    activate(folder, Kind.SEAL, add_key(folder, Kind.SEAL))
    retire(folder, Kind.SEAL, old.key, NOW - A_DAY)
    with pytest.raises(Retired, match="earlier than that already"):
        retire(folder, Kind.SEAL, old.key, NOW)
    retire(folder, Kind.SEAL, old.key, NOW - 3 * A_DAY)
    assert not Seals.of(folder).holds(seal.key, seal.signature, b"approved", NOW - 2 * A_DAY)


def test_the_key_in_use_and_what_only_opens_are_not_retired(folder: Path) -> None:
    active = active_key(folder, Kind.SEAL)
    with pytest.raises(Retired, match="is in use"):
        retire(folder, Kind.SEAL, active, NOW)
    with pytest.raises(Retired, match="signs nothing"):
        retire(folder, Kind.VAULT, active_key(folder, Kind.VAULT), NOW)
    with pytest.raises(NoSuchKey):
        retire(folder, Kind.SEAL, "2020-01-01-ffff", NOW)
    activate(folder, Kind.SEAL, add_key(folder, Kind.SEAL))
    with pytest.raises(Retired, match="from now on"):
        retire(folder, Kind.SEAL, active, NOW + A_DAY)


def test_a_retired_key_is_never_used_again(folder: Path) -> None:
    old = active_key(folder, Kind.SEAL)
    activate(folder, Kind.SEAL, new := add_key(folder, Kind.SEAL))
    retire(folder, Kind.SEAL, old, NOW)
    with pytest.raises(Retired, match="for good"):
        activate(folder, Kind.SEAL, old)
    (folder / "seal" / "active").write_text(old)
    with pytest.raises(Retired, match="activate another one"):
        Sealer.of(folder)
    (folder / "seal" / "active").unlink()
    assert make_keys(folder)[Kind.SEAL] == new

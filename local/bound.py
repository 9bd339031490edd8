"""Becomes another program, after asking the kernel to end it when the one who started it ends.

Run as a script: `bound.py SIGNAL PARENT ACCOUNT COMMAND…`, where ACCOUNT is `uid:gid` or `-`.
A program of its own, because code between fork and exec is not safe beside other threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html


def become(farewell: int, parent: int, account: str, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if account != "-":
        _take_on(account)
    if libc is not None:  # after the account: the kernel forgets the wish when the user changes
        libc.prctl(PR_SET_PDEATHSIG, farewell)
    if os.getppid() != parent:
        sys.exit("The one who started this program ended before it could begin.")
    os.execvp(command[0], command)  # noqa: S606


def _take_on(account: str) -> None:
    uid, gid = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    os.chdir("/")


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])

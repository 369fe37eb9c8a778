"""The child that reads mails: `python -m deskbell.channels.mail.reading.child`.

Each request on standard input is a length and the bytes of a mail, and the folder for its files in the same form; each
answer on standard output is a length and a `ReadMail` in MessagePack. Memory and processor time are bounded by the
system, so the child dies where a mail wants more; the two arguments are these bounds, in bytes and in seconds for each mail.
"""

import resource
import struct
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from deskbell.channels.mail.reading.reader import read_mail

_LENGTH: Final = struct.Struct(">Q")


def serve(requests: BinaryIO, answers: BinaryIO, memory_bytes: int, cpu_seconds: int) -> None:
    """Answers requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (raw := _receive(requests)) is not None:
        folder = _receive(requests)
        if folder is None:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        answer = msgspec.msgpack.encode(read_mail(raw, Path(folder.decode())))
        del raw
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _receive(requests: BinaryIO) -> bytes | None:
    head = requests.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    content = requests.read(length)
    return content if len(content) == length else None


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))

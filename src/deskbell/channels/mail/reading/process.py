"""The reader as the rest of Deskbell sees it: a child process that may die without loss."""

import asyncio
import contextlib
import struct
import sys
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from deskbell.kernel.mail.records import ReadMail, Unreadable


class Bounds(Struct, frozen=True):
    """The bounds of one mail: the child's address space, its processor time, and the time of the clock.

    A mail is read twice before it is given up, so it has an outcome within a minute.
    """

    memory_bytes: int = 1_024**3
    cpu_seconds: int = 30
    seconds: float = 30.0


_LENGTH: Final = struct.Struct(">Q")
_MAX_ANSWER: Final = 64 * 1_024 * 1_024


class ReaderProcess:
    """Reads one mail at a time, in a child that is started when needed and kept for the next mail."""

    def __init__(self, bounds: Bounds = Bounds()) -> None:  # noqa: B008 - it is frozen
        self._bounds = bounds
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, raw: bytes, folder: Path) -> ReadMail | Unreadable:
        """Reads a mail and writes its files to `folder`, which the caller makes and removes.

        Never raises for any bytes. `Unreadable` means that the child died or took too long; the next call starts
        another one.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self._bounds.seconds):
                    return await self._ask(raw, folder)
            except TimeoutError:
                await self._stop()
                return Unreadable("It took too long to read")
            except (OSError, EOFError, msgspec.DecodeError) as error:
                code = await self._stop()
                return Unreadable(f"The reader ended with {code} ({type(error).__name__})")
            except BaseException:
                await self._stop()  # cancelled: the answer to this mail must not be read as that to the next
                raise

    async def close(self) -> None:
        """Ends the child."""
        async with self._turn:
            await self._stop()

    async def _ask(self, raw: bytes, folder: Path) -> ReadMail:
        child = self._child
        if child is None or child.returncode is not None:
            child = self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "deskbell.channels.mail.reading.child", str(self._bounds.memory_bytes),
                str(self._bounds.cpu_seconds),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        if child.stdin is None or child.stdout is None:
            raise EOFError
        path = str(folder).encode()
        child.stdin.write(_LENGTH.pack(len(raw)))
        child.stdin.write(raw)
        child.stdin.write(_LENGTH.pack(len(path)) + path)
        await child.stdin.drain()
        length = _LENGTH.unpack(await child.stdout.readexactly(_LENGTH.size))[0]
        if length > _MAX_ANSWER:
            raise EOFError
        return msgspec.msgpack.decode(await child.stdout.readexactly(length), type=ReadMail)

    async def _stop(self) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        return await child.wait()

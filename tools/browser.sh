#!/bin/sh
# Provides a Chromium for the browser tests. Without one, and without the right to install Debian's, says so
# and leaves: pytest then skips those tests by name.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get -qq update >/dev/null && apt-get -qq install -y --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi
echo "No Chromium here and none could be installed: the browser tests will be skipped." >&2

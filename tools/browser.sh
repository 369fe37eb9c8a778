#!/bin/sh
# Installs what tests start on this machine, in one call of apt-get: Chromium without windows for the browser tests, and the
# counterparts of the mail tests. Without the right to install, says so and leaves: pytest then skips the tests that need
# them, by name.
#
# Debian's packages start services as they are installed. None is wanted: tests start their own instances with their own
# configuration. /usr/sbin/policy-rc.d forbids it meanwhile; Postfix is left without a configuration.
set -eu

found() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return 0
        [ -x "/usr/sbin/$name" ] && return 0
    done
    return 1
}

wanted=""
# A whole Chromium does as well where nothing can be installed; the one without windows takes a fifth less time.
found chromium-headless-shell || { [ "$(id -u)" != 0 ] && found chromium chromium-browser google-chrome google-chrome-stable; } ||
    wanted="chromium-headless-shell"
found dovecot || wanted="${wanted:+$wanted }dovecot-imapd"
found postfix || wanted="${wanted:+$wanted }postfix"
found swaks || wanted="${wanted:+$wanted }swaks"
found opendkim || wanted="${wanted:+$wanted }opendkim"
found opendmarc || wanted="${wanted:+$wanted }opendmarc dbconfig-no-thanks"
found dnsmasq || wanted="${wanted:+$wanted }dnsmasq-base"
found s-nail || wanted="${wanted:+$wanted }s-nail"
found mutt || wanted="${wanted:+$wanted }mutt"
found msmtp || wanted="${wanted:+$wanted }msmtp"
[ -n "$wanted" ] || exit 0

policy=/usr/sbin/policy-rc.d
install() {
    apt-get -qq install -y --no-install-recommends --no-remove "$@" >/dev/null 2>&1
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $wanted for the tests …"
    export DEBIAN_FRONTEND=noninteractive
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    if found debconf-set-selections; then
        echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections || true
    fi
    # shellcheck disable=SC2086 # the names are words
    if apt-get -qq update >/dev/null 2>&1 && install $wanted; then
        exit 0
    fi
    # A mail server that is here already must not be removed for another one: the rest is wanted all the same.
    for name in $wanted; do
        install "$name" && continue
        [ "$name" = chromium-headless-shell ] && { found chromium google-chrome || install chromium; } && continue
        echo "$name cannot be installed: the tests that need it will be skipped." >&2
    done
    exit 0
fi
echo "Not here, and not to be installed without root and apt-get: $wanted. The tests that need them will be skipped." >&2

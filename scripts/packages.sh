# Sourced by scripts/up and scripts/test: finds what is missing on this machine and installs it.
# shellcheck shell=bash

# need COMMAND-OR-FILE PACKAGE WHY: notes PACKAGE as missing unless the command (or file, by glob) is there.
missing=()
need() {
    local what=$1 package=$2 why=$3
    if command -v "$what" >/dev/null 2>&1 || compgen -G "$what" >/dev/null; then return; fi
    echo "missing: $package ($why)"
    missing+=("$package")
}

# install: installs what `need` noted; asks nothing, and does nothing when nothing is missing.
install() {
    ((${#missing[@]})) || return 0
    local run=()
    if (($(id -u) != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "error: these Debian packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
            echo "       As root: apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
        run=(sudo)
    fi
    if ! command -v apt-get >/dev/null; then
        echo "error: this is not a Debian-like system; please install what these packages hold: ${missing[*]}" >&2
        exit 1
    fi
    # PostgreSQL's package starts a server of its own unless told not to; VLog runs a private one in its data folder.
    if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
        "${run[@]}" mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | "${run[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    echo "installing: ${missing[*]}"
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    # Packages start the servers in them (redis-server, prometheus) unless this says no; the tests start their own.
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | "${run[@]}" tee "$policy" >/dev/null
        "${run[@]}" chmod 755 "$policy"
        # Also when it is broken off: nothing else that is installed later would start.
        # shellcheck disable=SC2064
        trap "${run[*]} rm -f $policy" EXIT
    else
        policy=
    fi
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    if [[ -n $policy ]]; then
        "${run[@]}" rm -f "$policy"
        trap - EXIT
    fi
}

# find_swift: puts a Swift 6.2 or newer toolchain on the PATH, or says how to get one.
find_swift() {
    local folder
    for folder in "" /opt/swift/usr/bin /usr/local/swift/usr/bin "$HOME/.local/share/swiftly/bin" "$HOME/swift/usr/bin"; do
        [[ -z $folder || -x $folder/swift ]] || continue
        [[ -z $folder ]] || PATH=$folder:$PATH
        if command -v swift >/dev/null; then return; fi
    done
    echo "error: no Swift toolchain found; VLog needs Swift 6.2 or newer: https://www.swift.org/install/linux/" >&2
    exit 1
}

need_for_build() {
    need git git "Swift's package manager fetches with it"
    need pkg-config pkg-config "finds the C libraries for the build"
    need "/usr/include/postgresql/libpq-fe.h" libpq-dev "PostgreSQL's client library"
    need "/usr/include/argon2.h" libargon2-dev "hashes passwords and keys"
    need "/usr/include/*/curl/curl.h" libcurl4-openssl-dev "asks addresses that users and administrators give"
    need "/usr/include/hiredis/hiredis.h" libhiredis-dev "Redis' client library"
    need "/usr/include/openssl/ssl.h" libssl-dev "TLS to Redis"
    need "/usr/include/zlib.h" zlib1g-dev "unpacks what runners send as one archive"
}

need_to_run() {
    need ffmpeg ffmpeg "probes and transcodes videos"
    need /usr/bin/setpriv util-linux "runs PostgreSQL as its own user"
    need "/usr/lib/postgresql/*/bin/postgres" postgresql "keeps the catalogue; a private server in the data folder"
}

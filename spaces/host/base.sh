#!/bin/sh
# Finishes a base image, as root in a container of its own: what every recipe may rely on, whatever image it began as.
# Arguments: packages to have. Files put beside it: /tmp/demodock/uv, and ca.pem where the network needs one.
set -eu

missing=""
for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    ca=""
    [ ! -f /tmp/demodock/ca.pem ] || ca="-o Acquire::https::CAInfo=/tmp/demodock/ca.pem"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    apt-get $ca update -q && apt-get $ca install -qy --no-install-recommends $missing
    apt-get clean
    rm -rf /var/lib/apt/lists/*
fi

taken=$(getent passwd 1000 | cut -d: -f1)
if [ -z "$taken" ]; then
    useradd --uid 1000 --user-group --shell /bin/bash --home-dir /home/user --create-home user
elif [ "$taken" != user ]; then
    usermod --login user --home /home/user --move-home "$taken"
fi
install -d -o 1000 -g 1000 /home/user /home/user/app /data
install -m 755 /tmp/demodock/uv /usr/local/bin/uv
[ -x /opt/venv/bin/python ] || python3 -m venv /opt/venv
chown -R 1000:1000 /opt/venv
rm -rf /tmp/demodock

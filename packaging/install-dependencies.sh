#!/bin/sh
# Installs what packaging/dependencies.txt names and this machine lacks. Says what it does; asks for root only
# when something is missing.
set -eu
list="$(dirname "$0")/dependencies.txt"
missing=""
for package in $(sed -e 's/#.*//' "$list" | awk '{print $2}'); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' && continue
  # Node.js from elsewhere (nodejs.org, a version manager) is as good as Debian's.
  case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "==> installing:$missing"
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words on purpose
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "==> installed"

#!/usr/bin/env bash
# Tries the project on Debian 13: a system of its own under build/debian13 (debootstrap, from the mirror that this machine's
# apt uses), with a copy of what git knows or doesn't ignore. Packages and compiled files stay there for the next time.
#
#   tools/debian13.sh              installs what is missing, builds, and runs all tests, as `make test` does
#   tools/debian13.sh COMMAND…     any command in the copy, such as: ninja -C build test_render
#
# Takes root, as chroot does. Its processes see this machine's network and /dev; its mounts are in a namespace of their
# own and end with it.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || exec sudo tools/debian13.sh "$@"
folder=$PWD/build/debian13
root=$folder/root
suite=trixie

make_system() {
  apt-get update -qq
  command -v debootstrap >/dev/null || { echo "==> installing: debootstrap" && apt-get install -y -qq debootstrap >/dev/null; }
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
  [ -n "$mirror" ] || { echo "debian13: apt of this machine knows no mirror of Debian" >&2; exit 1; }
  echo "==> Debian 13 into build/debian13 from the mirror of this machine's apt"
  rm -rf "$folder/unfinished"
  mkdir -p "$folder/unfinished"
  debootstrap --variant=minbase --include=ca-certificates,make "$suite" "$folder/unfinished" "$mirror" >"$folder/debootstrap.log" ||
    { tail -n 5 "$folder/debootstrap.log" >&2; exit 1; }
  mv "$folder/unfinished" "$root"
}

# Names, certificates and proxies are those of this machine.
lend_network() {
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  apt-config dump | grep -E '^Acquire::https?::Proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
}

# The build there stays; names with a time before the last build stay as old as they are.
copy_sources() {
  mkdir -p "$root/rucola"
  find "$root/rucola" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  git -c safe.directory="$PWD" ls-files -co --exclude-standard -z |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar -c --null -T - | tar -x -C "$root/rucola"
}

[ -d "$root" ] || make_system
lend_network
copy_sources
[ $# -gt 0 ] || set -- make test
echo "==> in Debian 13: $*"
export RUCOLA_DEBIAN13_ROOT="$root"
exec unshare --mount --propagation private sh -eu -c '
  root=$RUCOLA_DEBIAN13_ROOT
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  certificates=/etc/ssl/certs/ca-certificates.crt
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    DEBIAN_FRONTEND=noninteractive SSL_CERT_FILE=$certificates PIP_CERT=$certificates NODE_EXTRA_CA_CERTS=$certificates \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
    sh -c "cd /rucola && exec \"\$@\"" sh "$@"' sh "$@"

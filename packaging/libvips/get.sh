#!/bin/sh
# Sees to it that there is a libvips to build with: the distribution's where that is new enough, else one built from
# Debian's own source packages, once, into build/libvips, where CMake looks first. docs/dependencies.md says why.
#
#   packaging/libvips/get.sh            does nothing where there is one
#   packaging/libvips/get.sh --update   builds Debian's latest revision, where that is not what is there
#
# RUCOLA_DEBIAN_MIRROR: where Debian's source packages are, such as http://mirror.example/debian. Without it, the mirror that
# this machine's apt uses. apt checks signatures and sums; its own settings, lists and sources of this machine stay as they are.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD/packaging/libvips
prefix=$PWD/build/libvips
needed=8.16  # ".16" is a minor version: rendered bytes are those of one, and part of the key of every render
suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
update=false
[ "${1:-}" != --update ] || update=true

say() { echo "==> libvips: $*"; }
give_up() { echo "libvips: $*" >&2; exit 1; }

candidate_version() { apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2; exit }'; }

# What this machine has without build/libvips.
is_installed() { pkg-config --atleast-version="$needed" vips-cpp; }
is_packaged() { version=$(candidate_version libvips-dev) && [ -n "$version" ] && dpkg --compare-versions "$version" ge "$needed"; }

# What it was built of, in one line: it is built anew when another one is asked for, or in another way.
recipe() { cat "$here/get.sh" "$here/sources.txt" | sha256sum | cut -c 1-16; }
is_built() { [ "$(sed -n 1p "$prefix/recipe" 2>/dev/null)" = "$(recipe)" ]; }

if ! $update; then
  ! is_built || exit 0
  [ -e "$prefix" ] || ! is_installed || exit 0
fi
if is_packaged; then
  "$here/../install-dependencies.sh" libvips
  rm -rf "$prefix"
  exit 0
fi
"$here/../install-dependencies.sh" libvips-source

work=$(mktemp -d "${TMPDIR:-/tmp}/rucola-libvips-XXXXXX")
trap 'rm -rf "$work"' EXIT

mirror_of() { apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' "Label: $1" | head -n 1; }
mirror=${RUCOLA_DEBIAN_MIRROR:-$(mirror_of Debian)}
security=$(mirror_of Debian-Security)
[ -n "$mirror" ] || give_up "apt of this machine knows no mirror of Debian; RUCOLA_DEBIAN_MIRROR can name one, or install libvips $needed yourself"
[ -e "$keyring" ] || give_up "$keyring is missing, the package debian-archive-keyring has it"

use_own_apt() {
  mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial"
  echo "deb-src [signed-by=$keyring] $mirror $suite main" >"$work/apt/sources.list"
  [ -z "$security" ] || echo "deb-src [signed-by=$keyring] $security $suite-security main" >>"$work/apt/sources.list"
  apt-config dump | grep -E '^Acquire::https?::Proxy' >"$work/apt/apt.conf" || true
  cat >>"$work/apt/apt.conf" <<SETTINGS
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt";
APT::Sandbox::User "root";
SETTINGS
  export APT_CONFIG="$work/apt/apt.conf"
  apt-get update -qq || give_up "apt could not read the lists of Debian's source packages"
}

# pinned SOURCE: "VERSION", as sources.txt has it; pinned_files SOURCE: "SUM  FILE" a line.
pinned() { awk -v source="$1" '$1 == source { print $2 }' "$here/sources.txt"; }
pinned_files() { awk -v source="$1" '$1 == source { found = 1; next } found && NF == 2 && length($1) == 64 { print; next } { found = 0 }' "$here/sources.txt"; }

# Revisions of the pinned upstream version that the signed lists name, the newest first.
revisions() {
  upstream=$(pinned "$1")
  upstream=${upstream%-*}
  apt-cache showsrc "$1" | awk '$1 == "Version:" { print $2 }' | sort -Vru | grep "^$upstream-" || true
}

# By the sums in sources.txt, from where Debian keeps them.
fetch_pinned() {
  pool=$mirror/pool/main/$(printf %.1s "$1")/$1
  pinned_files "$1" | while read -r sum file; do
    /usr/lib/apt/apt-helper -qq download-file "$pool/$file" "$file" "SHA256:$sum" || exit 1
  done
}

# fetch SOURCE: its files into the current folder; sets `fetched` to the version.
fetch() {
  for fetched in $(revisions "$1"); do
    ! apt-get source -qq --download-only "$1=$fetched" >fetch.log 2>&1 || return 0
    say "the mirror names $1 $fetched, but has it not: $(grep '^E:' fetch.log | head -n 1 | cut -c 1-160)"
    rm -f "$1"_*
  done
  fetched=$(pinned "$1")
  fetch_pinned "$1" || give_up "$1 $fetched could not be fetched from $mirror"
  say "WARNING: built of $1 $fetched instead, which lacks what Debian has mended since; packaging/libvips/get.sh --update tries again"
}

unpack() { dpkg-source --no-check -x "$1"_*.dsc "$1" >>unpack.log 2>&1 || { cat unpack.log >&2; exit 1; }; }

# step NAME COMMAND…: shows what it said where it fails.
step() {
  name=$1
  shift
  "$@" >"$name.log" 2>&1 || { tail -n 40 "$name.log" >&2; give_up "$name failed"; }
}

# Debian's own flags, so that the library is as hardened as the packaged one.
use_flags() {
  for variable in CFLAGS CXXFLAGS CPPFLAGS LDFLAGS; do
    export "$variable=$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get "$variable" | sed 's/-ffile-prefix-map=[^ ]*//; s/ -g / /; s/^-g //')"
  done
  if command -v ccache >/dev/null; then export CC="ccache gcc" CXX="ccache g++"; fi
}

# Only the part that libvips is built with, inside of it: the distribution's may be loaded beside it, by libjxl.
build_highway() {
  step configure-highway cmake -S highway -B highway-build -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DHWY_ENABLE_CONTRIB=OFF -DHWY_ENABLE_EXAMPLES=OFF \
    -DHWY_ENABLE_TESTS=OFF -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$work/highway-root" -DCMAKE_INSTALL_LIBDIR=lib
  step build-highway ninja -C highway-build install
  export PKG_CONFIG_PATH="$work/highway-root/lib/pkgconfig"
}

# The formats that rucola reads and writes, and no others: no ImageMagick, no microscopes.
build_vips() {
  LDFLAGS="$LDFLAGS -Wl,--exclude-libs,libhwy.a -Wl,-rpath,\$ORIGIN/../lib"
  step configure-vips meson setup vips-build vips --prefix="$prefix" --libdir=lib --buildtype=plain --wrap-mode=nodownload \
    -Dauto_features=disabled -Dmodules=disabled -Ddeprecated=false -Dexamples=false -Danalyze=false -Dradiance=false \
    -Dhighway=enabled -Dlcms=enabled -Dexif=enabled -Dzlib=enabled -Djpeg=enabled -Dspng=enabled -Dwebp=enabled -Dtiff=enabled \
    -Dcgif=enabled -Dimagequant=enabled -Dheif=enabled -Djpeg-xl=enabled -Dopenjpeg=enabled -Drsvg=enabled -Dpoppler=enabled \
    -Dpangocairo=enabled -Dfontconfig=enabled
  step build-vips env DESTDIR="$work/root" ninja -C vips-build install
  built=$work/root$prefix
  # What a shared library was itself linked with is nobody else's business; and where a part of that is missing, such as the
  # highway that is inside, pkg-config says nothing at all, and what is compiled finds the distribution's older headers.
  sed -i '/^Requires.private:/d' "$built"/lib/pkgconfig/*.pc
}

cd "$work"
use_own_apt
fetch highway
fetched_all="highway $fetched"
fetch vips
fetched_all="vips $fetched, $fetched_all"
if $update && is_built && [ "$(sed -n 2p "$prefix/recipe")" = "$fetched_all" ]; then
  say "$fetched is what is there"
  exit 0
fi
say "building $fetched_all into build/libvips; this takes some minutes, once"
unpack highway
unpack vips
unset APT_CONFIG
use_flags
build_highway
build_vips
{ recipe; echo "$fetched_all"; } >"$built/recipe"
rm -rf "$prefix"
mkdir -p "$(dirname "$prefix")"
mv "$built" "$prefix"
say "built"

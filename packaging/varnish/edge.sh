#!/bin/sh
# Starts rucola and, in front of it, Varnish with the shipped VCL; ends both on Ctrl-C or SIGTERM.
#
#   packaging/varnish/edge.sh [DATA]        DATA defaults to ./data
#
# RUCOLA_BUILD names another build folder than build/.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
data=${1:-./data}
rucola=${RUCOLA_BUILD:-$root/build}/rucola
origin=127.0.0.1:8080
edge=127.0.0.1:6081

for program in varnishd curl openssl; do
  command -v "$program" >/dev/null || {
    echo "edge: $program is missing; on Debian: apt install varnish varnish-modules curl openssl" >&2
    exit 2
  }
done
[ -x "$rucola" ] || { echo "edge: $rucola is missing; run \`make build\` first" >&2; exit 2; }

work=$(mktemp -d)
chmod 755 "$work"  # varnishd drops its privileges and still works in there
server=
varnish=

clean_up() {
  trap '' INT TERM
  [ -z "$varnish" ] || kill "$varnish" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

unset RUCOLA_BUILD  # rucola refuses variables that it does not know
RUCOLA_PURGE_SECRET=$(openssl rand -hex 32)
export RUCOLA_PURGE_SECRET

cat >"$work/rucola.toml" <<TOML
[server]
trusted_proxies = ["127.0.0.1"]

[[cdn]]
kind = "varnish"
url = "http://$edge"
TOML

echo "edge: starting rucola on $origin, data in $data"
"$rucola" serve --config "$work/rucola.toml" --data "$data" --listen "$origin" &
server=$!
until curl --silent --fail --output /dev/null --max-time 1 "http://$origin/readyz"; do
  kill -0 "$server" 2>/dev/null || { echo "edge: rucola did not start" >&2; exit 1; }
  sleep 0.1
done

echo "edge: starting Varnish on $edge"
varnishd -F -n "$work/varnish" -f "$here/default.vcl" -a "$edge" -s malloc,256m -p backend_idle_timeout=50 &
varnish=$!
until curl --silent --fail --output /dev/null --max-time 1 "http://$edge/readyz"; do
  kill -0 "$varnish" 2>/dev/null || { echo "edge: Varnish did not start" >&2; exit 1; }
  sleep 0.1
done

cat <<TEXT

Varnish is in front of rucola.

  through Varnish   http://$edge        straight to rucola   http://$origin

  a key             $rucola user create --data $data --email you@example.com --organization acme
  a picture twice   curl -sI -H 'Host: acme.localhost' http://$edge/{stack}/-_{alias}_-.jpg | grep X-Cache
                    MISS the first time, HIT the second
  move the alias    the edge goes on showing the old picture …
  purge it          curl -X DELETE -H "Api-Key: \$KEY" http://$edge/sourceimages/acme/alias/{alias}/cache
                    … and now shows the new one

Ctrl-C ends both.
TEXT

# Whichever ends first ends the other.
while kill -0 "$server" 2>/dev/null && kill -0 "$varnish" 2>/dev/null; do
  sleep 1
done
echo "edge: one of the two has ended; ending the other" >&2
exit 1

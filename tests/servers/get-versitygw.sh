#!/bin/sh
# Builds versitygw, the S3 server that tests start, out of Go's module proxy into build/servers/. Where there is no Go
# that can (1.21 or later; it fetches a newer one by itself), it says so, and those tests are skipped.
set -eu
version=v1.8.0
cd "$(dirname "$0")/../.."
folder=$PWD/build/servers
[ ! -x "$folder/versitygw" ] || exit 0
mkdir -p "$folder"

skip() {
  echo "tests/servers: $1; tests with an S3 server are skipped" >&2
  exit 0
}

command -v go >/dev/null || skip "there is no Go to build versitygw with"
go version | grep -Eq 'go1\.(2[1-9]|[3-9][0-9])' || skip "$(go version) can't build versitygw"
GOBIN=$folder GOFLAGS=-buildvcs=false go install "github.com/versity/versitygw/cmd/versitygw@$version" ||
  skip "versitygw $version could not be built"

#!/usr/bin/env bash
# Whether the tests on a real Kubernetes can run here, with everything that they need built: exit code 0, or 3 and one line
# that says why not. Any other exit code is a defect. What is built stays in ~/.cache/gibbon for the next time.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Building Kubernetes takes a machine of two cores about twelve minutes. One that needs far longer has no time left for tests;
# what it has compiled is there the next time.
BUILD_LIMIT=${GIBBON_CI_BUILD_SECONDS:-1500}

# What Go and apt say where a machine has no way to their servers.
UNREACHABLE='dial tcp|no such host|i/o timeout|connection refused|TLS handshake timeout|proxyconnect|module lookup disabled|Temporary failure resolving|Could not connect|unrecognized import path|: (403 Forbidden|404 Not Found|410 Gone|502 Bad Gateway|503 Service Unavailable)|cannot install .*(containerd|runc|containernetworking-plugins|nftables|iproute2|conntrack)'

skip() {
  printf 'The tests on a cluster are left out: %s\n' "$1"
  exit 3
}

node tools/run/testbed.mjs check
status=$?
((status == 3)) && skip 'see above'
((status == 0)) || exit "$status"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for step in testbed conformance; do
  timeout --kill-after=60 "$BUILD_LIMIT" node "tools/run/$step.mjs" build 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  ((status == 0)) && continue
  ((status == 124 || status == 137)) && skip "building took longer than $BUILD_LIMIT s"
  reason=$(grep -m 1 -E "$UNREACHABLE" "$log") && skip "what they are built from cannot be fetched: $reason"
  exit "$status"
done

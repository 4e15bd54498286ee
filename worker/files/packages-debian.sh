#!/bin/sh
# What a worker needs on Debian 13 (trixie): HTCondor is among its own packages. AERIE_CVMFS says whether CVMFS is asked for,
# AERIE_STRIPE whether there are several disks to be made one,
# AERIE_UNTIL until when a mirror that fails is asked again, in seconds since 1970.
set -eu
export DEBIAN_FRONTEND=noninteractive
have() { command -v "$1" > /dev/null 2>&1; }
again() {
  until "$@"; do
    [ "$(($(date +%s) + 15))" -lt "${AERIE_UNTIL:-0}" ] || return 100
    sleep 15
  done
}
# Another program may hold the lock for a while: Debian's daily upgrade does. An update that got half its lists has failed.
get() {
  apt-get update -q -o APT::Update::Error-Mode=any &&
    apt-get install -y -q -o DPkg::Lock::Timeout=120 "$@"
}
fetch() {
  python3 -c 'import socket, sys, urllib.request as u; socket.setdefaulttimeout(30); u.urlretrieve(*sys.argv[1:])' "$@"
}

wanted=
have condor_master || wanted="$wanted condor"
have iptables || wanted="$wanted iptables"
if [ "${AERIE_STRIPE:-no}" = yes ]; then have mdadm || wanted="$wanted mdadm"; fi
[ -e /etc/ssl/certs/ca-certificates.crt ] || wanted="$wanted ca-certificates"
if [ -n "$wanted" ]; then
  # It must not start before it is configured.
  if [ -d /run/systemd/system ]; then systemctl mask --runtime condor.service; fi
  # shellcheck disable=SC2086  # a list
  again get --no-install-recommends $wanted
fi
if [ "${AERIE_CVMFS:-no}" = yes ] && ! have cvmfs_config; then
  deb=$(mktemp)
  again fetch https://cvmrepo.s3.cern.ch/cvmrepo/apt/cvmfs-release-latest_all.deb "$deb"
  again dpkg -i "$deb"
  again get cvmfs
fi

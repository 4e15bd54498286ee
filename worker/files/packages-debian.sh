#!/bin/sh
# What a worker needs on Debian 13 (trixie): HTCondor is among its own packages. AERIE_CVMFS says whether CVMFS is asked for,
# AERIE_STRIPE whether there are several disks to be made one.
set -eu
export DEBIAN_FRONTEND=noninteractive
have() { command -v "$1" > /dev/null 2>&1; }

wanted=
have condor_master || wanted="$wanted condor"
have iptables || wanted="$wanted iptables"
if [ "${AERIE_STRIPE:-no}" = yes ]; then have mdadm || wanted="$wanted mdadm"; fi
[ -e /etc/ssl/certs/ca-certificates.crt ] || wanted="$wanted ca-certificates"
if [ -n "$wanted" ]; then
  # It must not start before it is configured.
  if [ -d /run/systemd/system ]; then systemctl mask --runtime condor.service; fi
  apt-get update -q
  # shellcheck disable=SC2086  # a list
  apt-get install -y -q --no-install-recommends $wanted
fi
if [ "${AERIE_CVMFS:-no}" = yes ] && ! have cvmfs_config; then
  deb=$(mktemp)
  python3 -c 'import sys, urllib.request as u; u.urlretrieve(sys.argv[1], sys.argv[2])' \
    https://cvmrepo.s3.cern.ch/cvmrepo/apt/cvmfs-release-latest_all.deb "$deb"
  dpkg -i "$deb"
  apt-get update -q
  apt-get install -y -q cvmfs
fi

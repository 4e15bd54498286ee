#!/bin/sh
# What a worker needs on AlmaLinux 9: OSG's packages, of the series AERIE_OSG. AERIE_CVMFS says whether CVMFS is asked for,
# AERIE_STRIPE whether there are several disks to be made one,
# AERIE_UNTIL until when a mirror that fails is asked again, in seconds since 1970. dnf waits for its lock by itself.
set -eu
have() { command -v "$1" > /dev/null 2>&1; }
again() {
  until "$@"; do
    [ "$(($(date +%s) + 15))" -lt "${AERIE_UNTIL:-0}" ] || return 100
    sleep 15
  done
}

if ! have condor_master; then
  # It must not start before it is configured.
  if [ -d /run/systemd/system ]; then systemctl mask --runtime condor.service; fi
  again dnf -y -q install epel-release dnf-plugins-core
  dnf config-manager --set-enabled crb
  series=${AERIE_OSG:-25}-main
  again dnf -y -q install "https://repo.osg-htc.org/osg/$series/osg-$series-el9-release-latest.rpm"
  again dnf -y -q install condor osg-wn-client osg-ca-certs apptainer fetch-crl
  systemctl enable --now --no-block fetch-crl.timer
fi
have iptables || again dnf -y -q install iptables-nft
if [ "${AERIE_STRIPE:-no}" = yes ]; then have mdadm || again dnf -y -q install mdadm; fi
if [ "${AERIE_CVMFS:-no}" = yes ] && ! have cvmfs_config; then
  again dnf -y -q install osg-oasis
fi

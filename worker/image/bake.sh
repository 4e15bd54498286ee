#!/bin/sh
# Turns the VM it runs on into the pattern of an image on which workers start in seconds; README.md says how.
# Usage, as root: bake.sh el9|debian. The worker's programs are expected in the directory "files" beside "image".
set -eu
os=${1:-}
case $os in el9 | debian) ;; *) echo "usage: bake.sh el9|debian" >&2; exit 2 ;; esac
gpu=${AERIE_GPU:-no}
if [ "$gpu" = yes ] && [ "$os" != el9 ]; then echo "bake.sh: AERIE_GPU=yes takes el9, whose driver needs no compiler" >&2; exit 2; fi
[ "$(id -u)" = 0 ] || { echo "bake.sh: has to run as root" >&2; exit 2; }

# What the plain image brings may be months old.
case $os in
  el9) dnf -y -q upgrade ;;
  debian)
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get full-upgrade -y -q
    ;;
esac

here=$(dirname "$(readlink -f "$0")")
programs=/usr/local/libexec/aerie
install -d -m 0755 "$programs"
for file in "$here"/../files/*; do
  if [ -f "$file" ]; then install -m 0755 "$file" "$programs/"; fi
done

# So a machine of the image does not wait for cloud-init to come to its end, nor for Python to compile them.
"$programs/begin" image
python3 -m compileall -q "$programs"

AERIE_STRIPE=yes AERIE_CVMFS=${AERIE_CVMFS:-yes} sh "$programs/packages-$os.sh"
# NVIDIA's driver as AlmaLinux brings it, built for its kernel: Turing and later, so no p3.
if [ "$gpu" = yes ]; then
  dnf -y -q install almalinux-release-nvidia-driver
  dnf -y -q install nvidia-open-kmod nvidia-driver nvidia-driver-cuda
fi
# More slots than any flavour has cores: making accounts takes longer than anything else at boot.
number=1
while [ "$number" -le "${AERIE_SLOTS:-64}" ]; do
  account=slot1_$number
  getent passwd "$account" > /dev/null || useradd --create-home --home-dir "/home/$account" --shell /bin/bash "$account"
  chmod 0700 "/home/$account"
  number=$((number + 1))
done

# HTCondor starts when the worker has been configured, and never before.
if [ -d /run/systemd/system ]; then
  systemctl unmask --runtime condor.service
  systemctl disable --now condor.service
fi

# What belongs to this VM must not be in every worker: its keys, all that who made it has at home, and what it has told of itself.
# Revocation lists end within days, and ended ones refuse everybody; a worker fetches its own.
case $os in
  el9) dnf -q clean all ;;
  debian) apt-get clean ;;
esac
if command -v journalctl > /dev/null 2>&1; then journalctl --quiet --rotate --vacuum-time=1s || true; fi
rm -rf /etc/grid-security/certificates/*.r0 /var/lib/systemd/random-seed /var/log/journal/* /var/log/audit/* \
  /var/cache/fetch-crl/*
find /root -mindepth 1 -delete
find /home -mindepth 2 -delete
find /var/log -type f -exec truncate -s 0 {} +
rm -rf /etc/condor/tokens.d/* /etc/condor/passwords.d/* /etc/condor/config.d/20-aerie-facts.conf \
  /etc/condor/config.d/30-aerie.conf /etc/aerie /var/lib/aerie /var/log/condor/* /var/lib/condor/execute/* \
  /etc/ssh/ssh_host_*

# The stamp: when and from what this image was made, for whoever looks at a worker. check.sh reads it.
install -d -m 0755 /usr/share/aerie
# shellcheck disable=SC2016  # dpkg-query's own fields
case $os in
  el9) rpm -qa | sort > /usr/share/aerie/packages ;;
  debian) dpkg-query -W -f='${Package}-${Version}\n' | sort > /usr/share/aerie/packages ;;
esac
condor=$(condor_version | sed -n 's/^[$]CondorVersion: *\([0-9.]*\).*/\1/p')
printf '{"os":"%s","builtAt":"%s","aerie":"%s","condor":"%s","cvmfs":"%s","gpu":"%s","builder":"%s"}\n' \
  "$os" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${AERIE_VERSION:-unknown}" "$condor" "${AERIE_CVMFS:-yes}" \
  "$gpu" "$(cat /etc/machine-id)" > /etc/aerie-image
cloud-init clean --logs --machine-id
echo "bake.sh: ready; stop this VM and make the image of it"

#!/bin/sh
# Says whether a machine that was booted from an image of bake.sh can become a worker. Ends with 1 and a sentence if not.
# Usage, as root: check.sh
set -eu
PATH=$PATH:/usr/sbin:/sbin
stamp=${AERIE_STAMP:-/etc/aerie-image}
programs=${AERIE_PROGRAMS:-/usr/local/libexec/aerie}
fail() { echo "check.sh: $*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1 || fail "there is no $1"; }
stamped() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$stamp" "$1"; }

[ -r "$stamp" ] || fail "there is no stamp $stamp: bake.sh has not come to its end"
condor=$(stamped condor) || fail "$stamp cannot be read"

# 2: it has come to its end with warnings, as on an image without some data source.
ended=0
cloud-init status --wait > /dev/null || ended=$?
[ "$ended" = 0 ] || [ "$ended" = 2 ] || fail "cloud-init has failed: $(cloud-init status --long | tr '\n' ' ')"
[ "$(cat /etc/machine-id)" != "$(stamped builder)" ] || fail "the machine id is that of the VM that was baked"

for program in condor_master condor_startd condor_version python3 iptables; do has "$program"; done
condor_version | grep -qF "$condor" || fail "HTCondor is not the $condor of the stamp: $(condor_version | head -n 1)"
if [ "$(stamped cvmfs)" = yes ]; then has cvmfs_config; fi
if [ "$(stamped gpu)" = yes ]; then has nvidia-smi; fi
if [ -d /run/systemd/system ]; then
  ! systemctl is-active --quiet condor.service || fail "HTCondor runs before it is configured"
  ! systemctl is-enabled --quiet condor.service || fail "HTCondor would start before it is configured"
fi

for program in begin power-off boot.py watch.py hook.py; do
  [ -x "$programs/$program" ] || fail "$programs/$program is not there, or cannot be executed"
done
for program in "$programs"/*.py; do
  python3 -c 'import ast,sys; ast.parse(open(sys.argv[1]).read())' "$program" || fail "$program is no Python for this system"
done
getent passwd slot1_1 > /dev/null || fail "there is no account slot1_1"
[ ! -e /etc/aerie ] || fail "/etc/aerie holds facts of a pool, and would be in every worker"
for token in /etc/condor/tokens.d/*; do [ ! -e "$token" ] || fail "$token would be in every worker"; done
echo "check.sh: fit to become a worker, HTCondor $condor, built $(stamped builtAt)"

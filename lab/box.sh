#!/bin/sh
# Inside its own namespaces: makes a machine's root out of an overlay and becomes its PID 1. The mounts are in this
# mount namespace alone, so they go when the machine does.
# Arguments: directory of the box, lower directory, host name, bind mounts ("from to" per line), the command.
set -eu
box=$1 lower=$2 name=$3 binds=$4
shift 4
root=$box/root

mount -t overlay -o "lowerdir=$lower,upperdir=$box/upper,workdir=$box/work" aerie-lab "$root"
mount -t proc proc "$root/proc"
for directory in sys run dev; do mount -t tmpfs tmpfs "$root/$directory"; done

# All of /sys but cgroups, which belong to the host, and hypervisor, by which cloud-init knows EC2.
for directory in block bus class dev devices firmware kernel module power; do
  mkdir "$root/sys/$directory"
  mount --rbind "/sys/$directory" "$root/sys/$directory"
done
mkdir "$root/sys/fs" "$root/sys/hypervisor"
echo ec2ae21e-0000-0000-0000-000000000001 >"$root/sys/hypervisor/uuid"

for device in null zero random urandom full tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root/dev/shm" "$root/dev/pts" "$root/run/lock"
chmod 1777 "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
mkfifo "$root/dev/console"
cat 0<>"$root/dev/console" &

echo "$binds" | while read -r from to; do
  [ -n "$from" ] || continue
  mkdir -p "$(dirname "$root$to")"
  if [ -d "$from" ]; then mkdir -p "$root$to"; else touch "$root$to"; fi
  mount --bind "$from" "$root$to"
  mount -o remount,bind,ro "$root$to"
done

hostname "$name"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root chroot "$root" "$@"

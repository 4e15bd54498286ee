# Makes the user, the folders and a first configuration, and leaves every one that is there as it is.
getent group aerie >/dev/null || groupadd --system aerie
getent passwd aerie >/dev/null ||
  useradd --system --gid aerie --home-dir /var/lib/aerie-endpoint --no-create-home --shell /usr/sbin/nologin aerie

folder() {
  [ -d "$4" ] || install -d -m "$1" -o "$2" -g "$3" "$4"
}
folder 750 root aerie /etc/aerie-endpoint
folder 750 root aerie /etc/aerie-endpoint/templates
folder 750 root aerie /etc/aerie-endpoint/tls
folder 700 aerie aerie /etc/aerie-endpoint/keys
folder 700 aerie aerie /var/lib/aerie-endpoint
folder 755 aerie aerie /var/log/aerie-pilots

[ -e /etc/aerie-endpoint/config.json ] ||
  install -m 640 -o root -g aerie /usr/share/aerie-endpoint/config.json /etc/aerie-endpoint/config.json

if [ -d /run/systemd/system ]; then
  systemctl disable --now aerie-endpoint.service || true
fi

# A running endpoint goes on with the new program; one that was stopped stays so, and a first one is started by the admin.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart aerie-endpoint.service || true
fi

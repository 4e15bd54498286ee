# Starts the control plane on what make.sh has made.
set -eu
. /lab/serve.sh
cd /var/lab
mkdir -p log
database
services
until_it curl -sf http://127.0.0.1:5000/v3
until_it curl -sf http://127.0.0.1:8778/
python3 /lab/nova_all.py --config-file /lab/nova.conf >log/nova-out 2>&1 &
until_it curl -sf http://127.0.0.1:8774/
until_it curl -sf http://127.0.0.1:9696/
until_it curl -s http://127.0.0.1:9292/
touch /var/lab/ready
wait

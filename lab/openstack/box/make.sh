# Makes what start.sh begins with: every database with its schema, the keys, and what is in the cloud before anybody uses it.
# nova-compute must not have run yet: its hosts have another identity each time.
set -eu
. /lab/serve.sh
mkdir -p /var/lab
cd /var/lab
mkdir -p log db images nova neutron lock fernet credential
mariadb-install-db --no-defaults --user=root --datadir=/var/lab/db --auth-root-authentication-method=normal \
  --skip-test-db >log/install-db 2>&1
database
for name in keystone placement glance neutron nova_api nova_cell0 nova_cell1; do
  echo "create database $name character set utf8mb3;"
done | mariadb -S /run/mariadb.sock
mariadb -S /run/mariadb.sock -e "create user cell1@localhost; grant all on nova_cell1.* to cell1@localhost"
export PYTHONPATH=/lab/plugins PYTHONWARNINGS=ignore
keystone() { keystone-manage --config-file /lab/keystone.conf "$@"; }
nova() { nova-manage --config-file /lab/nova.conf "$@"; }
(
  keystone db_sync
  keystone fernet_setup --keystone-user root --keystone-group root
  keystone credential_setup --keystone-user root --keystone-group root
  url=http://openstack.test:5000/v3
  keystone bootstrap --bootstrap-password admin --bootstrap-region-id RegionOne \
    --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"
) >log/sync-keystone 2>&1 &
first=$!
(
  placement-manage --config-file /lab/placement.conf db sync
  glance-manage --config-file /lab/glance/glance-api.conf db_sync
  neutron-db-manage --config-file /lab/neutron.conf upgrade head
) >log/sync-others 2>&1 &
second=$!
nova api_db sync >log/sync-nova 2>&1
nova cell_v2 map_cell0 --database_connection 'mysql+pymysql://root@localhost/nova_cell0?unix_socket=/run/mariadb.sock' >>log/sync-nova 2>&1
nova cell_v2 create_cell --name cell1 >>log/sync-nova 2>&1
nova db sync >>log/sync-nova 2>&1
wait $first
wait $second
services
python3 /lab/seed.py
pkill -x uwsgi
mariadb -S /run/mariadb.sock -e shutdown
until_it sh -c '! pgrep -x "uwsgi|mariadbd"'
rm -rf log
touch /var/lab/made

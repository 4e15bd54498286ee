# Starts the database and, one uwsgi each, the services that Nova needs. Read by make.sh and start.sh.
until_it() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || { echo "never: $*" >&2; exit 1; }
    sleep 0.1
  done
}

database() {
  mariadbd --no-defaults --user=root --datadir=/var/lab/db --socket=/run/mariadb.sock --skip-networking \
    --skip-log-bin --performance-schema=0 --max-connections=500 --innodb-buffer-pool-size=64M --innodb-log-file-size=32M \
    --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --innodb-doublewrite=0 >/var/lab/log/mariadb 2>&1 &
  until_it mariadb -S /run/mariadb.sock -e 'select 1'
}

service() {
  name=$1 port=$2
  shift 2
  uwsgi --plugin python3 --need-app --buffer-size 65535 --master --enable-threads --lazy-apps --die-on-term --processes 1 \
    --threads 4 --add-header Connection:close --http11-socket "127.0.0.1:$port" "$@" >"/var/lab/log/uwsgi-$name" 2>&1 &
}

services() {
  export PYTHONPATH=/lab/plugins PYTHONWARNINGS=ignore
  OS_KEYSTONE_CONFIG_FILES=/lab/keystone.conf service keystone 5000 --module keystone.wsgi.api:application
  OS_PLACEMENT_CONFIG_DIR=/lab OS_PLACEMENT_CONFIG_FILES=/lab/placement.conf service placement 8778 --module placement.wsgi.api:application
  OS_GLANCE_CONFIG_DIR=/lab/glance service glance 9292 --wsgi-file /usr/bin/glance-wsgi-api
  OS_NEUTRON_CONFIG_FILES=/lab/neutron.conf service neutron 9696 --module neutron.wsgi.api:application \
    --pyargv '--config-file /lab/neutron.conf'
}

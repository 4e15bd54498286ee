import { debianRoot } from '../rootfs.ts';

/** A control plane of OpenStack, its database, and what serves it. No compute package: the code is in python3-nova, and no libvirt is needed. */
const PACKAGES = [
  'ca-certificates',
  'curl',
  'glance-api',
  'glance-common',
  'iproute2',
  'keystone',
  'mariadb-client-core',
  'mariadb-server-core',
  'neutron-api',
  'neutron-common',
  'neutron-rpc-server',
  'nova-api',
  'nova-common',
  'nova-conductor',
  'nova-scheduler',
  'placement-api',
  'placement-common',
  'procps',
  'python3',
  'python3-keystone',
  'python3-nova',
  'python3-placement',
  'python3-pymysql',
  'uwsgi-plugin-python3',
] as const;

/** What nobody reads there. */
const WITHOUT = ['/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/man/*'] as const;

/** The directory of a Debian root with Keystone, Placement, Glance, Neutron and Nova; built if it is not there. */
export const openstackRoot = (): Promise<string> => debianRoot(PACKAGES, WITHOUT);

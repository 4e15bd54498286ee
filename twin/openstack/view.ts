import type { Server } from './server.ts';

const isoSeconds = (seconds: number): string =>
  new Date(1_000 * Math.floor(seconds)).toISOString().replace('.000', '');

/** A server in a list without details, and in the answer to its creation. */
export const brief = ({ id, name }: Server, url: string): object => ({
  id,
  name,
  links: [{ rel: 'self', href: `${url}/servers/${id}` }],
});

/** What Nova's own database knows of a server whose cell does not answer. */
export const minimal = ({ id, createdAt }: Server, url: string, project: string): object => ({
  id,
  status: 'UNKNOWN',
  created: isoSeconds(createdAt),
  tenant_id: project,
  links: [{ rel: 'self', href: `${url}/servers/${id}` }],
});

/** Nova's numbers: none, running, shut down. */
const powerOf = ({ runs }: Server): number => {
  const last = runs.at(-1);
  if (last === undefined) return 0;
  return last.until === undefined ? 1 : 4;
};
const VM_STATES = { BUILD: 'building', ACTIVE: 'active', SHUTOFF: 'stopped', ERROR: 'error' } as const;

/** A server as a member of the project sees it. */
export const detail = (server: Server, url: string, project: string): object => ({
  ...brief(server, url),
  status: server.status,
  tenant_id: project,
  created: isoSeconds(server.createdAt),
  updated: isoSeconds(server.createdAt),
  flavor: {
    original_name: server.flavour.name,
    vcpus: server.flavour.vcpus,
    ram: server.flavour.ramMb,
    disk: server.flavour.diskGb,
    ephemeral: 0,
    swap: 0,
    extra_specs: {},
  },
  metadata: server.metadata,
  tags: server.tags,
  addresses: {},
  'OS-EXT-AZ:availability_zone': server.zone,
  'OS-EXT-STS:task_state': server.task,
  'OS-EXT-STS:vm_state': VM_STATES[server.status],
  'OS-EXT-STS:power_state': powerOf(server),
  'OS-SRV-USG:launched_at':
    server.launchedAt === undefined ? null : isoSeconds(server.launchedAt).replace('Z', '.000000'),
  'OS-SRV-USG:terminated_at': null,
  ...(server.fault === undefined
    ? {}
    : { fault: { ...server.fault, created: isoSeconds(server.createdAt) } }),
});

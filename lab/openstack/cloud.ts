import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type AccessRule, accessRules, endpointRules } from '../../lib/rights/openstack.ts';
import type { Box } from '../box.ts';
import { aloneNetwork, sweep } from '../network.ts';
import { reachInside } from '../reach.ts';
import { openstackLayers, startControlPlane } from './snapshot.ts';

/** The name of the cloud's services in its catalog. */
const HOST = 'openstack.test';

const PORTS = { keystone: 5000, nova: 8774, metadata: 8775, neutron: 9696, guests: 8700 } as const;

/** All of 127.0.0.0/8 is this machine's: a lab has addresses of its own there, so that its services keep their ports. */
const addressOf = (id: string, isAside: boolean): string => {
  const [pid = 0, lab = 0] = id.split('n').map(Number);
  const second = 16 + ((pid >> 16) % 64) + (isAside ? 64 : 0) + (lab % 2 === 0 ? 96 : 0);
  return `127.${second % 256}.${(pid >> 8) % 256}.${pid % 256}`;
};

/** An application credential, as Keystone gives it. */
interface Credential {
  readonly id: string;
  readonly secret: string;
}

/** What is left in the project of what was made there. */
interface Left {
  readonly servers: number;
  readonly ports: number;
  readonly keypairs: number;
}

/** A server as Nova's databases have it. */
export interface LabServer {
  readonly id: string;
  /** Nova's own word for it: `building`, `active`, `stopped`, `error`. */
  readonly status: string;
  readonly isGone?: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A real Keystone, Placement, Glance, Neutron and Nova in a box, and what only its operator can do. */
export interface LabOpenStack {
  readonly id: string;
  /** Where its services answer, on their own ports; `host` is what its catalog calls them. */
  readonly address: string;
  /** Another address of this lab's, for somebody who stands in between. */
  readonly aside: string;
  readonly host: string;
  readonly ports: typeof PORTS;
  readonly authUrl: string;
  readonly region: string;
  /** Acts on the project, and may ask for nothing but what aerie asks for. */
  readonly credential: Credential;
  /** May challenge servers, and nothing else. */
  readonly endpointCredential: Credential;
  readonly image: string;
  readonly network: string;
  readonly project: string;
  readonly box: Box;
  /** Sets how many servers the project may have. */
  quota(instances: number): Promise<void>;
  /** Switches the only host of a zone off or on, for new servers. */
  zone(name: string, is: 'enabled' | 'disabled'): Promise<void>;
  /** A guest switches itself off; waits until Nova knows it. */
  powerOff(serverId: string): Promise<void>;
  /** Locks a server against its users, or unlocks it. */
  lock(serverId: string, is: boolean): Promise<void>;
  /** Takes a token back. */
  revoke(token: string): Promise<void>;
  /** Shuts Nova's only cell out of its database, or lets it in again. */
  cell(is: 'up' | 'down'): Promise<void>;
  /** Every server of the project, as Nova's databases have it. */
  servers(): Promise<readonly LabServer[]>;
  left(): Promise<Left>;
  /** How many servers something is being done to, or are being made. */
  busy(): Promise<number>;
  close(): Promise<void>;
}

const DOMAIN = { id: 'default' };

const withId = z.object({ id: z.string() });
const token = z.object({ token: z.object({ user: withId, project: withId.optional() }) });
const computes = z.object({ services: z.array(z.object({ id: z.string(), host: z.string() })) });
const audited = z.object({ token: z.object({ audit_ids: z.array(z.string()) }) });
const made = z.object({ image: z.string(), network: z.string(), project: z.string() });
const applicationCredential = z.object({
  application_credential: z.object({ id: z.string(), secret: z.string() }),
});

interface Asked {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks one of the services; throws what it refuses. */
const asker =
  (address: string) =>
  async (service: keyof typeof PORTS, method: string, path: string, { token, body, headers }: Asked = {}) => {
    const response = await fetch(`http://${address}:${PORTS[service]}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { 'x-auth-token': token }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return { body: parsed, token: response.headers.get('x-subject-token') ?? '' };
  };

type Ask = ReturnType<typeof asker>;

/** Where os-services may be named by their ids. */
const LATER = { 'openstack-api-version': 'compute 2.69' };

/** Enters as a user of the lab, whose password is its name. */
const entered = async (ask: Ask, user: string, project: string) => {
  const { body, token: value } = await ask('keystone', 'POST', '/v3/auth/tokens', {
    body: {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: user, domain: DOMAIN, password: user } },
        },
        scope: { project: { name: project, domain: DOMAIN } },
      },
    },
  });
  return { value, userId: token.parse(body).token.user.id };
};

const credentialOf = async (ask: Ask, name: string, rules: readonly AccessRule[]): Promise<Credential> => {
  const { value, userId } = await entered(ask, 'aerie', 'grid');
  const { body } = await ask('keystone', 'POST', `/v3/users/${userId}/application_credentials`, {
    token: value,
    body: {
      application_credential: {
        name,
        roles: [{ name: 'member' }],
        access_rules: rules,
      },
    },
  });
  return applicationCredential.parse(body).application_credential;
};

const LOOK_MILLISECONDS = 200;

/** Read past Nova, whose one process has enough to do. */
const SERVERS = `select count(*) from
  (select uuid from nova_cell1.instances where deleted = 0 union select uuid from nova_cell0.instances where deleted = 0
   union select instance_uuid from nova_api.build_requests) as servers;`;
const BUSY = `select count(*) from
  (select uuid from nova_cell1.instances where deleted = 0 and (vm_state in ('building', 'deleted') or task_state is not null)
   union select uuid from nova_cell0.instances where deleted = 0 and task_state is not null
   union select instance_uuid from nova_api.build_requests) as servers;`;

const TOLD = `select json_object('id', i.uuid, 'status', i.vm_state,
  'metadata', json_objectagg(coalesce(m.\`key\`, ''), coalesce(m.value, '')))
  from (select uuid, vm_state from nova_cell1.instances where deleted = 0
    union all select uuid, vm_state from nova_cell0.instances where deleted = 0) as i
  left join (select instance_uuid, \`key\`, value from nova_cell1.instance_metadata where deleted = 0
    union all select instance_uuid, \`key\`, value from nova_cell0.instance_metadata where deleted = 0) as m
  on m.instance_uuid = i.uuid group by i.uuid, i.vm_state;`;

const told = z.object({
  id: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()),
});

const CELL = 'cell1@localhost';

/** Ends what the cell's user has open, too: a connection that is there needs no password. */
const cellStatements = (is: 'up' | 'down', open: readonly string[]): string =>
  [
    `alter user ${CELL} account ${is === 'down' ? 'lock' : 'unlock'};`,
    ...(is === 'down' ? open.map((id) => `kill ${id};`) : []),
  ].join('\n');

/** Starts a cloud of its own for the caller. `close` takes all of it away again. */
export const labOpenStack = async (): Promise<LabOpenStack> => {
  const layers = await openstackLayers();
  await sweep();
  const alone = await aloneNetwork();
  const closing: (() => Promise<void>)[] = [alone.remove];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0)) await step();
  };
  try {
    const box = await startControlPlane(alone.namespace, join(alone.directory, 'box'), layers, 'start');
    closing.unshift(box.remove);
    const [address, aside] = [addressOf(alone.id, false), addressOf(alone.id, true)];
    for (const port of Object.values(PORTS)) {
      const reach = await reachInside(alone.namespace, { host: '127.0.0.1', port }, alone.directory, {
        host: address,
        port,
      });
      closing.unshift(reach.close);
    }
    const ask = asker(address);
    const inside = async (argv: readonly string[], input = ''): Promise<string> => {
      const { code, stdout, stderr } = await box.exec(argv, { input });
      if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
      return stdout;
    };
    const sql = (text: string) => inside(['mariadb', '-S', '/run/mariadb.sock', '-N'], text);
    const admin = async () => (await entered(ask, 'admin', 'admin')).value;
    const { image, network, project } = made.parse(JSON.parse(await inside(['cat', '/var/lab/made.json'])));
    return {
      ...{
        id: alone.id,
        address,
        aside,
        host: HOST,
        ports: PORTS,
        region: 'RegionOne',
        image,
        network,
        project,
        box,
        close,
      },
      authUrl: `http://${HOST}:${PORTS.keystone}/v3`,
      credential: await credentialOf(ask, 'aerie', accessRules()),
      endpointCredential: await credentialOf(ask, 'endpoint', endpointRules()),
      async quota(instances) {
        const body = { quota_set: { instances, cores: 4 * instances, ram: -1, force: true } };
        await ask('nova', 'PUT', `/v2.1/os-quota-sets/${project}`, { token: await admin(), body });
      },
      async zone(name, is) {
        const token = await admin();
        const path = '/v2.1/os-services';
        const { services } = computes.parse((await ask('nova', 'GET', path, { token, headers: LATER })).body);
        const host = name.replace('zone', 'host');
        const service = services.find((of) => of.host === host);
        if (service === undefined) throw new Error(`there is no ${host}`);
        await ask('nova', 'PUT', `${path}/${service.id}`, {
          token,
          body: { status: is },
          headers: LATER,
        });
      },
      async powerOff(serverId) {
        await ask('guests', 'POST', `/off/${serverId}`);
        const state = `select vm_state from nova_cell1.instances where uuid = '${serverId}';`;
        while ((await sql(state)).trim() === 'active') await pause(LOOK_MILLISECONDS);
      },
      async lock(serverId, is) {
        const { value } = await entered(ask, 'aerie', 'grid');
        const body = { [is ? 'lock' : 'unlock']: null };
        await ask('nova', 'POST', `/v2.1/servers/${serverId}/action`, { token: value, body });
      },
      async revoke(token) {
        // Keystone gives 404 to whoever revokes a token of a credential with access rules; what it would have kept is kept.
        const { body } = await ask('keystone', 'GET', '/v3/auth/tokens', {
          token: await admin(),
          headers: { 'x-subject-token': token, 'openstack-identity-access-rules': '1.0' },
        });
        const [audit] = audited.parse(body).token.audit_ids;
        await sql(`insert into keystone.revocation_event (audit_id, issued_before, revoked_at)
          values ('${audit}', utc_timestamp(), utc_timestamp());`);
      },
      async cell(is) {
        const open = await sql("select id from information_schema.processlist where user = 'cell1';");
        await sql(cellStatements(is, open.split('\n').filter(Boolean)));
      },
      busy: async () => Number(await sql(BUSY)),
      servers: async () =>
        (await sql(TOLD))
          .split('\n')
          .filter(Boolean)
          .map((line) => told.parse(JSON.parse(line))),
      left: async () => ({
        servers: Number(await sql(SERVERS)),
        ports: Number(await sql(`select count(*) from neutron.ports where project_id = '${project}';`)),
        keypairs: Number(await sql('select count(*) from nova_api.key_pairs;')),
      }),
    };
  } catch (error) {
    await close();
    throw error;
  }
};

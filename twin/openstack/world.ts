import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Create } from './create-body.ts';
import type { OpenStackOptions, Zone } from './options.ts';
import { Refusal } from './refusal.ts';
import type { Flavour, Server } from './server.ts';

/** How an OpenStack is away: its proxy answers 503, or nothing answers at all. */
export type Absence = 'refuses' | 'silent';

/**
 * What is odd about one that answers: it accepts every launch and finds no host for it, its lists show what was so a while ago, or
 * a token ends before it has been used three times.
 */
export type Oddity = 'accepts-and-fails' | 'lists-lag' | 'tokens-end';

const LAG_SECONDS = 60;

const TOKEN_USES = 3;

/** A simulated OpenStack of one project, and what happens to it. */
export interface OpenStackWorld {
  readonly clock: Clock;
  readonly options: OpenStackOptions;
  readonly servers: ReadonlyMap<string, Server>;
  /** Those that have been deleted, too, in the order of their creation. */
  readonly everyServer: ReadonlySet<Server>;
  readonly keypairs: ReadonlyMap<string, string>;
  create(asked: Create): readonly Server[];
  delete(server: Server): void;
  start(server: Server): void;
  stop(server: Server): void;
  label(server: Server, metadata: Readonly<Record<string, string>>): void;
  addKeypair(name: string, publicKey: string): void;
  deleteKeypair(name: string): void;
  /** Gives a token, if the secret is right. */
  enter(id: string, secret: string): string;
  /** Whose credential a token is of; refused if it was revoked, or never given. */
  holder(token: string): string;
  revoke(token: string): void;
  /** What only the operator, or the machine, can do. */
  readonly operator: {
    quota(instances: number): void;
    zone(name: string, is: 'enabled' | 'disabled'): void;
    cell(is: 'up' | 'down'): void;
    powerOff(id: string): void;
    /** Locks a server against its users, or unlocks it. */
    lock(id: string, is: boolean): void;
    /** Takes all of it away, or brings it back. */
    away(how: Absence | undefined): void;
    /** Takes a server's host from it: it is off afterwards, or in error. */
    hostLost(id: string, then: 'SHUTOFF' | 'ERROR'): void;
    /** Fails to move a server to another host: it is in error, and runs on. */
    moveFails(id: string): void;
    /** Makes it odd, or lets it be as usual. */
    odd(how: Oddity | undefined): void;
  };
  /** The servers as its lists show them, in the order of their creation. */
  listed(): readonly Server[];
  absence(): Absence | undefined;
  isDown(): boolean;
  isEnabled(zone: string): boolean;
}

const MOST_METADATA = 128;

const NO_VALID_HOST = { code: 500, message: 'No valid host was found. ' };

const HOST_LOST = { code: 500, message: 'The host of this server is gone.' };

const MOVE_FAILED = { code: 500, message: 'Migration error: the destination does not answer.' };

const stateIn = ({ status, task }: Server): string =>
  task === null ? `vm_state ${status.toLowerCase()}` : `task_state ${task}`;

/** Of one that an admin has locked its user can change nothing. */
const unlocked = (server: Server): void => {
  if (server.isLocked === true) throw new Refusal(409, `Instance ${server.id} is locked`);
};

export const openStackWorld = (clock: Clock, options: OpenStackOptions): OpenStackWorld => {
  const servers = new Map<string, Server>();
  const everyServer = new Set<Server>();
  let absence: Absence | undefined;
  let oddity: Oddity | undefined;
  const keypairs = new Map<string, string>();
  const tokens = new Map<string, { readonly credential: string; uses: number }>();
  const disabled = new Set<string>();
  let quota = options.quota;
  let isDown = false;

  const flavourOf = (id: string): Flavour => {
    const found = options.flavours.find((of) => of.id === id);
    if (found === undefined) throw new Refusal(400, `Flavor ${id} could not be found.`);
    return found;
  };

  const zoneOf = (name: string | undefined): Zone => {
    const found = options.zones.find((of) => of.name === name);
    if (found === undefined || disabled.has(found.name))
      throw new Refusal(400, 'The requested availability zone is not available');
    return found;
  };

  /** How many of so many the quota has room for. What failed or is switched off takes its part as well. */
  const withinQuota = (flavour: Flavour, least: number, most: number): number => {
    const used = [...servers.values()];
    const cores = used.reduce((sum, of) => sum + of.flavour.vcpus, 0);
    const roomFor = Math.min(
      quota.instances - used.length,
      Math.floor((quota.cores - cores) / Math.max(1, flavour.vcpus)),
    );
    if (roomFor >= least) return Math.min(roomFor, most);
    const isInstances = quota.instances - used.length < least;
    const what = isInstances ? 'instances' : 'cores';
    const requested = isInstances ? least : least * flavour.vcpus;
    const [already, limit] = isInstances ? [used.length, quota.instances] : [cores, quota.cores];
    throw new Refusal(
      403,
      `Quota exceeded for ${what}: Requested ${requested}, but already used ${already} of ${limit} ${what}`,
    );
  };

  const check = (asked: Create): void => {
    const { imageRef, networks, key_name, metadata = {}, security_groups: groups = [] } = asked;
    if (!options.images.includes(imageRef)) throw new Refusal(400, 'Invalid imageRef provided.');
    if (key_name !== undefined && !keypairs.has(key_name))
      throw new Refusal(400, 'Invalid key_name provided.');
    if (Object.keys(metadata).length > MOST_METADATA)
      throw new Refusal(403, `Maximum number of metadata items exceeds ${MOST_METADATA}`);
    for (const network of typeof networks === 'string' ? [] : networks) {
      if (!options.networks.includes(network.uuid))
        throw new Refusal(400, `Network ${network.uuid} could not be found.`);
    }
    const unknown = groups.find(({ name }) => name !== 'default');
    if (unknown !== undefined) throw new Refusal(400, `Security group ${unknown.name} not found.`);
  };

  const used = (zone: Zone, of: (flavour: Flavour) => number): number =>
    [...servers.values()]
      .filter((server) => server.isInCell && server.zone === zone.name)
      .reduce((sum, { flavour }) => sum + of(flavour), 0);

  const powered = (server: Server): void => {
    server.runs.push({ from: clock.now });
    options.onRunning?.(server);
  };

  /** `byItself`: from inside, which whoever counts machines knows already. */
  const unpowered = (server: Server, byItself = false): void => {
    const run = server.runs.at(-1);
    if (run === undefined || run.until !== undefined) return;
    run.until = clock.now;
    if (!byItself) options.onEnding?.(server);
  };

  /** Nova finds hosts for all of a request, or for none. */
  const schedule = (made: readonly Server[], flavour: Flavour, zone: Zone): void => {
    const alive = made.filter(({ id }) => servers.has(id));
    const fits =
      oddity !== 'accepts-and-fails' &&
      (['vcpus', 'ramMb', 'diskGb'] as const).every(
        (of) => used(zone, (flavour) => flavour[of]) + alive.length * flavour[of] <= zone[of],
      );
    for (const server of alive) {
      server.task = null;
      const failure = fits ? options.buildFails?.(server) : NO_VALID_HOST;
      if (failure === undefined) {
        server.status = 'ACTIVE';
        server.isInCell = true;
        server.launchedAt = clock.now;
        server.console = 'FAKE CONSOLE OUTPUT\n';
        powered(server);
      } else {
        server.status = 'ERROR';
        server.fault = failure;
      }
    }
  };

  const soon = (server: Server, task: Server['task'], then: () => void): void => {
    server.task = task;
    clock.at(clock.now + options.deleteSeconds, () => {
      if (server.task === task && servers.has(server.id)) then();
    });
  };

  const power = (server: Server, from: Server['status'], to: Server['status'], verb: string): void => {
    unlocked(server);
    if (server.status !== from || server.task !== null)
      throw new Refusal(409, `Cannot '${verb}' instance ${server.id} while it is in ${stateIn(server)}`);
    soon(server, verb === 'start' ? 'powering-on' : 'powering-off', () => {
      server.task = null;
      server.status = to;
      if (to === 'ACTIVE') powered(server);
      else unpowered(server);
    });
  };

  return {
    ...{ clock, options, servers, everyServer, keypairs },
    absence: () => absence,
    create(asked) {
      const { min_count: least = 1, max_count: most = Math.max(1, asked.min_count ?? 1) } = asked;
      if (least > most) throw new Refusal(400, 'min_count must be <= max_count');
      const flavour = flavourOf(asked.flavorRef);
      check(asked);
      const zone = zoneOf(asked.availability_zone);
      const count = withinQuota(flavour, least, most);
      const reservation = `r-${randomUUID().slice(0, 8)}`;
      const made = Array.from({ length: count }, (_, index): Server => {
        const server: Server = {
          id: options.newId?.(asked.name) ?? randomUUID(),
          name: count === 1 ? asked.name : `${asked.name}-${index + 1}`,
          ...{ reservation, flavour, zone: zone.name, createdAt: clock.now },
          metadata: { ...asked.metadata },
          tags: [...(asked.tags ?? [])],
          ...(asked.user_data === undefined ? {} : { userData: asked.user_data }),
          status: 'BUILD',
          task: 'scheduling',
          isInCell: false,
          runs: [],
          console: '',
        };
        servers.set(server.id, server);
        everyServer.add(server);
        return server;
      });
      clock.at(clock.now + options.buildSeconds, () => schedule(made, flavour, zone));
      return made;
    },
    delete(server) {
      unlocked(server);
      soon(server, 'deleting', () => {
        server.deletedAt = clock.now;
        servers.delete(server.id);
        unpowered(server);
      });
    },
    label(server, metadata) {
      unlocked(server);
      Object.assign(server.metadata, metadata);
    },
    start: (server) => power(server, 'SHUTOFF', 'ACTIVE', 'start'),
    stop: (server) => power(server, 'ACTIVE', 'SHUTOFF', 'stop'),
    addKeypair(name, publicKey) {
      if (keypairs.has(name)) throw new Refusal(409, `Key pair '${name}' already exists.`);
      if (keypairs.size >= quota.keypairs) throw new Refusal(403, 'Quota exceeded, too many key pairs.');
      keypairs.set(name, publicKey);
    },
    deleteKeypair(name) {
      if (!keypairs.delete(name)) throw new Refusal(404, `Keypair ${name} not found for user grid`);
    },
    enter(id, secret) {
      const credential = options.credentials.find((of) => of.id === id && of.secret === secret);
      if (credential === undefined) throw new Refusal(401, '');
      const token = `gAAAAA${randomUUID()}`;
      tokens.set(token, { credential: credential.id, uses: 0 });
      return token;
    },
    holder(token) {
      const found = tokens.get(token);
      if (found === undefined) throw new Refusal(401, '');
      found.uses += 1;
      if (oddity === 'tokens-end' && found.uses >= TOKEN_USES) tokens.delete(token);
      return found.credential;
    },
    revoke: (token) => void tokens.delete(token),
    operator: {
      quota(instances) {
        quota = { ...quota, instances, cores: 4 * instances };
      },
      zone(name, is) {
        if (is === 'enabled') disabled.delete(name);
        else disabled.add(name);
      },
      cell(is) {
        isDown = is === 'down';
      },
      powerOff(id) {
        const server = servers.get(id);
        if (server?.runs.at(-1)?.until !== undefined) return;
        // One in error stays so.
        if (server?.status === 'ACTIVE') server.status = 'SHUTOFF';
        if (server !== undefined) unpowered(server, true);
      },
      lock(id, is) {
        const server = servers.get(id);
        if (server !== undefined) server.isLocked = is;
      },
      moveFails(id) {
        const server = servers.get(id);
        if (server?.status !== 'ACTIVE') return;
        server.status = 'ERROR';
        server.fault = MOVE_FAILED;
      },
      hostLost(id, then) {
        const server = servers.get(id);
        if (server === undefined) return;
        server.task = null;
        server.status = then;
        if (then === 'ERROR') server.fault = HOST_LOST;
        unpowered(server);
      },
      away(how) {
        absence = how;
      },
      odd(how) {
        oddity = how;
      },
    },
    listed() {
      if (oddity !== 'lists-lag') return [...servers.values()];
      const then = clock.now - (options.lagSeconds ?? LAG_SECONDS);
      return [...everyServer].filter(
        ({ createdAt, deletedAt = Number.POSITIVE_INFINITY }) => createdAt <= then && deletedAt > then,
      );
    },
    isDown: () => isDown,
    isEnabled: (zone) => !disabled.has(zone),
  };
};

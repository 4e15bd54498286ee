import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt, run } from './run.ts';

/** Where the central manager stands. */
export const CENTRAL_MANAGER_ADDRESS = '10.90.0.2';
/** The router outside; the central manager sees every worker under this address. */
const NAT_ADDRESS = '10.90.0.1';
const INSIDE_ADDRESS = '10.91.0.1';
/** A bridge that was given none takes the lowest of its ports', and so a new one now and then: workers lose their way. */
const INSIDE_HARDWARE_ADDRESS = '02:00:0a:5b:00:01';
const FIRST_WORKER = 10;
const MOST_WORKERS = 240;

/** Where a worker stands behind the NAT. */
export interface WorkerPlace {
  readonly namespace: string;
  readonly address: string;
}

/**
 * The network of one lab: central manager – router – workers, each in a namespace. The router lets connections out and
 * drops every new one in, as a NAT gateway does; the central manager has a route all the same.
 */
export interface LabNetwork {
  readonly id: string;
  /** For everything this lab puts on the disk. */
  readonly directory: string;
  readonly centralManager: string;
  readonly nat: string;
  addWorker(): Promise<WorkerPlace>;
  removeWorker(place: WorkerPlace): Promise<void>;
  remove(): Promise<void>;
}

const PREFIX = 'aerie-';
/** The process that made a lab is part of its name, so that one whose maker is gone is known for a leftover. */
const NAME = /^aerie-(?<pid>[0-9]+)n[0-9]+(?:-|$)/;
let labsOfThisProcess = 0;

const batch = (namespace: string | undefined, lines: readonly string[]): Promise<string> =>
  run(['ip', ...(namespace === undefined ? [] : ['-n', namespace]), '-batch', '-'], {
    input: lines.join('\n') + '\n',
  });

const killAll = async (namespace: string): Promise<void> => {
  const { stdout } = await attempt(['ip', 'netns', 'pids', namespace]);
  for (const pid of stdout.split(/\s+/).filter(Boolean)) {
    // It may have ended by itself in the meantime.
    await attempt(['kill', '-KILL', pid]);
  }
};

/** Does nothing about one that has gone: what removes a lab may run after what removes its parts. */
const removeNamespace = async (namespace: string): Promise<void> => {
  if (!(await namespaces()).includes(namespace)) return;
  await killAll(namespace);
  await run(['ip', 'netns', 'delete', namespace]);
};

const namespaces = async (): Promise<readonly string[]> =>
  (await run(['ip', 'netns', 'list']))
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name.startsWith(PREFIX));

const directories = (): readonly string[] => readdirSync(tmpdir()).filter((name) => NAME.test(name));

/** Names of the namespaces and directories that the lab of this id has on this machine now. */
export const leftovers = async (id: string): Promise<readonly string[]> =>
  [...(await namespaces()), ...directories()].filter((name) => `${name}-`.startsWith(`${PREFIX}${id}-`));

const isOrphan = (name: string): boolean => {
  const pid = NAME.exec(name)?.groups?.pid;
  return pid !== undefined && !existsSync(`/proc/${pid}`);
};

/** Removes what runs that were killed have left: namespaces, what runs in them, and directories. */
export const sweep = async (): Promise<void> => {
  for (const name of (await namespaces()).filter(isOrphan)) await removeNamespace(name);
  for (const name of directories().filter(isOrphan)) {
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
};

const natRules = [
  ['-P', 'FORWARD', 'DROP'],
  ['-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'],
  ['-A', 'FORWARD', '-i', 'inside', '-o', 'outside', '-j', 'ACCEPT'],
  ['-t', 'nat', '-A', 'POSTROUTING', '-s', `${INSIDE_ADDRESS}/24`, '-o', 'outside', '-j', 'MASQUERADE'],
] as const;

const connect = async (centralManager: string, nat: string): Promise<void> => {
  await batch(undefined, [
    `netns add ${centralManager}`,
    `netns add ${nat}`,
    `link add outside netns ${nat} type veth peer name eth0 netns ${centralManager}`,
  ]);
  await batch(nat, [
    `addr add ${NAT_ADDRESS}/24 dev outside`,
    'link set lo up',
    'link set outside up',
    `link add inside address ${INSIDE_HARDWARE_ADDRESS} type bridge`,
    `addr add ${INSIDE_ADDRESS}/24 dev inside`,
    'link set inside up',
  ]);
  await batch(centralManager, [
    `addr add ${CENTRAL_MANAGER_ADDRESS}/24 dev eth0`,
    'link set lo up',
    'link set eth0 up',
    `route add default via ${NAT_ADDRESS}`,
  ]);
  await run(['ip', 'netns', 'exec', nat, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  for (const rule of natRules) await run(['ip', 'netns', 'exec', nat, 'iptables', ...rule]);
};

const nextId = (): string => {
  labsOfThisProcess += 1;
  return `${process.pid}n${labsOfThisProcess}`;
};

/** A namespace with a loopback and nothing else, and a directory. */
export interface Alone {
  readonly id: string;
  readonly namespace: string;
  readonly directory: string;
  remove(): Promise<void>;
}

/** Makes a place for what talks to itself alone; `remove` takes all of it away again. */
export const aloneNetwork = async (): Promise<Alone> => {
  const id = nextId();
  const namespace = `${PREFIX}${id}-alone`;
  const directory = join(tmpdir(), `${PREFIX}${id}`);
  await batch(undefined, [`netns add ${namespace}`]);
  await batch(namespace, ['link set lo up']);
  return {
    ...{ id, namespace, directory },
    async remove() {
      await removeNamespace(namespace);
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** Makes a network of its own for one lab; `remove` takes all of it away again. */
export const labNetwork = async (): Promise<LabNetwork> => {
  const id = nextId();
  const base = `${PREFIX}${id}`;
  const centralManager = `${base}-cm`;
  const nat = `${base}-nat`;
  const directory = join(tmpdir(), base);
  let workersSoFar = 0;
  await connect(centralManager, nat);
  return {
    id,
    directory,
    centralManager,
    nat,
    async addWorker() {
      workersSoFar += 1;
      const number = workersSoFar;
      if (number > MOST_WORKERS) throw new Error(`a lab has room for ${MOST_WORKERS} workers in its life`);
      const place = { namespace: `${base}-w${number}`, address: `10.91.0.${FIRST_WORKER + number}` };
      await batch(undefined, [
        `netns add ${place.namespace}`,
        `link add v${number} netns ${nat} type veth peer name eth0 netns ${place.namespace}`,
      ]);
      await batch(nat, [`link set v${number} master inside up`]);
      await batch(place.namespace, [
        `addr add ${place.address}/24 dev eth0`,
        // The instance metadata service answers on this address inside every worker.
        'addr add 169.254.169.254/32 dev lo',
        'link set lo up',
        'link set eth0 up',
        `route add default via ${INSIDE_ADDRESS}`,
      ]);
      return place;
    },
    removeWorker: ({ namespace }) => removeNamespace(namespace),
    async remove() {
      for (const name of await namespaces()) {
        if (name.startsWith(`${base}-`)) await removeNamespace(name);
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
};

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleEndpoint } from '../collector/bundle.ts';
import { STAGE } from '../twin/stage/parameters.ts';
import { type CentralManager, POOL, until } from './central-manager.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork } from './network.ts';
import type { OpenStackBeside } from './openstack/beside.ts';
import { reachInside, serveInside } from './reach.ts';
import type { KeyRing } from './role-keys.ts';
import { stsServer } from './sts.ts';

const PORT = 9619;
const NODE = '/opt/aerie/node';
const HOME = '/home/aerie';

/** The STS that endpoint and workers speak of: it stands on the central manager's own loopback. */
export const STS_HOST = '127.0.0.1:8081';

/** To be given to the central manager when it starts: the endpoint runs on the Node of these tests. */
export const ENDPOINT_BINDS = { [NODE]: process.execPath } as const;

interface EndpointOptions {
  readonly network: LabNetwork;
  readonly centralManager: CentralManager;
  readonly keys: KeyRing;
  readonly nowSeconds: () => number;
  readonly account: string;
  readonly role: string;
  readonly tokenSeconds?: number;
  /** What the pool's admin has put into the templates' folder, by file name. */
  readonly templates?: Readonly<Record<string, string>>;
  /** The OpenStack whose servers join by a challenge; absent: none. */
  readonly openstack?: OpenStackBeside['endpoint'] | undefined;
}

/** The endpoint beside the collector, as it ships, with an STS that it asks. */
export interface LabEndpoint {
  /** For who is in the lab; its certificate is signed by `ca`. */
  readonly insideUrl: string;
  /** For who is on this machine. */
  readonly url: string;
  readonly ca: string;
  readonly secret: string;
  log(): Promise<string>;
  /** Kills it without warning. */
  kill(): Promise<void>;
  /** Starts it again and waits until it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const CERTIFICATE = `
set -e
cd ${HOME}/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=lab authority' \\
  -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=${POOL}' \\
  -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:${POOL},DNS:localhost,IP:127.0.0.1 \\
  -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem
`;

const openstackOf = (openstack: EndpointOptions['openstack']) => {
  if (openstack === undefined) return {};
  const { credential: _, ...site } = openstack;
  return { openstack: { ...site, stage: STAGE, credentialFile: `${HOME}/openstack.json` } };
};

const configurationOf = ({ account, role, openstack, tokenSeconds = 86_400 }: EndpointOptions): string =>
  JSON.stringify({
    listen: { host: CENTRAL_MANAGER_ADDRESS, port: PORT },
    tls: { keyFile: `${HOME}/tls/server.key`, certFile: `${HOME}/tls/server.pem` },
    secretFiles: [`${HOME}/secret`],
    pool: POOL,
    templatesDirectory: `${HOME}/templates`,
    stateDirectory: `${HOME}/state`,
    sts: { url: `http://${STS_HOST}/`, account, roles: [role] },
    ...openstackOf(openstack),
    joining: { tokenSeconds, key: 'aerie', keyDirectory: `${HOME}/keys` },
  });

const install = async (options: EndpointOptions, secret: string): Promise<string> => {
  const { network, templates = {} } = options;
  const { box } = options.centralManager;
  const bundle = join(network.directory, 'endpoint.mjs');
  await bundleEndpoint(bundle);
  const sure = async (argv: readonly string[], more: { user?: string; input?: string } = {}) => {
    const { code, stdout, stderr } = await box.exec(argv, more);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    return stdout;
  };
  const write = (path: string, input: string) =>
    sure(['sh', '-c', 'umask 077; cat >"$0"', path], { user: 'aerie', input });
  for (const name of ['keys', 'templates', 'templates/logs', 'tls']) {
    await sure(['mkdir', '-p', '-m', '700', `${HOME}/${name}`], { user: 'aerie' });
  }
  // The same signing key twice: root's for HTCondor, and the endpoint's own copy.
  const key = randomBytes(48).toString('base64');
  await write(`${HOME}/keys/aerie`, key);
  await sure(['install', '-m', '600', `${HOME}/keys/aerie`, '/etc/condor/passwords.d/aerie']);
  await write(`${HOME}/endpoint.mjs`, await readFile(bundle, 'utf8'));
  await write(`${HOME}/config.json`, configurationOf(options));
  await write(`${HOME}/secret`, `${secret}\n`);
  if (options.openstack !== undefined)
    await write(`${HOME}/openstack.json`, JSON.stringify(options.openstack.credential));
  for (const [name, text] of Object.entries(templates)) await write(`${HOME}/templates/${name}`, text);
  await sure(['sh', '-c', CERTIFICATE], { user: 'aerie' });
  return sure(['cat', `${HOME}/tls/ca.pem`]);
};

/** Installs the bundled endpoint on the central manager as its admin would, and starts it as an ordinary user. */
export const startEndpoint = async (options: EndpointOptions): Promise<LabEndpoint> => {
  const { network, centralManager, keys, nowSeconds } = options;
  const { box } = centralManager;
  const sockets = join(network.directory, 'sockets');
  const [host = '', port] = STS_HOST.split(':');
  const secret = randomBytes(24).toString('hex');
  const ca = await install(options, secret);
  const at = { host, port: Number(port) };
  const sts = await serveInside(network.centralManager, at, stsServer(keys, nowSeconds), sockets);
  const here = await reachInside(
    network.centralManager,
    { host: CENTRAL_MANAGER_ADDRESS, port: PORT },
    sockets,
  );
  const log = async () => (await box.exec(['cat', `${HOME}/endpoint.log`])).stdout;
  const start = async () => {
    const command = `cd && nohup ${NODE} endpoint.mjs config.json >>endpoint.log 2>&1 </dev/null &`;
    await box.exec(['sh', '-c', command], { user: 'aerie', env: { HOME } });
    await until(
      async () => {
        const { code } = await box.exec([
          'curl',
          '-sf',
          '--cacert',
          `${HOME}/tls/ca.pem`,
          `https://${POOL}:${PORT}/healthz`,
        ]);
        return { code, log: code === 0 ? '' : await log() };
      },
      ({ code }) => code === 0,
      15,
    );
  };
  await start();
  return {
    insideUrl: `https://${POOL}:${PORT}`,
    url: `https://127.0.0.1:${here.port}`,
    ca,
    secret,
    log,
    start,
    async kill() {
      await box.exec(['pkill', '-KILL', '-u', 'aerie', '-f', 'endpoint.mjs']);
    },
    async close() {
      await here.close();
      await sts.close();
    },
  };
};

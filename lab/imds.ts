import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { reply, withHeaders } from '../twin/wire/http.ts';
import type { RoleKeys } from './role-keys.ts';

/** What the metadata service of one instance knows. Moments are seconds since 1970. */
export interface InstanceFacts {
  readonly instanceId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly account: string;
  readonly hostName: string;
  readonly address: string;
  readonly market: 'spot' | 'on-demand';
  readonly launchedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** As EC2 keeps it: packed, or a text. */
  readonly userData: string | Buffer;
  /** The instance profile's role; its keys are asked for anew at each request. */
  readonly role: string;
  readonly keys: () => RoleKeys;
  /** When a spot instance will be ended, once that is announced. */
  readonly spotActionAt: () => number | undefined;
  readonly rebalanceAt: () => number | undefined;
}

type Leaf = string | Buffer;
type Tree = { readonly [name: string]: Leaf | Tree | (() => Leaf | undefined) };

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

const MAC = '02:ae:1e:00:00:01';

const keysText = ({ accessKeyId, secretAccessKey, sessionToken, issuedAt, expiresAt }: RoleKeys): string =>
  JSON.stringify({
    Code: 'Success',
    LastUpdated: isoTime(issuedAt),
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: isoTime(expiresAt),
  });

const whenSet = (moment: () => number | undefined, text: (time: string) => object) => () => {
  const seconds = moment();
  return seconds === undefined ? undefined : JSON.stringify(text(isoTime(seconds)));
};

const metaData = (facts: InstanceFacts): Tree => ({
  'ami-id': facts.imageId,
  'ami-launch-index': '0',
  events: {
    recommendations: { rebalance: whenSet(facts.rebalanceAt, (noticeTime) => ({ noticeTime })) },
  },
  hostname: facts.hostName,
  iam: {
    'security-credentials': { [facts.role]: () => keysText(facts.keys()) },
  },
  'instance-id': facts.instanceId,
  'instance-life-cycle': facts.market,
  'instance-type': facts.instanceType,
  'local-hostname': facts.hostName,
  'local-ipv4': facts.address,
  mac: MAC,
  network: {
    interfaces: {
      macs: {
        [MAC]: {
          'device-number': '0',
          'interface-id': 'eni-0ae21e00000000001',
          'local-hostname': facts.hostName,
          'local-ipv4s': facts.address,
          mac: MAC,
          'owner-id': facts.account,
          'subnet-ipv4-cidr-block': '10.91.0.0/24',
        },
      },
    },
  },
  placement: { 'availability-zone': facts.zone, region: facts.zone.slice(0, -1) },
  'reservation-id': 'r-0ae21e00000000001',
  'security-groups': 'workers',
  services: { domain: 'amazonaws.com', partition: 'aws' },
  spot: {
    'instance-action': whenSet(facts.spotActionAt, (time) => ({ action: 'terminate', time })),
  },
  tags: { instance: facts.tags },
});

const identityDocument = (facts: InstanceFacts): string =>
  JSON.stringify({
    accountId: facts.account,
    architecture: 'x86_64',
    availabilityZone: facts.zone,
    imageId: facts.imageId,
    instanceId: facts.instanceId,
    instanceType: facts.instanceType,
    pendingTime: isoTime(facts.launchedAt),
    privateIp: facts.address,
    region: facts.zone.slice(0, -1),
    version: '2017-09-30',
  });

const VERSIONS = ['2009-04-04', '2016-09-02', '2018-09-24', '2021-03-23', 'latest'] as const;

const isTree = (value: Tree[string] | undefined): value is Tree =>
  typeof value === 'object' && !Buffer.isBuffer(value);

const listing = (tree: Tree): string =>
  Object.entries(tree)
    .filter(([, value]) => typeof value !== 'function' || value() !== undefined)
    .map(([name, value]) => (isTree(value) ? `${name}/` : name))
    .join('\n');

const lookUp = (tree: Tree, parts: readonly string[]): Leaf | undefined => {
  const [first, ...rest] = parts;
  if (first === undefined) return listing(tree);
  const value = Object.hasOwn(tree, first) ? tree[first] : undefined;
  if (isTree(value)) return lookUp(value, rest);
  if (rest.length > 0) return undefined;
  return typeof value === 'function' ? value() : value;
};

const TOKEN_PATH = '/latest/api/token';
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const MOST_TTL_SECONDS = 21_600;

const ttlOf = ({ headers }: IncomingMessage): number | undefined => {
  const ttl = Number(headers[TTL_HEADER]);
  return Number.isInteger(ttl) && ttl >= 1 && ttl <= MOST_TTL_SECONDS ? ttl : undefined;
};

/** The instance metadata service, version 2 only, of one instance. It listens where its caller says. */
export const imdsServer = (facts: InstanceFacts, nowSeconds: () => number): Server => {
  const tokens = new Map<string, number>();
  const version: Tree = {
    dynamic: { 'instance-identity': { document: identityDocument(facts) } },
    'meta-data': metaData(facts),
    ...(facts.userData.length === 0 ? {} : { 'user-data': facts.userData }),
  };
  const root: Tree = Object.fromEntries(VERSIONS.map((name) => [name, version]));
  const isKnown = (token: string | undefined) => (tokens.get(token ?? '') ?? 0) > nowSeconds();
  return createServer((request, response) => {
    const { method, url = '/', headers } = request;
    const plain = (status: number, body: Leaf, more: Readonly<Record<string, string>> = {}) => {
      withHeaders(response, more);
      reply(response, status, 'text/plain', body);
    };
    if (method === 'PUT' && url === TOKEN_PATH) {
      const ttl = ttlOf(request);
      if ('x-forwarded-for' in headers) return plain(403, '');
      if (ttl === undefined) return plain(400, '');
      const token = randomBytes(40).toString('base64url');
      tokens.set(token, nowSeconds() + ttl);
      return plain(200, token, { [TTL_HEADER]: `${ttl}` });
    }
    if (method !== 'GET' && method !== 'HEAD') return plain(405, '');
    if (!isKnown([headers['x-aws-ec2-metadata-token']].flat()[0])) return plain(401, '');
    const parts = url.split('/').filter(Boolean).map(decodeURIComponent);
    const found = parts.length === 0 ? VERSIONS.join('\n') : lookUp(root, parts);
    return found === undefined ? plain(404, '') : plain(200, found);
  });
};

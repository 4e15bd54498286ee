import { createServer, type Server as HttpServer } from 'node:http';
import { reply } from '../wire/http.ts';
import type { Server } from './server.ts';

/** What the metadata service of one server is asked with. */
export interface MetadataOptions {
  /** The server; undefined once it is deleted. */
  readonly server: () => Server | undefined;
  readonly hostName: string;
  /** Its fixed address. */
  readonly address: string;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
  /** `[api] metadata_cache_expiration`: how long Nova says again what it has said. */
  readonly cacheSeconds: number;
}

/** Nova's, of 2025.1. */
const VERSIONS = [
  '2012-08-10',
  '2013-04-04',
  '2016-06-30',
  '2017-02-22',
  '2018-08-27',
  '2020-10-14',
  'latest',
];
const EC2_VERSIONS = ['1.0', '2009-04-04', 'latest'];

type Texts = Readonly<Record<string, string | Buffer>>;

/** Everything that there is to be read, by its path below a version. */
const openStackTexts = (server: Server, hostName: string): Texts => ({
  'meta_data.json': JSON.stringify({
    uuid: server.id,
    ...(Object.keys(server.metadata).length === 0 ? {} : { meta: server.metadata }),
    hostname: hostName,
    name: server.name,
    launch_index: 0,
    availability_zone: server.zone,
    random_seed: Buffer.alloc(512, server.id).toString('base64'),
    project_id: 'grid',
    devices: [],
    dedicated_cpus: [],
  }),
  'network_data.json': JSON.stringify({ links: [], networks: [], services: [] }),
  'vendor_data.json': '{}',
  'vendor_data2.json': '{"static": {}}',
  ...(server.userData === undefined ? {} : { user_data: Buffer.from(server.userData, 'base64') }),
});

/** As Nova has EC2's: without a session, and without tags. */
const ec2Texts = (server: Server, hostName: string, address: string): Texts => ({
  'meta-data/ami-id': 'ami-00000001',
  'meta-data/ami-launch-index': '0',
  'meta-data/hostname': hostName,
  'meta-data/instance-id': 'i-00000001',
  'meta-data/instance-type': server.flavour.name,
  'meta-data/local-hostname': hostName,
  'meta-data/local-ipv4': address,
  'meta-data/placement/availability-zone': server.zone,
  'meta-data/reservation-id': server.reservation,
  'meta-data/security-groups': 'default',
  ...(server.userData === undefined ? {} : { 'user-data': Buffer.from(server.userData, 'base64') }),
});

/** A text, or the names of what is below a folder, a line each. */
const at = (texts: Texts, path: string): string | Buffer | undefined => {
  const found = Object.hasOwn(texts, path) ? texts[path] : undefined;
  if (found !== undefined) return found;
  const folder = path === '' ? '' : `${path}/`;
  const below = Object.keys(texts).filter((name) => name.startsWith(folder));
  if (below.length === 0) return undefined;
  const names = below.map((name) => {
    const [first = '', ...more] = name.slice(folder.length).split('/');
    return more.length > 0 ? `${first}/` : first;
  });
  return [...new Set(names)].join('\n');
};

const textAt = (
  { openstack, ec2 }: { readonly openstack: Texts; readonly ec2: Texts },
  url: string,
): string | Buffer | undefined => {
  const [first, second, ...rest] = url.split('/').filter(Boolean);
  if (first === undefined) return EC2_VERSIONS.join('\n');
  if (first !== 'openstack') {
    const isThere = EC2_VERSIONS.includes(first);
    return isThere ? at(ec2, [second, ...rest].filter((part) => part !== undefined).join('/')) : undefined;
  }
  if (second === undefined) return VERSIONS.join('\n');
  return VERSIONS.includes(second) ? at(openstack, rest.join('/')) : undefined;
};

/**
 * Nova's metadata service as one server hears it. What Nova has said it says again for a while, also when the metadata are
 * others by then. It has no session to begin (404), and takes nothing but GET.
 */
export const metadataServer = (options: MetadataOptions): HttpServer => {
  let kept: { readonly until: number; readonly openstack: Texts; readonly ec2: Texts } | undefined;
  const texts = () => {
    const now = options.elapsed();
    if (kept !== undefined && kept.until > now) return kept;
    const server = options.server();
    if (server === undefined) return undefined;
    kept = {
      until: now + options.cacheSeconds,
      openstack: openStackTexts(server, options.hostName),
      ec2: ec2Texts(server, options.hostName, options.address),
    };
    return kept;
  };
  return createServer(({ method, url = '/' }, response) => {
    const all = texts();
    const found = method === 'GET' || method === 'HEAD' ? all && textAt(all, url) : undefined;
    if (found === undefined) return reply(response, 404, 'text/html', '<html><h1>404 Not Found</h1></html>');
    reply(response, 200, url.endsWith('.json') ? 'application/json' : 'text/plain', found);
  });
};

/** One rule of an application credential: a service of OpenStack, and what may be asked of it. `*` stands for one part of a path. */
export interface AccessRule {
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

/** All that aerie asks of Nova, below the path of its endpoint. */
const ASKED: readonly (readonly [method: AccessRule['method'], path: string])[] = [
  ['GET', '/servers'],
  ['GET', '/servers/*'],
  ['POST', '/servers'],
  ['DELETE', '/servers/*'],
  ['POST', '/servers/*/action'],
  ['POST', '/servers/*/metadata'],
  ['GET', '/flavors/detail'],
  ['GET', '/os-availability-zone'],
  ['GET', '/os-keypairs'],
  ['GET', '/os-keypairs/*'],
  ['POST', '/os-keypairs'],
  ['DELETE', '/os-keypairs/*'],
];

/** All that the endpoint asks of Nova, with a credential of its own, to challenge a server that joins (collector/join/openstack.ts). */
const ASKED_BY_ENDPOINT: typeof ASKED = [
  ['GET', '/servers/*'],
  ['POST', '/servers/*/metadata'],
];

const rulesOf = (asked: typeof ASKED, computePath: string): readonly AccessRule[] =>
  asked.map(([method, path]) => ({ service: 'compute', method, path: `${computePath}${path}` }));

/** The access rules of aerie's application credential. `computePath`: the path of the cloud's Nova, as its catalog has it. */
export const accessRules = (computePath = '/v2.1'): readonly AccessRule[] => rulesOf(ASKED, computePath);

/** The access rules of the endpoint's. */
export const endpointRules = (computePath = '/v2.1'): readonly AccessRule[] =>
  rulesOf(ASKED_BY_ENDPOINT, computePath);

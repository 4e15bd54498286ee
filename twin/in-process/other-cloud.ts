import { openstack } from '../../adapters/clouds/openstack/openstack.ts';
import type { HttpOutcome, HttpRequest } from '../../adapters/http.ts';
import type { CloudSource } from '../../core/model/stage.ts';
import type { NamedCloud } from '../../runtime/connect/route-clouds.ts';
import { openStackAnswer } from '../openstack/answer.ts';
import type { OpenStackWorld } from '../openstack/world.ts';
import { cloudEntry, credentialOf, type Elsewhere } from '../stage/elsewhere.ts';

/** The cloud beside EC2, as functions in this process find it. */
export interface OtherCloud {
  readonly sources: Readonly<Record<string, CloudSource>>;
  /** What a cold start makes of it. */
  open(way?: Partial<Way>): NamedCloud;
}

/** How its adapter gets at it: at once, unless told. */
interface Way {
  readonly send: (asked: HttpRequest) => Promise<HttpOutcome>;
  readonly credential: () => Promise<{ readonly id: string; readonly secret: string }>;
}

const REACHED_AT = 'http://127.0.0.1';

const ADDRESS = '127.0.0.1';

const USER_DATA = Buffer.from('#cloud-config\n').toString('base64');

/** What comes of a request that nobody answers. */
export const silence = ({ timeoutSeconds }: HttpRequest): HttpOutcome => ({
  ...{ kind: 'failed', address: ADDRESS, cause: 'timeout' },
  why: `did not answer within ${timeoutSeconds} s`,
});

/** An OpenStack without a network: what it answers is read as if it had come over one. */
export const sentTo = (world: OpenStackWorld, asked: HttpRequest): HttpOutcome => {
  const { method, url, headers = {}, body } = asked;
  const text = body === undefined ? '' : JSON.stringify(body);
  const called = { method, url: new URL(url), headers, text, reachedAt: REACHED_AT };
  const answer = openStackAnswer(world, called);
  return answer === undefined ? silence(asked) : { kind: 'answered', address: ADDRESS, ...answer };
};

/** Opens a scenario's OpenStack for functions in this process. */
export const otherCloud = (elsewhere: Elsewhere, answerSeconds: number): OtherCloud => {
  const { name } = elsewhere;
  const entry = cloudEntry(elsewhere, REACHED_AT)[name];
  if (entry === undefined) throw new Error(`there is no entry of ${name}`);
  const { authUrl, region, project, image, network, zones, securityGroups } = entry;
  const recipes = async () => ({ image, securityGroups, userData: USER_DATA });
  const way: Way = {
    send: async (asked) => sentTo(elsewhere.openstack, asked),
    credential: async () => JSON.parse(credentialOf(elsewhere).value),
  };
  return {
    sources: {
      [name]: { imageId: image, placements: zones.map((zone) => ({ subnetId: network, zone })) },
    },
    open: (given = {}) => ({
      name,
      ...openstack({ authUrl, region, project, answerSeconds, random: () => 0, ...way, ...given }, recipes),
    }),
  };
};

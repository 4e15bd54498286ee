import * as z from 'zod';
import { type HttpOutcome, type HttpRequest, type Lookup, request } from '../../http.ts';
import { jsonOf } from '../../json.ts';
import { type Answer, answerOf, type Failure } from './answer.ts';

/**
 * The oldest version of Nova's API that has all that is needed: tags at creation came with 2.52, and a list that shows which
 * servers are in a cell that is down with 2.69 (Stein, 2019). Every later Nova speaks it.
 */
const MICROVERSION = '2.69';

const ANSWER_SECONDS = 12;

/** How an OpenStack is reached, and as whom. */
export interface OpenStackSite {
  /** Keystone's address with its version: `https://keystone.example.org:5000/v3`. */
  readonly authUrl: string;
  readonly region: string;
  /** An application credential; its project is the stage's own. */
  readonly credential: { readonly id: string; readonly secret: string };
  /** Who signs for the cloud's servers, as PEM; absent: an authority that Node knows. */
  readonly ca?: string;
  readonly random: () => number;
  readonly lookup?: Lookup;
}

interface NovaCall {
  readonly method: HttpRequest['method'];
  /** Below the endpoint: `/servers`. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutSeconds?: number;
}

/** Nova of one project. */
export interface Nova {
  /** Asks once; once more if the token has come to its end, which Nova says before it looks at anything else. */
  ask(call: NovaCall): Promise<Answer>;
}

interface Entry {
  readonly token: string;
  /** Where Nova answers. */
  readonly url: string;
}

const granted = z.object({
  token: z.object({
    catalog: z.array(
      z.object({
        type: z.string(),
        endpoints: z.array(
          z.object({ interface: z.string(), region_id: z.string().nullish(), url: z.url() }),
        ),
      }),
    ),
  }),
});

const computeUrl = (text: string, region: string): string | undefined => {
  const catalog = granted.safeParse(jsonOf(text)).data?.token.catalog ?? [];
  const endpoints = catalog.filter(({ type }) => type === 'compute').flatMap((service) => service.endpoints);
  const found = endpoints.find((of) => of.interface === 'public' && of.region_id === region);
  return found?.url.replace(/\/$/, '');
};

const tokenIn = (outcome: HttpOutcome): string | undefined => {
  const given = outcome.kind === 'answered' ? outcome.headers?.['x-subject-token'] : undefined;
  return typeof given === 'string' ? given : undefined;
};

/** Keeps one token for all calls, and takes another when Nova does not accept it any more. */
export const nova = (site: OpenStackSite): Nova => {
  const { random, lookup, ca } = site;
  const send = (asked: Omit<HttpRequest, 'random' | 'lookup' | 'ca'>) =>
    request({ ...asked, random, lookup, ca });

  const enter = async (): Promise<Entry | Failure> => {
    const { id, secret } = site.credential;
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    const outcome = await send({
      url: `${site.authUrl.replace(/\/$/, '')}/auth/tokens`,
      method: 'POST',
      body: { auth: { identity } },
      timeoutSeconds: ANSWER_SECONDS,
    });
    const answer = answerOf('Keystone', outcome);
    if (answer.kind !== 'done') {
      // Whatever kept Keystone from it, Nova was not asked.
      const code = answer.kind === 'unclear' ? 'keystone' : answer.code;
      return { kind: 'caller', code, why: answer.why };
    }
    const token = tokenIn(outcome);
    const url = outcome.kind === 'answered' ? computeUrl(outcome.text, site.region) : undefined;
    if (token !== undefined && url !== undefined) return { token, url };
    const lacks =
      token === undefined ? 'no token' : `no public endpoint of "compute" in region ${site.region}`;
    return { kind: 'caller', code: 'keystone', why: `Keystone's answer has ${lacks}` };
  };

  let entry: Promise<Entry | Failure> | undefined;
  /** Many calls may need a token at once: one is taken for all. A failure is kept for nobody. */
  const entered = async (): Promise<Entry | Failure> => {
    const mine = entry ?? enter();
    entry = mine;
    const got = await mine;
    if ('kind' in got && entry === mine) entry = undefined;
    return got;
  };

  const askWith = async ({ token, url }: Entry, { method, path, body, timeoutSeconds }: NovaCall) =>
    answerOf(
      'Nova',
      await send({
        url: `${url}${path}`,
        ...{ method, body },
        timeoutSeconds: timeoutSeconds ?? ANSWER_SECONDS,
        headers: { 'x-auth-token': token, 'openstack-api-version': `compute ${MICROVERSION}` },
      }),
    );

  return {
    async ask(call) {
      const mine = entry;
      const first = await entered();
      if ('kind' in first) return first;
      const answer = await askWith(first, call);
      if (answer.kind !== 'caller' || mine === undefined) return answer;
      if (entry === mine) entry = undefined;
      const second = await entered();
      return 'kind' in second ? second : askWith(second, call);
    },
  };
};

import * as z from 'zod';
import { type HttpOutcome, type HttpRequest, type Lookup, request } from '../../http.ts';
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
  /** Reads an application credential, whenever a token is taken: a new one needs no deploy. */
  readonly credential: () => Promise<{ readonly id: string; readonly secret: string }>;
  /** The stage's own, by name or id: with a credential of another one nothing is asked. Absent: whose ever it is. */
  readonly project?: string;
  /** How long an answer may take; a launch may take longer. */
  readonly answerSeconds?: number;
  /** Who signs for the cloud's servers, as PEM; absent: an authority that Node knows. */
  readonly ca?: string;
  readonly random: () => number;
  readonly lookup?: Lookup;
  /** Sends instead of `request`: to an OpenStack in this process. */
  readonly send?: (asked: HttpRequest) => Promise<HttpOutcome>;
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
    project: z.object({ id: z.string(), name: z.string() }),
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

type Granted = z.infer<typeof granted>['token'];

const computeUrl = ({ catalog }: Granted, region: string): string | undefined => {
  const endpoints = catalog.filter(({ type }) => type === 'compute').flatMap((service) => service.endpoints);
  const found = endpoints.find((of) => of.interface === 'public' && of.region_id === region);
  return found?.url.replace(/\/$/, '');
};

const tokenIn = (outcome: HttpOutcome): string | undefined => {
  const given = outcome.kind === 'answered' ? outcome.headers?.['x-subject-token'] : undefined;
  return typeof given === 'string' ? given : undefined;
};

const noEntry = (why: string): Failure => ({ kind: 'caller', code: 'keystone', why });

/** Keeps one token for all calls, and takes another when Nova does not accept it any more. */
export const nova = (site: OpenStackSite): Nova => {
  const { random, lookup, ca, answerSeconds = ANSWER_SECONDS, send: carry = request } = site;
  const send = (asked: Omit<HttpRequest, 'random' | 'lookup' | 'ca'>) =>
    carry({ ...asked, random, lookup, ca });

  const readCredential = async () => {
    try {
      return await site.credential();
    } catch (error) {
      return noEntry(error instanceof Error ? error.message : String(error));
    }
  };

  const enter = async (): Promise<Entry | Failure> => {
    const credential = await readCredential();
    if ('kind' in credential) return credential;
    const { id, secret } = credential;
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    const outcome = await send({
      url: `${site.authUrl.replace(/\/$/, '')}/auth/tokens`,
      method: 'POST',
      body: { auth: { identity } },
      timeoutSeconds: answerSeconds,
    });
    const answer = answerOf('Keystone', outcome);
    if (answer.kind !== 'done') {
      // Whatever kept Keystone from it, Nova was not asked.
      const code = answer.kind === 'unclear' ? 'keystone' : answer.code;
      return { kind: 'caller', code, why: answer.why };
    }
    const token = tokenIn(outcome);
    const of = granted.safeParse(answer.body).data?.token;
    if (token === undefined || of === undefined) return noEntry("Keystone's answer has no token");
    const { id: projectId, name } = of.project;
    if (site.project !== undefined && site.project !== projectId && site.project !== name) {
      return noEntry(
        `the credential is of project ${name} (${projectId}), and the stage's is ${site.project}: make one there`,
      );
    }
    const url = computeUrl(of, site.region);
    return url === undefined
      ? noEntry(`Keystone's answer has no public endpoint of "compute" in region ${site.region}`)
      : { token, url };
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
        timeoutSeconds: timeoutSeconds ?? answerSeconds,
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

import * as z from 'zod';
import { serverPath } from '../../adapters/clouds/openstack/ids.ts';
import { byId } from '../../adapters/clouds/openstack/look.ts';
import { type Nova, nova } from '../../adapters/clouds/openstack/nova.ts';
import { isDenied, probe } from '../../adapters/clouds/openstack/probe.ts';
import { TAG } from '../../core/model/names.ts';
import type { Config } from '../config.ts';
import { readOrdinary } from '../files.ts';

/** How a server was challenged: `refused`, it is none of this stage's that boots; `unreachable`, Nova does not do its part now. */
type Written =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused' | 'unreachable'; readonly why: string };

/** Has a challenge written where one server alone reads it. */
export type WriteChallenge = (instanceId: string, challenge: string, nowSeconds: number) => Promise<Written>;

export type OpenStackConfig = NonNullable<Config['openstack']>;

/** Keystone and Nova are asked once each, and a worker waits 45 s. */
const ANSWER_SECONDS = 10;

/** A credential and certificates have some KB. */
const MOST_BYTES = 1_000_000;

const credential = z.object({ id: z.string().min(1), secret: z.string().min(1) });

const CREDENTIAL_ALLOWED = '{"id": …, "secret": …} of an application credential';

/** The file is read whenever a token is taken: a new credential needs no restart. */
const credentialIn = (file: string) => async () => {
  const text = (await readOrdinary(file, MOST_BYTES)).toString('utf8');
  try {
    return credential.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is not ${CREDENTIAL_ALLOWED}`);
  }
};

/** Nova as the endpoint asks it. Throws if `caFile` cannot be read. */
export const novaOf = async (config: OpenStackConfig): Promise<Nova> => {
  const { authUrl, region, project, credentialFile, caFile } = config;
  const ca = caFile === undefined ? {} : { ca: (await readOrdinary(caFile, MOST_BYTES)).toString('utf8') };
  return nova({
    ...{ authUrl, region, project, ...ca },
    credential: credentialIn(credentialFile),
    answerSeconds: ANSWER_SECONDS,
    random: Math.random,
  });
};

/** All that the endpoint asks of Nova, below the path of its endpoint: the access rules of its application credential. */
export const CHALLENGE_CALLS = [
  { method: 'GET', path: '/servers/*' },
  { method: 'POST', path: '/servers/*/metadata' },
] as const;

/** Says what the credential of the OpenStack lacks, each mistake in a sentence; changes nothing. */
export const openstackMistakes = async (config: OpenStackConfig | undefined): Promise<readonly string[]> => {
  if (config === undefined) return [];
  try {
    const asked = await novaOf(config);
    const answers = await Promise.all(
      CHALLENGE_CALLS.map(async (call) => ({ call, answer: await probe(asked, call) })),
    );
    const denied = answers.filter(({ answer }) => isDenied(answer));
    const [first] = denied;
    if (first !== undefined && denied.length === answers.length && first.answer.kind !== 'done')
      return [`The OpenStack takes no call of the endpoint: ${first.answer.why}.`];
    const unheard = answers.flatMap(({ answer }) =>
      answer.kind === 'unclear' || answer.kind === 'throttled' ? [answer.why] : [],
    );
    return [
      ...denied.map(
        ({ call }) =>
          `The endpoint's credential in ${config.credentialFile} has no right to ${call.method} ${call.path}; make one with both access rules.`,
      ),
      ...unheard.slice(0, 1).map((why) => `The OpenStack did not say what the endpoint may do: ${why}.`),
    ];
  } catch (error) {
    return [
      `The OpenStack cannot be asked: ${error instanceof Error ? error.message : String(error)}; mend what openstack names.`,
    ];
  }
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const NOT_FOUND = 404;

/** A server is challenged if it is this stage's, and has power or is about to: nobody else boots. */
export const challengeWriter = (asked: Nova, { project, stage }: OpenStackConfig): WriteChallenge => {
  const mistakeOf = async (instanceId: string, nowSeconds: number): Promise<Written | undefined> => {
    const seen = await byId(asked, [instanceId], nowSeconds);
    if (seen.kind !== 'known') return { kind: 'unreachable', why: seen.why };
    const [server] = seen.value;
    if (server === undefined)
      return { kind: 'refused', why: `There is no server ${instanceId} in the project ${project}.` };
    if (server.tags[TAG.stage] !== stage)
      return { kind: 'refused', why: `${instanceId} was not launched by the stage ${stage}.` };
    if (server.state !== 'pending' && server.state !== 'running')
      return {
        kind: 'refused',
        why: `${instanceId} is ${server.state}, so that it is not the one who asks.`,
      };
    return undefined;
  };
  return async (instanceId, challenge, nowSeconds) => {
    try {
      const mistake = await mistakeOf(instanceId, nowSeconds);
      if (mistake !== undefined) return mistake;
      const answer = await asked.ask({
        method: 'POST',
        path: `${serverPath(instanceId)}/metadata`,
        body: { metadata: { [TAG.challenge]: challenge } },
      });
      if (answer.kind === 'done') return { kind: 'written' };
      if (answer.kind === 'refused' && answer.status === NOT_FOUND)
        return { kind: 'refused', why: `${instanceId} has ended meanwhile.` };
      return { kind: 'unreachable', why: answer.why };
    } catch (error) {
      return { kind: 'unreachable', why: whyOf(error) };
    }
  };
};

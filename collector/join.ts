import type { JoinReply, JoinRequest } from '../core/model/pool.ts';
import type { Condor } from './condor.ts';
import type { Config } from './config.ts';
import type { Once } from './once.ts';
import { proofMistake } from './proof.ts';
import type { Rate } from './rate.ts';
import { outage, Refused } from './refused.ts';
import type { AskSts } from './sts.ts';

export interface JoinOptions {
  readonly config: Pick<Config, 'pool' | 'sts' | 'joining'>;
  readonly condor: Condor;
  readonly askSts: AskSts;
  readonly joined: Once;
  readonly rate: Rate;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Arguments that make the token of an instance: its own identity, and what joining needs and no more. */
export const tokenArgs = (
  instanceId: string,
  { pool, joining }: JoinOptions['config'],
): readonly string[] => [
  '-identity',
  `${instanceId}@${pool}`,
  '-authz',
  'ADVERTISE_STARTD',
  '-authz',
  'ADVERTISE_MASTER',
  '-lifetime',
  String(joining.tokenSeconds),
  ...(joining.key === undefined ? [] : ['-key', joining.key]),
];

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const ASSUMED_ROLE = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;

/** EC2 names the session of an instance's role after the instance; nobody on the instance can choose another name. */
const callerMistake = (
  caller: { readonly account: string; readonly arn: string },
  instanceId: string,
  { account, roles }: JoinOptions['config']['sts'],
): string | undefined => {
  const [, arnAccount, role = '', session] = ASSUMED_ROLE.exec(caller.arn) ?? [];
  if (arnAccount === undefined) return 'The proof is signed by something else than the role of an instance.';
  if (caller.account !== account || arnAccount !== account) return 'The proof is signed in another account.';
  if (!roles.includes(role))
    return `The proof is signed with the role ${role}, which no worker of this pool has.`;
  if (session !== instanceId) return `The proof is signed by ${session}, not by ${instanceId}.`;
  return undefined;
};

/** Gives a worker that proves who it is its own token, once. */
export const joiner = (options: JoinOptions) => {
  const { config, condor, now } = options;
  const stsHost = new URL(config.sts.url).host;

  const prove = async (request: JoinRequest) => {
    const mistake = proofMistake(request, { pool: config.pool, stsHost }, now());
    if (mistake !== undefined) throw new Refused(403, mistake);
    const caller = await options.askSts(request.headers);
    if (caller.kind === 'unreachable') throw new Refused(503, `${caller.why}. Ask again later.`);
    if (caller.kind === 'refused') throw new Refused(403, 'STS does not accept the proof; sign a new one.');
    const why = callerMistake(caller, request.instanceId, config.sts);
    if (why !== undefined) throw new Refused(403, why);
  };

  const mint = async (instanceId: string): Promise<JoinReply> => {
    const expiresAt = Math.floor(now()) + config.joining.tokenSeconds;
    const { keyDirectory } = config.joining;
    const environment = keyDirectory === undefined ? {} : { _CONDOR_SEC_PASSWORD_DIRECTORY: keyDirectory };
    const answer = await condor('condor_token_create', tokenArgs(instanceId, config), { environment });
    if (!answer.ok) throw outage(answer.why);
    const token = answer.stdout.trim();
    if (!TOKEN.test(token)) throw outage('condor_token_create: printed something else than a token');
    return { token, expiresAt };
  };

  return async (request: JoinRequest, source: string): Promise<JoinReply> => {
    if (!options.rate(source, now())) {
      throw new Refused(429, 'Too many workers ask to join from this address; ask again in a minute.');
    }
    await prove(request);
    const { instanceId } = request;
    if (!(await options.joined.take(instanceId))) {
      throw new Refused(
        409,
        `${instanceId} has had its token; a worker gets one, once. Launch a new worker.`,
      );
    }
    try {
      return await mint(instanceId);
    } catch (error) {
      await options.joined.giveBack(instanceId);
      throw error;
    }
  };
};

import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { readOptions } from '../command/options.ts';
import { UsageError } from '../command/usage.ts';
import { TWIN, twinIn } from '../stage/clients.ts';
import { type FailedQueue, failedQueue, type QueueClients, READERS } from './failed-queues.ts';
import { letterInShort } from './letter-in-short.ts';

const USAGE = `aerie dead-letters --stage NAME [--resend]

Shows the events that the functions of a stage have given up, or sends them
again to the queue they came from. AWS's credentials and region are found as
the AWS CLI finds them (AWS_PROFILE, AWS_REGION).

  --stage NAME  a deployed one, or twin: the one that npm start runs; else
                AERIE_STAGE
  --resend      send them again
  --help        this text
`;

const OPTIONS = {
  stage: { type: 'string' },
  resend: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
/** More are not shown one by one: whoever has that many wants to know that, and what the first ones are. */
const MOST_SHOWN = 500;
/** Not everything is sent again. */
const LEFT = 1;

const sentAt = ({ Attributes }: Message): string =>
  new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString().replace(/\.\d+Z/, 'Z');

/** Where a stage is looked for, and what is said. */
interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
}

type Do = (reader: string, queue: FailedQueue, write: Around['write']) => Promise<number>;

const show: Do = async (reader, queue, write) => {
  const seen = new Map<string, Message>();
  let letters = await queue.take();
  while (letters.length > 0 && seen.size < MOST_SHOWN) {
    for (const letter of letters) seen.set(letter.MessageId ?? '', letter);
    letters = await queue.take();
  }
  const all = [...seen.values()];
  for (let from = 0; from < all.length; from += 10) await queue.putBack(all.slice(from, from + 10));
  if (letters.length > 0) await queue.putBack(letters);
  const count = letters.length > 0 ? `${all.length} dead letters and more` : `${all.length} dead letters`;
  write(`${reader}: ${count}\n`);
  for (const letter of all) {
    write(`  ${sentAt(letter)}  ${letterInShort(letter.Body ?? '')}\n`);
  }
  return 0;
};

const resend: Do = async (reader, queue, write) => {
  let sent = 0;
  const left: Message[] = [];
  for (let letters = await queue.take(); letters.length > 0; letters = await queue.take()) {
    const staying = await queue.sendAgain(letters);
    sent += letters.length - staying.length;
    left.push(...staying);
  }
  write(`${reader}: ${sent} sent again\n`);
  if (left.length === 0) return 0;
  process.stderr.write(`aerie: SQS did not take ${left.length} of ${reader}; they stay. Say it again.\n`);
  return LEFT;
};

/** A failure of AWS's in words of its own, with what to do. */
const said = (error: unknown): UsageError => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const advice = /credential|region|token/i.test(`${name} ${message}`)
    ? 'log in and set AWS_REGION, as for npx cdk deploy'
    : 'see that the stage is in this account and region, and that you may read its functions and queues';
  return new UsageError(`AWS did not do it (${name}: ${message}); ${advice}.`);
};

/** The twin is asked at its addresses, AWS as the AWS CLI would. */
const clientsFor = (stage: string, { env }: Around): QueueClients => {
  if (stage !== TWIN) return { lambda: new LambdaClient({}), sqs: new SQSClient({}) };
  const { endpoints, region, credentials } = twinIn(env);
  return {
    lambda: new LambdaClient({ region, credentials, endpoint: endpoints.lambda }),
    sqs: new SQSClient({ region, credentials, endpoint: endpoints.sqs }),
  };
};

const openQueue = async (
  stage: string,
  reader: (typeof READERS)[number],
  clients: QueueClients,
): Promise<FailedQueue> => {
  const queue = await failedQueue(stage, reader, clients);
  if (queue !== undefined) return queue;
  throw new UsageError(
    `there is no function aerie-${stage}-${reader} with a queue in this account and region; see --stage and AWS_REGION.`,
  );
};

/** `aerie dead-letters`: what a stage has given up. Answers the exit code. */
export const deadLetters = async (
  args: readonly string[],
  around: Around = { env: process.env, write: (text) => process.stdout.write(text) },
): Promise<number> => {
  const values = readOptions(args, OPTIONS, 'npm run dead-letters -- --help');
  if (values.help) {
    around.write(USAGE);
    return 0;
  }
  const { stage = around.env.AERIE_STAGE ?? '' } = values;
  if (!STAGE.test(stage)) {
    throw new UsageError(`--stage takes the name of a stage of cdk.json, not "${stage}".`);
  }
  const clients = clientsFor(stage, around);
  let worst = 0;
  for (const reader of READERS) {
    try {
      const queue = await openQueue(stage, reader, clients);
      worst = Math.max(worst, await (values.resend ? resend : show)(reader, queue, around.write));
    } catch (error) {
      throw error instanceof UsageError ? error : said(error);
    }
  }
  return worst;
};

import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { readOptions } from '../command/options.ts';
import { stageNamed } from '../command/stage-asked.ts';
import { UsageError } from '../command/usage.ts';
import { TWIN, twinIn } from '../stage/clients.ts';
import { type FailedQueue, failedQueue, type QueueClients, READERS } from './failed-queues.ts';
import { letterInShort } from './letter-in-short.ts';

const USAGE = `aerie dead-letters --stage NAME [--resend] [--json]

Shows the events that the functions of a stage have given up, or sends them
again to the queue they came from. AWS's credentials and region are found as
the AWS CLI finds them (AWS_PROFILE, AWS_REGION).

  --stage NAME  a deployed one, or twin: the one that npm start runs; else
                AERIE_STAGE
  --resend      send them again
  --json        one JSON object, for scripts
  --help        this text
`;

const OPTIONS = {
  stage: { type: 'string' },
  resend: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

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

const shown = z.object({
  /** Whose events they are. */
  function: z.string(),
  letters: z.array(z.object({ sentAt: z.string(), event: z.string() })),
  /** Whether there are more than are shown. */
  hasMore: z.boolean(),
});

const sent = z.object({
  function: z.string(),
  sentAgain: z.number(),
  /** Those that SQS did not take. */
  left: z.number(),
});

/** What `aerie dead-letters --json` tells, and what with `--resend`. */
export const lettersTold = z.object({
  stage: z.string(),
  queues: z.union([z.array(shown), z.array(sent)]),
});

/** What came of one queue: what scripts are told, its lines, and whether all was done. */
interface Done<T> {
  readonly told: T;
  readonly text: string;
  readonly isDone: boolean;
}

const show = async (reader: string, queue: FailedQueue): Promise<Done<z.output<typeof shown>>> => {
  const seen = new Map<string, Message>();
  let letters = await queue.take();
  while (letters.length > 0 && seen.size < MOST_SHOWN) {
    for (const letter of letters) seen.set(letter.MessageId ?? '', letter);
    letters = await queue.take();
  }
  const all = [...seen.values()];
  for (let from = 0; from < all.length; from += 10) await queue.putBack(all.slice(from, from + 10));
  if (letters.length > 0) await queue.putBack(letters);
  const hasMore = letters.length > 0;
  const told = all.map((letter) => ({ sentAt: sentAt(letter), event: letterInShort(letter.Body ?? '') }));
  const lines = told.map(({ sentAt: at, event }) => `  ${at}  ${event}\n`);
  return {
    told: { function: reader, letters: told, hasMore },
    text: `${reader}: ${all.length} dead letters${hasMore ? ' and more' : ''}\n${lines.join('')}`,
    isDone: true,
  };
};

const resend = async (reader: string, queue: FailedQueue): Promise<Done<z.output<typeof sent>>> => {
  let sentAgain = 0;
  let left = 0;
  for (let letters = await queue.take(); letters.length > 0; letters = await queue.take()) {
    const staying = await queue.sendAgain(letters);
    sentAgain += letters.length - staying.length;
    left += staying.length;
  }
  if (left > 0) {
    process.stderr.write(`aerie: SQS did not take ${left} of ${reader}; they stay. Say it again.\n`);
  }
  const told = { function: reader, sentAgain, left };
  return { told, text: `${reader}: ${sentAgain} sent again\n`, isDone: left === 0 };
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
): Promise<{ readonly reader: string; readonly queue: FailedQueue }> => {
  const queue = await failedQueue(stage, reader, clients);
  if (queue !== undefined) return { reader, queue };
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
  const stage = stageNamed(values.stage, around.env);
  const clients = clientsFor(stage, around);
  const done: Done<unknown>[] = [];
  try {
    // All of them first: a stage that is not whole has nothing sent again.
    const queues = await Promise.all(READERS.map((reader) => openQueue(stage, reader, clients)));
    for (const { reader, queue } of queues) {
      const one = await (values.resend ? resend : show)(reader, queue);
      if (!values.json) around.write(one.text);
      done.push(one);
    }
  } catch (error) {
    throw error instanceof UsageError ? error : said(error);
  } finally {
    // Also before a failure: what has been sent again is.
    if (values.json && done.length > 0) {
      const told = lettersTold.parse({ stage, queues: done.map((one) => one.told) });
      around.write(`${JSON.stringify(told, undefined, 2)}\n`);
    }
  }
  return done.every(({ isDone }) => isDone) ? 0 : LEFT;
};

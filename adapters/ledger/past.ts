import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Decision, decision } from '../../core/model/decision.ts';
import { offer } from '../../core/model/flavours.ts';
import { openLaunch } from '../../core/model/launch.ts';
import { type Lease, lease } from '../../core/model/lease.ts';
import { workerRecord } from '../../core/model/worker.ts';
import { withoutLog } from '../sdk-log.ts';
import { launchInFleet, workerInFleet } from './fleets.ts';
import { inputsPartition, type KeptInputs, readInputs } from './inputs.ts';
import { pastPartition } from './items.ts';
import { readItem } from './version.ts';

const pastWorker = z.object({ ...workerRecord.shape, goneAt: z.number() });

/** A worker that is over. */
type PastWorker = z.output<typeof pastWorker>;

const pastLaunch = z.object({ ...openLaunch.shape, closedAt: z.number(), outcome: z.string() });

/** A launch that is over, and how. */
type PastLaunch = z.output<typeof pastLaunch>;

const endReason = z.object({ code: z.string(), message: z.string(), transition: z.string().exactOptional() });

const endNote = z.object({
  instanceId: z.string(),
  fleet: z.string(),
  offer,
  launchedAt: z.number(),
  reason: endReason,
  askedByOther: z.literal(true).exactOptional(),
  at: z.number(),
});

const consoleNote = z.object({
  instanceId: z.string(),
  fleet: z.string(),
  offer,
  launchedAt: z.number(),
  at: z.number(),
  text: z.string().exactOptional(),
  reason: endReason.exactOptional(),
});

/** Why EC2 says that an instance has ended, as it was kept. */
type KeptEnd = z.output<typeof endNote>;

/** What an instance that never joined has said, as it was kept. */
type KeptConsole = z.output<typeof consoleNote>;

/** From the first moment to the last, both included; seconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What the ledger keeps of what is over, for who looks back: decisions for 14 days, workers, launches, ends and consoles for 30.
 * Reads only. An item that this version cannot read is left out: nothing is done by it.
 */
export interface LedgerPast {
  /** The decisions about a queue or a fleet, the newest first; no more is read than is taken. */
  decisions(of: Decision['of'], name: string, span: Span): AsyncIterable<Decision>;
  /** The last decision about a queue or a fleet that was written down up to a moment. */
  decision(of: Decision['of'], name: string, at: number): Promise<Decision | undefined>;
  /** What ticks decided on, the oldest first; kept for three days. */
  inputs(of: Decision['of'], span: Span): AsyncIterable<KeptInputs>;
  /** Workers that have gone since a moment. */
  workers(fleet: string, from: number): Promise<readonly PastWorker[]>;
  worker(fleet: string, instanceId: string): Promise<PastWorker | undefined>;
  /** Launches that were closed since a moment. */
  launches(fleet: string, from: number): Promise<readonly PastLaunch[]>;
  launch(fleet: string, launchId: string): Promise<PastLaunch | undefined>;
  /** Ends that were seen since a moment. */
  ends(fleet: string, from: number): Promise<readonly KeptEnd[]>;
  end(fleet: string, instanceId: string): Promise<KeptEnd | undefined>;
  /** What was kept of consoles since a moment. */
  consoles(fleet: string, from: number): Promise<readonly KeptConsole[]>;
  console(fleet: string, instanceId: string): Promise<KeptConsole | undefined>;
  /** The lease of one of the two ticks: what its last holder saw, and when. */
  lease(name: Lease['name']): Promise<Lease | undefined>;
}

/** A few decisions are all that most questions need; who goes on gets more at a time. */
const FIRST_PAGE = 20;
const NEXT_PAGES = 500;

const same = (item: unknown): unknown => item;

export const ledgerPast = (TableName: string, client: DynamoDBClient): LedgerPast => {
  const documents = DynamoDBDocumentClient.from(withoutLog(client));

  async function* query(
    keys: string,
    values: Readonly<Record<string, unknown>>,
    more: { readonly newestFirst?: true; readonly first?: number; readonly dated?: string } = {},
  ): AsyncIterable<unknown> {
    let from: Record<string, unknown> | undefined;
    let limit = more.first ?? FIRST_PAGE;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: keys,
          ExpressionAttributeValues: values,
          ExclusiveStartKey: from,
          ...(more.newestFirst ? { ScanIndexForward: false, Limit: limit } : {}),
          // `at` is a word of DynamoDB's own.
          ...(more.dated === undefined
            ? {}
            : { FilterExpression: '#dated >= :from', ExpressionAttributeNames: { '#dated': more.dated } }),
        }),
      );
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
      limit = NEXT_PAGES;
    } while (from !== undefined);
  }

  const all = async <S extends z.ZodType>(
    schema: S,
    items: AsyncIterable<unknown>,
    asOfToday: (item: unknown) => unknown,
  ): Promise<readonly z.output<S>[]> => {
    const found: z.output<S>[] = [];
    for await (const item of items) {
      const read = readItem(schema, asOfToday(item));
      if (read.ok) found.push(read.value);
    }
    return found;
  };

  /** One kind of what is over: those since a moment, and one by its id. */
  const kept = <S extends z.ZodType>(kind: string, schema: S, dated: string, asOfToday = same) => ({
    since: (fleet: string, from: number) =>
      all(
        schema,
        query(
          'pk = :pk AND begins_with(sk, :kind)',
          { ':pk': pastPartition(fleet), ':kind': `${kind}#`, ':from': from },
          { dated },
        ),
        asOfToday,
      ),
    one: async (fleet: string, id: string) =>
      (
        await all(
          schema,
          query('pk = :pk AND sk = :sk', { ':pk': pastPartition(fleet), ':sk': `${kind}#${id}` }),
          asOfToday,
        )
      )[0],
  });

  async function* decisions(
    of: Decision['of'],
    name: string,
    { from, to }: Span,
    first: number,
  ): AsyncIterable<Decision> {
    const items = query(
      'pk = :pk AND sk BETWEEN :from AND :to',
      { ':pk': `decision#${name}`, ':from': `${of}#${from}`, ':to': `${of}#${to}` },
      { newestFirst: true, first },
    );
    for await (const item of items) {
      const read = readItem(decision, item);
      if (read.ok) yield read.value;
    }
  }

  async function* inputs(of: Decision['of'], { from, to }: Span): AsyncIterable<KeptInputs> {
    const items = query('pk = :pk AND sk BETWEEN :from AND :to', {
      ...{ ':pk': inputsPartition(of), ':from': String(from), ':to': String(to) },
    });
    for await (const item of items) yield readInputs(item);
  }

  const workers = kept('worker', pastWorker, 'goneAt', workerInFleet);
  const launches = kept('launch', pastLaunch, 'closedAt', launchInFleet);
  const ends = kept('end', endNote, 'at');
  const consoles = kept('console', consoleNote, 'at');

  return {
    decisions: (of, name, span) => decisions(of, name, span, FIRST_PAGE),
    async decision(of, name, to) {
      for await (const last of decisions(of, name, { from: 0, to }, 1)) return last;
      return undefined;
    },
    inputs,
    workers: workers.since,
    worker: workers.one,
    launches: launches.since,
    launch: launches.one,
    ends: ends.since,
    end: ends.one,
    consoles: consoles.since,
    console: consoles.one,
    lease: async (name) =>
      (await all(lease, query('pk = :pk AND sk = :sk', { ':pk': 'lease', ':sk': name }), same))[0],
  };
};

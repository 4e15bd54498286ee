import {
  DEFAULT_FLEET,
  type PoolView,
  type PoolWorker,
  poolView,
  type QueuePilots,
} from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { type Allowances, allowances } from './allowances.ts';
import { type Answer, ask } from './ask.ts';
import { QUEUES, SHAPE, type Subject, TWO } from './subject.ts';

/** How many pilots of a queue are in which state, all shapes together. */
export interface Counts {
  readonly idle: number;
  readonly running: number;
  readonly held: number;
}

/** A subject as the tests of the contract use it. */
export interface Pool {
  readonly subject: Subject;
  readonly within: Allowances;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** POSTs JSON with the secret. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** The body of a POST that has to be answered with 200. */
  done(path: string, body: unknown): Promise<unknown>;
  view(): Promise<PoolView>;
  /** The first view that is as wanted. */
  viewUntil(wanted: (view: PoolView) => boolean, withinSeconds: number): Promise<PoolView>;
  /** A request id that was not used before. */
  newRequest(): string;
  submit(queue: string, count: number, shape?: Resources): Promise<void>;
  /** Waits until so many pilots of a queue run. */
  runs(queue: string, count: number): Promise<PoolView>;
  /** Lets the pilots on a worker end, and waits until neither it nor the schedd has any more, all of its queue being there. */
  ends(instanceId: string): Promise<void>;
  /** Removes all idle pilots. */
  clear(): Promise<void>;
  /**
   * Lets the negotiator have its say twice: two pilots of the queue TWO, one after the other, start on this worker of
   * theirs and end. A pilot that was there before and waits still has not been matched.
   */
  twoCycles(witness: string): Promise<void>;
}

export const queueOf = (view: PoolView, name: string): QueuePilots => {
  const queue = view.pilots.queues.find(({ queue }) => queue === name);
  if (queue === undefined) throw new Error(`the view lacks the queue ${name}`);
  return queue;
};

type Row = QueuePilots['shapes'][number];

/**
 * The rows of a queue's pilots, without the moments since which they wait: those may be left out, and are of all that wait
 * where they are told. How many have lost their machine may be left out where none has.
 */
export const rowsOf = (view: PoolView, name: string): readonly Row[] =>
  queueOf(view, name).shapes.map(({ waitingSince, ...row }) => {
    const waiting = waitingSince?.reduce((total, { count }) => total + count, 0) ?? row.idle;
    if (waiting !== row.idle)
      throw new Error(`${row.idle} pilots of ${name} wait, and moments of ${waiting} are told`);
    return { restarting: 0, ...row };
  });

/** A row of pilots that ask for no fleet, none of which is anywhere else or has lost its machine, but for what is given. */
export const rowOf = (shape: Resources, given: Partial<Row>): Row => ({
  ...{ shape, fleet: DEFAULT_FLEET, idle: 0, running: 0, held: 0, elsewhere: 0, restarting: 0 },
  ...given,
});

export const countsOf = (view: PoolView, queue: string): Counts => {
  const { shapes } = queueOf(view, queue);
  const sum = (state: keyof Counts) => shapes.reduce((total, counts) => total + counts[state], 0);
  return { idle: sum('idle'), running: sum('running'), held: sum('held') };
};

export const workerOf = (view: PoolView, id: string): PoolWorker | undefined =>
  view.workers.workers.find(({ instanceId }) => instanceId === id);

/** The worker as it is in the view; throws if it is not. */
export const seenWorker = (view: PoolView, id: string): PoolWorker => {
  const worker = workerOf(view, id);
  if (worker === undefined) throw new Error(`the view lacks the worker ${id}`);
  return worker;
};

export const isComplete = ({ pilots, workers }: PoolView): boolean => pilots.complete && workers.complete;

/** Gives a subject its hands. */
export const poolOf = (subject: Subject): Pool => {
  const within = allowances(subject.paces);
  let requests = 0;
  const authorization = `Bearer ${subject.secret}`;
  const get: Pool['get'] = (path, headers = {}) =>
    ask(subject, { method: 'GET', path, headers: { authorization, ...headers } });
  const post: Pool['post'] = async (path, body) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const { status, text } = await ask(subject, {
      method: 'POST',
      path,
      headers,
      body: JSON.stringify(body),
    });
    return { status, body: JSON.parse(text) };
  };
  const done: Pool['done'] = async (path, body) => {
    const answer = await post(path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  const view = async () => poolView.parse(JSON.parse((await get('/v1/pool')).text));
  const viewUntil: Pool['viewUntil'] = (wanted, withinSeconds) =>
    subject.until(view, (seen) => isComplete(seen) && wanted(seen), withinSeconds);
  const newRequest = () => {
    requests += 1;
    return `contract.${requests}`;
  };
  const submit: Pool['submit'] = async (queue, count, shape = SHAPE) => {
    await done('/v1/pilots', { requestId: newRequest(), queue, count, shape });
  };
  const runs: Pool['runs'] = (queue, count) =>
    viewUntil((seen) => countsOf(seen, queue).running === count, within.starts);
  const ends: Pool['ends'] = async (instanceId) => {
    await subject.endPilots(instanceId);
    // The startd is free before the schedd has taken note, and then a view still has the old pilot as running.
    await viewUntil((seen) => {
      const { busy, queue } = seenWorker(seen, instanceId);
      const taken = queue === undefined ? QUEUES.map(({ name }) => name) : [queue];
      return busy === 0 && taken.every((name) => countsOf(seen, name).running === 0);
    }, within.ends);
  };
  return {
    ...{ subject, within, get, post, done, view, viewUntil, newRequest, submit, runs, ends },
    async clear() {
      const before = await view();
      const waiting = QUEUES.filter(({ name }) => countsOf(before, name).idle > 0);
      if (waiting.length === 0) return;
      for (const { name } of waiting)
        await done('/v1/pilots/remove', { queue: name, count: 10_000, leave: 0 });
      await viewUntil((seen) => QUEUES.every(({ name }) => countsOf(seen, name).idle === 0), within.shows);
    },
    async twoCycles(witness) {
      for (let cycle = 0; cycle < 2; cycle += 1) {
        await submit(TWO, 1);
        await runs(TWO, 1);
        await ends(witness);
      }
    },
  };
};

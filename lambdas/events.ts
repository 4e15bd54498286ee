import { connect } from '../runtime/connect.ts';
import { onQueue } from '../runtime/on-queue.ts';
import { workerEvent } from '../runtime/worker-events.ts';

const { book, pool, sources } = connect();

/** EC2's events, from a queue: a worker that has ended is marked at once, one that is about to be taken gets no new jobs. */
export const handler = onQueue('events', (event, tries) =>
  workerEvent(event, tries, {
    workers: book,
    launches: book,
    settings: sources.settings,
    poolWorkers: pool,
  }),
);

import { connect } from '../runtime/connect/connect.ts';
import { workerEvent } from '../runtime/events/worker-events.ts';
import { onQueue } from '../runtime/on-queue.ts';

const { pool, sources } = connect();

/** EC2's events, from a queue: a worker that has ended is marked at once, one that is about to be taken gets no new jobs, one without power sleeps. */
export const handler = onQueue('events', (event, tries) =>
  workerEvent(event, tries, {
    ledger: sources.ledger,
    settings: sources.settings,
    poolWorkers: pool,
  }),
);

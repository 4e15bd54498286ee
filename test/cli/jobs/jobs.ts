import { readFile } from 'node:fs/promises';
import { type ChargedJobs, chargedJobs } from '../../../cli/jobs/charged.ts';
import { jobsIn } from '../../../cli/jobs/history.ts';
import { monthNamed } from '../../../cli/stage/month-account.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { inLedger, JOINED } from '../../core/worlds.ts';

/**
 * As condor_history 23.9.6 has printed it, with `-json`, of a history of six jobs: a pilot of the month before; a pilot on a spot
 * machine; a plain job of two runs that was held and then removed, on a machine without a price; one of a machine of the pool's
 * own; one that never ran; and one whose user is written to break records.
 */
export const HISTORY = await readFile(new URL('history.json', import.meta.url), 'utf8');

const NOON = Date.parse('2026-01-20T12:00Z') / 1000;

/** The spot machine, at a price of its fleet's own. */
export const SPOT_WORKER: WorkerRecord = inLedger('i-0aaaaaaaaaaaaaaa1', JOINED, {
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' },
  cost: { dollarsPerHour: 0.05, endsBy: NOON },
});

/** Accounts for jobs in January. */
export const inJanuary = (
  workers: readonly WorkerRecord[] = [SPOT_WORKER],
  given: string = HISTORY,
): ChargedJobs =>
  chargedJobs(
    jobsIn('jobs.json', given),
    monthNamed('2026-01', NOON),
    new Map(workers.map((record) => [record.instanceId, record])),
    USUAL_PLACE,
  );

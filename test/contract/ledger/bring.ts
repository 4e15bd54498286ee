import type { Ledger } from '../../../core/ledger.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { NOW, openLaunch } from '../../core/worlds.ts';

/** Brings workers into the ledger, as a launch does that is closed. */
export const bring = (ledger: Ledger, ...workers: readonly WorkerRecord[]): Promise<void> =>
  ledger.launches.close(openLaunch(1, NOW - 300), workers, '1 of 1 launched', NOW);

import type { LeavingReason } from '../../../core/model/reason-leaving.ts';
import type { SaidOf } from './said.ts';

/** Reasons for which workers leave, come back or end, each with its sentence. */
export const LEAVING: SaidOf<LeavingReason> = {
  'too-old': [[{ maxLifeSeconds: 604_800 }, 'too old: a job could outlast its 604800 s']],
  'black-hole': [
    [
      { short: 12, ended: 12, shortSeconds: 300 },
      'a black hole: 12 of the 12 pilots of its last hour ended within 300 s',
    ],
  ],
  'idle-beyond-linger': [
    [{ lingerSeconds: 180 }, 'idle for longer than its 180 s of linger, and still there'],
  ],
  'asleep-too-long': [
    [{ seconds: 7200 }, 'asleep for longer than 7200 s: its disk costs more than the boot that it saves'],
  ],
  'above-max-asleep': [[{ maxAsleep: 4 }, 'asleep, and above max-asleep 4']],
  'asleep-over-budget': [[{}, 'asleep, and the fleet is over its budget']],
  'would-not-wake': [[{ times: 3 }, 'started 3 times, and not joined once']],
  'idle-over-budget': [[{}, 'idle, and the fleet is over its budget']],
  'above-max-workers': [[{ maxWorkers: 4 }, 'above max-workers 4']],
  'room-wanted': [
    [
      { cpus: 8, seconds: 660 },
      'jobs of 8 cores have waited 660 s for room, and have less than their fair part of the cores',
    ],
  ],
  'kept-no-more': [[{}, 'idle, and fewer workers are kept than before']],
  'fleet-drained': [[{}, 'the fleet is drained']],
  'share-wanted': [[{}, 'its share of the stage was wanted by another queue']],
  'image-replaced': [
    [{ imageId: 'ami-1', newImageId: 'ami-2' }, 'launched from the image ami-1, which is now ami-2'],
    [{}, 'launched from the image of its template, which is now its own'],
  ],
  'template-replaced': [
    [{ version: '2', newVersion: '3' }, 'launched from version 2 of its template, which is now 3'],
  ],
  'other-template': [
    [
      { template: 'lt-1', newTemplate: 'lt-2' },
      'launched from the launch template lt-1; workers of its fleet come from lt-2 now',
    ],
  ],
  'spot-interruption': [[{}, 'spot interruption warning']],
  'spot-rebalance': [[{}, 'spot rebalance recommendation']],
  'needed-again': [[{}, 'its drain is taken back: there are jobs for it again']],
  'still-drains': [[{}, 'it still drains']],
  'drain-not-taken': [[{}, 'its drain did not take hold']],
  drained: [[{}, 'drained']],
  'drained-unseen': [[{}, 'drained, out of the collector, and every running pilot is elsewhere']],
  'drain-overdue': [[{ limitSeconds: 3600 }, 'still not empty 3600 s after its drain began']],
  'out-of-collector': [[{ limitSeconds: 3600 }, 'out of the collector for 3600 s']],
  'never-joined': [[{ limitSeconds: 900 }, 'not joined 900 s after its launch']],
  'ended-before-joining': [[{}, 'it ended before it joined']],
  'unknown-unjoined': [[{}, 'the ledger did not know it, and it has not joined']],
  stopped: [[{}, 'it was stopped']],
  'join-overdue': [[{}, 'it did not join by its deadline']],
  told: [[{ words: 'as it was told' }, 'as it was told']],
};

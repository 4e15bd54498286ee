import type { WorkerReason } from '../../../core/model/reason-workers.ts';
import type { SaidOf } from './said.ts';

const one = { workers: 1, instanceId: 'i-00000001' };
const three = { workers: 3, instanceId: 'i-00000001' };

/** What is told of odd workers, each with its sentence. */
export const WORKERS: SaidOf<WorkerReason> = {
  'workers-contradictory': [
    [one, 'worker i-00000001: the ad contradicts itself, and is taken for full and busy'],
    [three, '3 workers (i-00000001 is one): the ad contradicts itself, and is taken for full and busy'],
  ],
  'workers-unreadable': [
    [
      { ...one, words: 'APF_QUEUE is no name of a queue' },
      'worker i-00000001: the ad cannot be read, and is taken for full and busy: APF_QUEUE is no name of a queue',
    ],
  ],
  'workers-boastful': [
    [one, 'worker i-00000001: the ad claims more than was bought, which is all that counts'],
  ],
  'workers-elsewhere': [
    [one, 'worker i-00000001: the ad names another fleet or queue than its launch, and gives no room'],
  ],
  'workers-unknown': [
    [
      one,
      "worker i-00000001: neither the ledger nor EC2 knows it as this stage's, and it counts for nothing",
    ],
  ],
  'workers-doubted': [
    [
      { ...three, inPool: 4 },
      '3 workers (i-00000001 is one), of 4 in the pool: so many ads that are not believed are no odd machines, and nothing is launched beside them',
    ],
  ],
  'workers-small': [
    [
      {
        ...one,
        flavour: 'g5.xlarge',
        has: { cpus: 4, memoryMb: 15_000, diskMb: 80_000, gpus: 0 },
        expected: { cpus: 4, memoryMb: 15_201, diskMb: 80_000, gpus: 1 },
      },
      'worker i-00000001 of g5.xlarge: it offers 4 cores, 15000 MB, 80000 MB of disk and 0 GPUs, and its like 4 cores, 15201 MB, 80000 MB of disk and 1 GPUs',
    ],
  ],
  'workers-unmatched': [
    [
      { ...one, seconds: 660 },
      'worker i-00000001: jobs that fit have not been matched to its free room for 660 s',
    ],
  ],
  'workers-black-hole': [
    [
      { ...one, short: 38, ended: 40, shortSeconds: 300 },
      'worker i-00000001: 38 of the 40 pilots that ended there within an hour ended within 300 s, and elsewhere pilots live',
    ],
  ],
};

import type { WorkerReason } from '../model/reason-workers.ts';
import type { Resources } from '../model/resources.ts';

const some = ({ workers, instanceId }: WorkerReason): string =>
  workers === 1 ? `worker ${instanceId}` : `${workers} workers (${instanceId} is one)`;

const roomInWords = ({ cpus, memoryMb, diskMb, gpus }: Resources): string =>
  `${cpus} cores, ${memoryMb} MB, ${diskMb} MB of disk and ${gpus} GPUs`;

/** What is odd about the workers that the pool shows of a fleet, in a sentence. */
export const workerSentence = (reason: WorkerReason): string => {
  switch (reason.kind) {
    case 'workers-contradictory':
      return `${some(reason)}: the ad contradicts itself, and is taken for full and busy`;
    case 'workers-unreadable':
      return `${some(reason)}: the ad cannot be read, and is taken for full and busy: ${reason.words}`;
    case 'workers-boastful':
      return `${some(reason)}: the ad claims more than was bought, which is all that counts`;
    case 'workers-elsewhere':
      return `${some(reason)}: the ad names another fleet or queue than its launch, and gives no room`;
    case 'workers-unknown':
      return `${some(reason)}: neither the ledger nor EC2 knows it as this stage's, and it counts for nothing`;
    case 'workers-doubted':
      return `${some(reason)}, of ${reason.inPool} in the pool: so many ads that are not believed are no odd machines, and nothing is launched beside them`;
    case 'workers-small': {
      const { flavour, has, expected } = reason;
      return `${some(reason)} of ${flavour}: it offers ${roomInWords(has)}, and its like ${roomInWords(expected)}`;
    }
    case 'workers-unmatched':
      return `${some(reason)}: jobs that fit have not been matched to its free room for ${reason.seconds} s`;
    case 'workers-black-hole': {
      const { short, ended, shortSeconds } = reason;
      return `${some(reason)}: ${short} of the ${ended} pilots that ended there within an hour ended within ${shortSeconds} s, and elsewhere pilots live`;
    }
    default:
      return reason satisfies never;
  }
};

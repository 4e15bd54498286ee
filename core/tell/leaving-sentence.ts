import type { LeavingReason } from '../model/reason-leaving.ts';

/** Why a worker leaves service, comes back, ends or has failed, in a sentence. */
export const leavingSentence = (reason: LeavingReason): string => {
  switch (reason.kind) {
    case 'too-old':
      return `too old: a job could outlast its ${reason.maxLifeSeconds} s`;
    case 'black-hole':
      return `a black hole: ${reason.short} of the ${reason.ended} pilots of its last hour ended within ${reason.shortSeconds} s`;
    case 'idle-beyond-linger':
      return `idle for longer than its ${reason.lingerSeconds} s of linger, and still there`;
    case 'asleep-too-long':
      return `asleep for longer than ${reason.seconds} s: its disk costs more than the boot that it saves`;
    case 'above-max-asleep':
      return `asleep, and above max-asleep ${reason.maxAsleep}`;
    case 'asleep-over-budget':
      return 'asleep, and the fleet is over its budget';
    case 'would-not-wake':
      return `started ${reason.times} times, and not joined once`;
    case 'idle-over-budget':
      return 'idle, and the fleet is over its budget';
    case 'above-max-workers':
      return `above max-workers ${reason.maxWorkers}`;
    case 'room-wanted':
      return `jobs of ${reason.cpus} cores have waited ${reason.seconds} s for room, and have less than their fair part of the cores`;
    case 'kept-no-more':
      return 'idle, and fewer workers are kept than before';
    case 'fleet-drained':
      return 'the fleet is drained';
    case 'share-wanted':
      return 'its share of the stage was wanted by another queue';
    case 'image-replaced': {
      const { imageId = 'of its template', newImageId = 'its own' } = reason;
      return `launched from the image ${imageId}, which is now ${newImageId}`;
    }
    case 'template-replaced':
      return `launched from version ${reason.version} of its template, which is now ${reason.newVersion}`;
    case 'other-template':
      return `launched from the launch template ${reason.template}; workers of its fleet come from ${reason.newTemplate} now`;
    case 'spot-interruption':
      return 'spot interruption warning';
    case 'spot-rebalance':
      return 'spot rebalance recommendation';
    case 'needed-again':
      return 'its drain is taken back: there are jobs for it again';
    case 'still-drains':
      return 'it still drains';
    case 'drain-not-taken':
      return 'its drain did not take hold';
    case 'drained':
      return 'drained';
    case 'drained-unseen':
      return 'drained, out of the collector, and every running pilot is elsewhere';
    case 'drain-overdue':
      return `still not empty ${reason.limitSeconds} s after its drain began`;
    case 'out-of-collector':
      return `out of the collector for ${reason.limitSeconds} s`;
    case 'never-joined':
      return `not joined ${reason.limitSeconds} s after its launch`;
    case 'ended-before-joining':
      return 'it ended before it joined';
    case 'unknown-unjoined':
      return 'the ledger did not know it, and it has not joined';
    case 'stopped':
      return 'it was stopped';
    case 'join-overdue':
      return 'it did not join by its deadline';
    case 'told':
      return reason.words;
    default:
      return reason satisfies never;
  }
};

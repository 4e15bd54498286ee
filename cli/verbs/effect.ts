import type { LedgerView } from '../../core/model/ledger.ts';
import type { Change } from '../stage/change.ts';
import { shownValue } from '../stage/change.ts';

/** Workers of a fleet that are on. */
const onOf = ({ workers }: LedgerView, fleet: string): number =>
  workers.filter((of) => of.fleet === fleet && of.state.kind !== 'asleep' && of.state.kind !== 'failed')
    .length;

const OF_QUEUE: Readonly<Record<string, string>> = {
  paused: 'no new pilots, and no machines for those that wait; what runs goes on',
  drain: 'no new pilots, and those that wait are removed; what runs goes on',
  active: 'pilots follow the jobs again, with the next tick, within a minute',
};

/** Knobs that a worker has as tags from its launch on; a wake changes none of them. */
const AT_LAUNCH: ReadonlySet<string> = new Set([
  'linger-seconds',
  'max-life-seconds',
  'job-wall-seconds',
  'rebalance',
  'widths',
]);

const workersOn = (on: number): string => (on === 1 ? '1 worker' : `${on} workers`);

const eachOf = (on: number): string => (on === 1 ? '1 worker, which' : `${on} workers, each of which`);

const ofFleetState = (state: string, on: number): string => {
  switch (state) {
    case 'paused':
      return on === 0
        ? 'nothing is launched, and no worker is on'
        : `nothing is launched; what is on goes on: ${workersOn(on)}`;
    case 'drain':
      return on === 0
        ? 'nothing is launched, and no worker is on that has to drain'
        : `nothing is launched, and what is on drains: ${eachOf(on)} ends when its last job does, or at its drain-deadline-seconds`;
    default:
      return 'workers follow the load again, with the next tick, within a minute';
  }
};

const ofMode = (of: 'queue' | 'fleet', mode: string, on: number): string => {
  if (mode === 'live') return 'it does again what it decides, with the next tick, within a minute';
  if (of === 'queue') return 'no pilots are submitted or removed; aerie why says how many would be';
  const left =
    on === 0
      ? ''
      : `; what is on is left alone: ${eachOf(on)} ends or sleeps by itself when nothing claims it`;
  return `no machine is launched, woken, drained or ended; aerie why says which would be${left}`;
};

/** What a change will do, in a sentence. */
export const effectOf = ({ owner, knob, to }: Change, view: LedgerView): string => {
  const value = shownValue(owner, knob, to);
  if (knob === 'state') {
    return owner.of === 'queue' ? (OF_QUEUE[value] ?? '') : ofFleetState(value, onOf(view, owner.name));
  }
  if (knob === 'mode') return ofMode(owner.of, value, owner.of === 'fleet' ? onOf(view, owner.name) : 0);
  if (owner.of === 'fleet' && knob === 'max-workers') {
    const above = onOf(view, owner.name) - Number(to ?? value.split(' ')[0]);
    if (above > 0) return `${above} of the fleet's workers are above it; they drain, the emptiest first`;
  }
  if (owner.of === 'fleet' && knob === 'drain-deadline-seconds') {
    return `a worker that has drained for ${value} s is ended with the jobs that it runs`;
  }
  if (owner.of === 'fleet' && AT_LAUNCH.has(knob)) return 'for workers that are launched from then on';
  return 'it takes effect with the next tick, within a minute';
};

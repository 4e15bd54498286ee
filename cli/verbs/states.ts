import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import type { Wish } from '../stage/change.ts';
import { ownerNamed, ownersOf } from '../stage/owners.ts';
import { DOES } from './does.ts';
import { change, DRY, DRY_MEANS, isPutWell, PUT_MORE, putLines, putTold } from './put.ts';

/** A command that gives queues and fleets a state. */
const ofState = (name: 'pause' | 'resume' | 'drain', state: string) =>
  verb({
    name,
    takes: 'NAME … [--dry-run]',
    names: [1, 40],
    does: DOES[name],
    more: PUT_MORE,
    options: DRY,
    means: DRY_MEANS,
    examples: [`aerie ${name} BNL_CLOUD --stage prod`, `aerie ${name} fleet/default --dry-run`],
    schema: putTold,
    async ask({ sight, names, options, around }) {
      const wishes: Wish[] = [];
      for (const text of names) {
        wishes.push({ owner: await ownerNamed(sight, text), knob: 'state', to: state });
      }
      return change(sight, wishes, { isDry: options['dry-run'] === true, say: around.say });
    },
    lines: putLines,
    isWell: isPutWell,
  });

export const pause = ofState('pause', 'paused');

export const resume = ofState('resume', 'active');

export const drain = ofState('drain', 'drain');

export const stop = verb({
  name: 'stop',
  takes: '--all [--now] [--dry-run]',
  names: [0, 0],
  does: DOES.stop,
  more: [
    ...PUT_MORE,
    'aerie resume NAME takes it back, one by one. A tick carries it out within a minute; where ticks themselves are at fault,',
    'disable the timers of pilots and workers in EventBridge (docs/operations.md#stop-everything).',
  ],
  options: { all: { type: 'boolean', default: false }, now: { type: 'boolean', default: false }, ...DRY },
  means: {
    all: ['', 'every queue and every fleet of the stage; without it nothing is done'],
    now: ['', 'end the jobs that run too: drain-deadline-seconds is 0 from then on'],
    ...DRY_MEANS,
  },
  examples: ['aerie stop --all --dry-run --stage prod', 'aerie stop --all --now --stage prod'],
  schema: putTold,
  async ask({ sight, options: { all, now, ...options }, around }) {
    if (all !== true)
      throw new UsageError('what is to stop? Say aerie stop --all, or aerie pause NAME for one.');
    const wishes = (await ownersOf(sight)).flatMap((owner): readonly Wish[] => [
      { owner, knob: 'state', to: 'drain' },
      ...(now === true && owner.of === 'fleet' ? [{ owner, knob: 'drain-deadline-seconds', to: '0' }] : []),
    ]);
    return change(sight, wishes, { isDry: options['dry-run'] === true, say: around.say });
  },
  lines: putLines,
  isWell: isPutWell,
});

import type { Owner } from '../../core/settings/settings-record.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import type { Wish } from '../stage/change.ts';
import { ownerNamed, ownersOf } from '../stage/owners.ts';
import type { Sight } from '../stage/sight.ts';
import { change, DRY, DRY_MEANS, isPutWell, PUT_MORE, putLines, putTold } from './put.ts';

/** A command that gives queues and fleets a state. */
const ofState = (name: 'pause' | 'resume' | 'drain', state: string, does: string) =>
  verb({
    name,
    takes: 'NAME … [--dry-run]',
    names: [1, 40],
    does,
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

export const pause = ofState(
  'pause',
  'paused',
  'Begins nothing new for a queue or a fleet; what runs goes on.',
);

export const resume = ofState(
  'resume',
  'active',
  'Lets a queue or a fleet go on that was paused or drained.',
);

export const drain = ofState(
  'drain',
  'drain',
  'Lets a queue or a fleet come to its end: no new pilots, or every worker leaves when its jobs are done.',
);

/** Those that a change of mode is for: the ones that are named, or all. */
const modeOwners = async (
  sight: Sight,
  names: readonly string[],
  isAll: boolean,
): Promise<readonly Owner[]> => {
  if (isAll && names.length > 0) {
    throw new UsageError(`--all is every queue and every fleet; leave it out, or "${names.join(' ')}".`);
  }
  if (isAll) return ownersOf(sight);
  if (names.length === 0) {
    throw new UsageError('whose mode? Say aerie mode shadow NAME for some, or aerie mode shadow --all.');
  }
  const owners: Owner[] = [];
  for (const text of names) owners.push(await ownerNamed(sight, text));
  return owners;
};

export const mode = verb({
  name: 'mode',
  takes: 'shadow|live [NAME …] [--all] [--dry-run]',
  names: [1, 41],
  does: 'Puts queues and fleets in shadow, where they decide and tell and do nothing, or lets them act again.',
  more: [
    'In shadow no pilot is submitted or removed, and no machine is launched, woken, put to sleep, drained or ended; aerie why NAME',
    'says what would be done and what it would cost. One that is made later is live.',
    ...PUT_MORE,
  ],
  options: { all: { type: 'boolean', default: false }, ...DRY },
  means: { all: ['', 'every queue and every fleet of the stage'], ...DRY_MEANS },
  examples: ['aerie mode shadow --all --stage prod', 'aerie mode live BNL_CLOUD fleet/default --dry-run'],
  schema: putTold,
  async ask({ sight, names: [to = '', ...names], options, around }) {
    if (to !== 'live' && to !== 'shadow') {
      throw new UsageError(`aerie mode takes shadow or live, and then names, not "${to}" first.`);
    }
    const owners = await modeOwners(sight, names, options.all === true);
    const wishes = owners.map((owner): Wish => ({ owner, knob: 'mode', to }));
    return change(sight, wishes, { isDry: options['dry-run'] === true, say: around.say });
  },
  lines: putLines,
  isWell: isPutWell,
});

export const stop = verb({
  name: 'stop',
  takes: '--all [--now] [--dry-run]',
  names: [0, 0],
  does: 'Drains every queue and every fleet: no pilot is submitted, nothing is launched, every worker leaves.',
  more: [
    ...PUT_MORE,
    'aerie resume NAME takes it back, one by one. A tick carries it out within a minute; where ticks themselves are at fault,',
    'disable the timers of pilots and workers in EventBridge (docs/operations.md#settings-by-hand-secret-stop).',
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

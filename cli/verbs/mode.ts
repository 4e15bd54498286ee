import type { Owner } from '../../core/settings/settings-record.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import type { Wish } from '../stage/change.ts';
import { ownerNamed, ownersOf } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import { parametersOf } from '../stage/parameters.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';
import { change, DRY, DRY_MEANS, isPutWell, PUT_MORE, putLines, putTold } from './put.ts';

type Mode = 'shadow' | 'live';

const isMode = (word: string): word is Mode => word === 'shadow' || word === 'live';

/** All that a mode makes a difference to: who has none set is live. */
const allFor = async (sight: Sight, to: Mode): Promise<readonly Owner[]> => {
  const owners = await ownersOf(sight);
  if (to === 'shadow') return owners;
  const raws = await each(owners, (owner) => parametersOf(sight, owner));
  return owners.filter((_, index) => raws[index]?.mode !== undefined);
};

const named = async (sight: Sight, names: readonly string[]): Promise<readonly Owner[]> => {
  if (names.length === 0) {
    throw new UsageError('whose mode? Say aerie mode shadow NAME for some, or aerie mode shadow --all.');
  }
  const owners: Owner[] = [];
  for (const name of names) owners.push(await ownerNamed(sight, name));
  return owners;
};

export const mode = verb({
  name: 'mode',
  takes: 'shadow|live [NAME …] [--all] [--dry-run]',
  names: [1, 41],
  does: DOES.mode,
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
    if (!isMode(to)) {
      throw new UsageError(`aerie mode takes shadow or live, and then names, not "${to}" first.`);
    }
    if (options.all === true && names.length > 0) {
      throw new UsageError(`--all is every queue and every fleet; leave it out, or "${names.join(' ')}".`);
    }
    const owners = await (options.all === true ? allFor(sight, to) : named(sight, names));
    const wishes = owners.map((owner): Wish => ({ owner, knob: 'mode', to }));
    return change(sight, wishes, { isDry: options['dry-run'] === true, say: around.say });
  },
  lines: putLines,
  isWell: isPutWell,
});

import type { Owner } from '../../core/settings/settings-record.ts';
import { verb } from '../command/verb.ts';
import { ownersNamed } from '../stage/owners.ts';
import type { Sight } from '../stage/sight.ts';
import { wishOf } from '../stage/wishes.ts';
import { DOES } from './does.ts';
import { change, DRY, DRY_MEANS, isPutWell, PUT_MORE, putLines, putTold } from './put.ts';

/** One that is not there yet is made by its first knob. */
const ownersFor = async (sight: Sight, name: string): Promise<readonly Owner[]> => {
  const [, kind, named = ''] = /^(queue|fleet)\/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/.exec(name) ?? [];
  if (kind === 'queue' || kind === 'fleet') return [{ of: kind, name: named }];
  return ownersNamed(sight, name);
};

export const set = verb({
  name: 'set',
  takes: 'NAME KNOB=VALUE … [--dry-run]',
  names: [2, 40],
  does: DOES.set,
  more: [
    ...PUT_MORE,
    'queue/NAME or fleet/NAME makes one that is not there yet. docs/settings.md has every knob.',
  ],
  options: DRY,
  means: DRY_MEANS,
  examples: [
    'aerie set fleet/default max-workers=200 --stage prod',
    "aerie set BNL_CLOUD chain='Ready(), MaxPerCycle(50)' --dry-run",
  ],
  schema: putTold,
  async ask({ sight, names: [name = '', ...settings], options, around }) {
    const owners = await ownersFor(sight, name);
    const wishes = settings.map((text) => wishOf(owners, text));
    return change(sight, wishes, { isDry: options['dry-run'] === true, say: around.say });
  },
  lines: putLines,
  isWell: isPutWell,
});

import * as z from 'zod';
import { ownerKey } from '../../core/settings/settings-record.ts';
import { type Column, tableLines } from '../command/columns.ts';
import { isoOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import { verb } from '../command/verb.ts';
import { ownersNamed, ownersOf, ownerText } from '../stage/owners.ts';
import { defaultOf, knobsOf } from '../stage/parameters.ts';
import { DOES } from './does.ts';

const knob = z.object({
  of: z.string(),
  knob: z.string(),
  value: z.string().nullable(),
  isDefault: z.boolean(),
});

/** What `aerie get` tells. */
export const getTold = z.object({
  stage: z.string(),
  at: z.string(),
  /** How long ago all settings were read; null: never. */
  ageSeconds: z.number().nullable(),
  settings: z.array(knob),
  /** What stands in Parameter Store and cannot be used: the last good values are in force. */
  bad: z.array(z.object({ of: z.string(), knob: z.string(), why: z.string() })),
});

type Row = z.output<typeof knob>;

/** A value as it stands; one that is empty would look as if it were not known. */
const inWords = (value: string | null, isDefault: boolean): string => {
  if (value === null) return 'not set';
  return `${value === '' ? 'nothing' : value}${isDefault ? ' (default)' : ''}`;
};

const COLUMNS: readonly Column<Row>[] = [
  { head: 'of', cell: ({ of }) => of },
  { head: 'knob', cell: (row) => row.knob },
  { head: 'value', cell: ({ value, isDefault }) => inWords(value, isDefault) },
];

export const get = verb({
  name: 'get',
  takes: '[NAME] [KNOB …] [--all]',
  names: [0, 40],
  does: DOES.get,
  more: ['Without --all only those that somebody has set. Exit code: 1 if one cannot be used, else 0.'],
  options: { all: { type: 'boolean', default: false } },
  means: { all: ['', 'those too that nobody has set, with their defaults'] },
  examples: ['aerie get --stage prod', 'aerie get fleet/default max-workers', 'aerie get BNL_CLOUD --all'],
  schema: getTold,
  async ask({ sight, names: [name, ...knobs], options: { all } }) {
    const [owners, { records, completeAt }] = await Promise.all([
      name === undefined ? ownersOf(sight) : ownersNamed(sight, name),
      sight.settings(),
    ]);
    const byOwner = new Map(records.map((record) => [ownerKey(record), record]));
    const settings = owners.flatMap((owner): readonly Row[] => {
      const good = byOwner.get(ownerKey(owner))?.good ?? {};
      return Object.keys(knobsOf(owner)).flatMap((of) => {
        const value = Object.hasOwn(good, of) ? good[of] : undefined;
        const isWanted = knobs.length > 0 ? knobs.includes(of) : value !== undefined || all;
        if (!isWanted) return [];
        const shown = value ?? defaultOf(owner, of) ?? null;
        return [{ of: ownerText(owner), knob: of, value: shown, isDefault: value === undefined }];
      });
    });
    const bad = owners.flatMap((owner) =>
      (byOwner.get(ownerKey(owner))?.bad ?? []).map((problem) => ({ of: ownerText(owner), ...problem })),
    );
    return {
      stage: sight.stage,
      at: isoOf(sight.now),
      ageSeconds: completeAt === undefined ? null : Math.round(sight.now - completeAt),
      settings: [...settings],
      bad: [...bad],
    };
  },
  lines({ settings, bad, ageSeconds }, look) {
    const age =
      ageSeconds === null ? 'the settings were never read' : `all were read ${lengthOf(ageSeconds)} ago`;
    return [
      ...(settings.length === 0 ? ['nothing is set'] : tableLines(COLUMNS, settings, look)),
      ...bad.flatMap(({ of, knob: named, why }) =>
        wrapped(`${of} ${named} ${why}; its last good value is in force`, look.columns, ['', '  ']).map(
          (line) => look.paint('yellow', line),
        ),
      ),
      look.paint('dim', age),
    ];
  },
  isWell: ({ bad }) => bad.length === 0,
});

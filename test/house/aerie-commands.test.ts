import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Around } from '../../cli/command/verb.ts';
import { knobsOf } from '../../cli/stage/parameters.ts';
import { wishOf } from '../../cli/stage/wishes.ts';
import { VERBS } from '../../cli/verbs/verbs.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { PAGES } from './pages.ts';
import { typedOn } from './typed.ts';

/** The commands begin, and come as far as to the stage. */
class Reached extends Error {}

const AROUND: Around = {
  env: { AERIE_STAGE: 'prod' },
  stdout: { write: () => true },
  say: () => undefined,
  access: () => {
    throw new Reached();
  },
};

/** What the pages call `week.csv`: a command that reads a load reads it first. */
const LOAD = join(import.meta.dirname, 'week.csv');

/** A file, an account's block, or a shell's own line: other tests run these. */
const OF_A_FOLDER = ['import', 'plan', 'new-stage', 'completion', 'rights'];

/** Words in capitals stand for a name, those in brackets for what may be left out, dots for more. */
const IS_PATTERN = /\b(NAME|ID|QUEUE|FLEET|VERB|KNOB|FILE|TIME)\b|\[|VALUE|\bsome\b|=N\b/;

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));

const TODAY = PAGES.filter((page) => !/^docs\/decisions\//.test(page));

/** What the pages show to be typed as it stands. */
const TYPED = [
  ...new Set(
    TODAY.flatMap((page) => typedOn(page, 'aerie'))
      .map(({ text }) => text)
      .filter((text) => !IS_PATTERN.test(text)),
  ),
].flatMap((text) => {
  const [, name = '', ...words] = wordsOf(text);
  const args = words.map((word) => (word === 'week.csv' ? LOAD : word));
  // A verb alone is only named, unless it takes no name.
  const isNamed = args.length === 0 && !['status', 'alarms', 'top'].includes(name);
  const asksNobody = OF_A_FOLDER.includes(name) || args.includes('--planned') || isNamed;
  return VERBS[name] === undefined || asksNobody ? [] : [{ text, name, args }];
});

const type = async (name: string, args: readonly string[]): Promise<unknown> => {
  const verb = await VERBS[name]?.();
  return verb?.run(args, AROUND).catch((error: unknown) => error);
};

/** Whose knobs a command sets: its examples have one queue that is called so, and fleets with their kind before the name. */
const ownerOf = (name: string): Owner =>
  name.startsWith('fleet/') || name === 'default' ? { of: 'fleet', name } : { of: 'queue', name };

/** What of the settings in a command would be refused by their own knobs. */
const refusedIn = (args: readonly string[]): readonly string[] => {
  const [name = '', ...rest] = args.filter((arg) => !arg.startsWith('--'));
  return rest
    .filter((arg) => arg.includes('='))
    .filter((arg) => {
      const owner = ownerOf(name);
      const { knob, to } = wishOf([owner], arg);
      const known = knobsOf(owner)[knob];
      return known === undefined || (to !== undefined && !known.schema.safeParse(to).success);
    });
};

describe('the commands of aerie that pages show', () => {
  it.each(TYPED)('$text is taken', async ({ name, args }) => {
    expect(await type(name, args)).toBeInstanceOf(Reached);
    if (name === 'set' || name === 'try') expect(refusedIn(args)).toEqual([]);
  });

  it('are many', () => expect(TYPED.length).toBeGreaterThan(50));

  it('would be refused otherwise', async () => {
    expect(await type('why', [])).toMatchObject({ message: expect.stringContaining('takes 1 name') });
    expect(await type('status', ['--loudly'])).toMatchObject({
      message: expect.stringContaining('--loudly'),
    });
    expect(refusedIn(['fleet/default', 'max-workers=many', 'market=spot'])).toEqual(['max-workers=many']);
    expect(refusedIn(['BNL_CLOUD', 'max-workers=3'])).toEqual(['max-workers=3']);
  });
});

import { got, isTainted, type Section } from './configuration.ts';
import { dropped, type Fate, landed, withheld } from './fate.ts';
import { noCounterpart } from './no-counterpart.ts';
import { isSecretName } from './secret.ts';

const SECRET = 'its value is a secret, or may be one, and is not shown';

/** What to do about a secret of a section. */
const secretWhy = (key: string): string => {
  if (/access_key/i.test(key)) return `${SECRET}; aerie needs none: its functions have roles. Retire it`;
  if (/user_?data/i.test(key)) return `${SECRET}; a worker's user-data is made from worker of the stage`;
  if (/proxy/i.test(key)) {
    return `${SECRET}; name the proxy's file as x509userproxy in the template, and keep it renewed on the central manager`;
  }
  return `${SECRET}; keep it where it is needed, and not in cdk.json`;
};

const valueThrough = (section: Section, key: string): readonly string[] => {
  const read = got(section, key);
  return read?.ok === true ? read.through : [];
};

/** Keys whose values stand in what has landed, because a key that landed names them. */
const throughOthers = (section: Section, fates: readonly Fate[]): ReadonlyMap<string, string> =>
  new Map(
    fates
      .filter(({ kind }) => kind === 'landed' || kind === 'changed')
      .flatMap(({ key, to }) => {
        const read = got(section, key);
        const through = read?.ok === true ? read.through : [];
        return through
          .filter((name) => name !== key)
          .map((name) => [name, `${to ?? key}, by ${key}`] as const);
      }),
  );

/** The fates of all keys of a section: those that are known, and for every other one why it has no counterpart. */
export const completed = (
  section: Section,
  known: readonly Fate[],
  whyNot = noCounterpart,
): readonly Fate[] => {
  const told = new Set(known.map(({ key }) => key));
  const through = throughOthers(section, known);
  const others = [...section.options.keys()]
    .filter((key) => !told.has(key))
    .map((key) => {
      const to = through.get(key);
      if (/^(None|none|)$/.test(section.options.get(key) ?? '')) return dropped(key, 'is nothing');
      if (isSecretName(key) || isTainted(valueThrough(section, key))) return withheld(key, secretWhy(key));
      return to === undefined ? dropped(key, whyNot(key)) : landed(key, to);
    });
  return [...known, ...others];
};

/** The fates of a section's keys of which none lands. */
export const allDropped = (section: Section, why: (key: string) => string): readonly Fate[] =>
  completed(section, [], why);

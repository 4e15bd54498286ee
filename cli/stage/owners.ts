import { nameOf } from '../../core/settings/parse.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { UsageError } from '../command/usage.ts';
import type { StageSetUp } from './sight.ts';

const MOST_TOLD = 12;

/** Every queue and every fleet: those with settings, and fleets that still have workers. */
export const ownersOf = async (sight: StageSetUp): Promise<readonly Owner[]> => {
  const [{ queues, fleets }, { workers }] = await Promise.all([sight.settings(), sight.view()]);
  const names = new Set([...fleets.map(nameOf), ...workers.map(({ fleet }) => fleet)]);
  return [
    ...queues.map((queue) => ({ of: 'queue', name: nameOf(queue) }) as const).sort(byName),
    ...[...names].sort().map((name) => ({ of: 'fleet', name }) as const),
  ];
};

const byName = (a: Owner, b: Owner): number => (a.name < b.name ? -1 : 1);

/** `queue/BNL_CLOUD`. */
export const ownerText = ({ of, name }: Owner): string => `${of}/${name}`;

const WRITTEN = /^(queue|fleet)\/(.+)$/;

/** Those that a name may mean; `queue/X` and `fleet/X` say which. Throws UsageError where there is none. */
export const ownersNamed = async (sight: StageSetUp, text: string): Promise<readonly Owner[]> => {
  const [, kind, named = text] = WRITTEN.exec(text) ?? [];
  const all = await ownersOf(sight);
  const found = all.filter(({ of, name }) => name === named && (kind === undefined || of === kind));
  if (found.length > 0) return found;
  const some = all.slice(0, MOST_TOLD).map(ownerText).join(', ');
  throw new UsageError(
    `stage ${sight.stage} has no ${kind ?? 'queue or fleet'} "${named}"; it has ${some}${all.length > MOST_TOLD ? ', …' : ''}.`,
  );
};

/** The one that a name means. Throws UsageError where it is none, or two. */
export const ownerNamed = async (sight: StageSetUp, text: string): Promise<Owner> => {
  const [first, second] = await ownersNamed(sight, text);
  if (first !== undefined && second === undefined) return first;
  throw new UsageError(`"${text}" is a queue and a fleet; say queue/${text} or fleet/${text}.`);
};

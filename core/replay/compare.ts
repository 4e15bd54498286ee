import { type Decision, decision } from '../model/decision.ts';

/** One field in which two decisions are not the same, by its path: `launches[0].request.count`. */
export interface Difference {
  readonly path: string;
  /** As JSON; absent: it is not there. */
  readonly was?: string;
  readonly is?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const shown = (name: 'was' | 'is', value: unknown): Partial<Difference> =>
  value === undefined ? {} : { [name]: JSON.stringify(value) };

const below = (path: string, name: string, isList: boolean): string =>
  isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;

const differences = (was: unknown, is: unknown, path: string): readonly Difference[] => {
  if (!isFields(was) || !isFields(is)) {
    return Object.is(was, is) ? [] : [{ path, ...shown('was', was), ...shown('is', is) }];
  }
  const isList = Array.isArray(was);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names.flatMap((name) => differences(was[name], is[name], below(path, name, isList)));
};

/** A decision as it comes back from where it is kept. */
const asKept = (of: Decision): Decision => decision.parse(JSON.parse(JSON.stringify(of)));

/**
 * Compares a decision that was kept with the one that is made again; none of their fields differ, or those that do, in the order
 * of the kept one's. Both have to be about the same queue or fleet and moment.
 */
export const compared = (kept: Decision, again: Decision): readonly Difference[] =>
  differences(asKept(kept), asKept(again), '');

import type { ToldDecision } from '../../twin/report/sample.ts';

/** Equal decisions that followed each other. */
export interface ToldGroup extends ToldDecision {
  readonly sinceSeconds: number;
  readonly times: number;
}

const kindsOf = ({ why }: ToldDecision): string => [...new Set(why.map(({ kind }) => kind))].sort().join(' ');

/** Whose decision it is, in words: decisions about pilots are a queue's, those about workers a fleet's. */
export const ownerOf = ({ of, whose }: Pick<ToldDecision, 'of' | 'whose'>): string =>
  of === 'pilots' ? whose : `fleet ${whose}`;

/** What a decision came to, with the machines that were had for it: `launch 3 x m6i.large → 3 m6a.large in us-east-1b`. */
export const comeTo = ({ what, launched = [] }: Pick<ToldDecision, 'what' | 'launched'>): string => {
  const had = launched.map(
    ({ count, flavour, zone, isSpot }) => `${count} ${flavour} in ${zone}${isSpot ? ', spot' : ''}`,
  );
  return had.length === 0 ? what : `${what} → ${had.join('; ')}`;
};

/** Two decisions are the same if they come to the same, for reasons of the same kinds. */
const same = (a: ToldDecision, b: ToldDecision): boolean =>
  a.kind === b.kind && a.what === b.what && kindsOf(a) === kindsOf(b);

/**
 * Decisions newest first, those repeated for the same queue or fleet without another in between as one: how often, since when,
 * and with the newest reasons.
 */
export const grouped = (
  told: readonly ToldDecision[],
  wanted: (told: ToldDecision) => boolean = () => true,
): readonly ToldGroup[] => {
  const groups: ToldGroup[] = [];
  const lastOf = new Map<string, ToldGroup>();
  for (const one of told) {
    if (!wanted(one)) continue;
    const who = `${one.of}/${one.whose}`;
    const last = lastOf.get(who);
    const isSame = last !== undefined && same(last, one);
    const group = {
      ...one,
      sinceSeconds: isSame ? last.sinceSeconds : one.atSeconds,
      times: isSame ? last.times + 1 : 1,
    };
    if (isSame) groups.splice(groups.indexOf(last), 1);
    groups.push(group);
    lastOf.set(who, group);
  }
  return groups.reverse();
};

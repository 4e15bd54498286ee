const kindsOf = ({ why }) => [...new Set(why.map(({ kind }) => kind))].sort().join(' ');

/** Whose decision it is, in words: decisions about pilots are a queue's, those about workers a fleet's. */
export const ownerOf = ({ of, whose }) => (of === 'pilots' ? whose : `fleet ${whose}`);

/** Two decisions are the same if they come to the same, for reasons of the same kinds. */
const same = (a, b) => a.kind === b.kind && a.what === b.what && kindsOf(a) === kindsOf(b);

/**
 * Decisions newest first, those repeated for the same queue or fleet without another in between as one: how often, since when,
 * and with the newest reasons.
 */
export const grouped = (told, wanted = () => true) => {
  const groups = [];
  const lastOf = new Map();
  for (const one of told) {
    if (!wanted(one)) continue;
    const who = `${one.of}/${one.whose}`;
    const last = lastOf.get(who);
    const group =
      last !== undefined && same(last, one)
        ? { ...one, sinceSeconds: last.sinceSeconds, times: last.times + 1 }
        : { ...one, sinceSeconds: one.atSeconds, times: 1 };
    if (group.times > 1) groups.splice(groups.indexOf(last), 1);
    groups.push(group);
    lastOf.set(who, group);
  }
  return groups.reverse();
};

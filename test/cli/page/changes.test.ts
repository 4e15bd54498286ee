import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesSince, type Sent } from '../../../cli/page/changes.ts';
import { emptyParts, take, takeWhole } from '../../../cli/page/look/parts.js';
import type { View } from '../../../cli/page/view.ts';
import { madeView } from './made-view.ts';

const NOTHING: Sent = new Map();

const things = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', '__proto__x'), fc.nat(3));
const view = fc
  .record({ head: things, queues: things, fleets: things, machines: things, events: things })
  .map((parts) => parts as unknown as View);

const asParts = (of: View) =>
  Object.fromEntries(Object.entries(of).map(([part, all]) => [part, new Map(Object.entries(all))]));

describe('what has changed of a view', () => {
  it('taken in one after the other makes the last view, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 8 }), (views) => {
        const parts = emptyParts();
        let sent = NOTHING;
        for (const one of views) {
          const { changes, sent: now } = changesSince(sent, one);
          if (changes !== undefined) take(parts, changes);
          sent = now;
        }
        expect(parts).toEqual(asParts(views.at(-1) ?? madeView({ queues: 0, fleets: 1, machines: 0 })));
      }),
    );
  });

  it('is nothing where nothing has', () => {
    const one = madeView({ queues: 6, fleets: 2, machines: 40 });
    const { sent } = changesSince(NOTHING, one);
    expect(changesSince(sent, structuredClone(one)).changes).toBeUndefined();
  });

  it('names only the machines that are in another state, and those that have gone', () => {
    const before = madeView({ queues: 1, fleets: 1, machines: 3 });
    const { 'i-00000002': gone, ...stay } = before.machines;
    const [fleet = '', type = '', zone = '', market = ''] = gone ?? [];
    const other = [fleet, type, zone, market, 'retiring', 7] as const;
    const after = { ...before, machines: { ...stay, 'i-00000001': other } };
    const { changes } = changesSince(changesSince(NOTHING, before).sent, after);
    expect(changes).toEqual({ machines: { set: { 'i-00000001': other }, gone: ['i-00000002'] } });
  });

  it('taken in as a whole leaves nothing of what was there', () => {
    const parts = emptyParts();
    const first = madeView({ queues: 9, fleets: 2, machines: 20 });
    const second = madeView({ queues: 2, fleets: 1, machines: 3 });
    take(parts, changesSince(NOTHING, first).changes ?? {});
    takeWhole(parts, changesSince(NOTHING, second).changes ?? {});
    expect(parts).toEqual(asParts(second));
  });
});

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compared } from '../../../core/replay/compare.ts';
import { decideAgain } from '../../../core/replay/decide-again.ts';
import type { TickInputs } from '../../../core/replay/inputs.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import { type KeptRun, keptRun, keyOf } from '../../twin/in-process/kept-run.ts';

const SCENARIOS = join(import.meta.dirname, '../../../twin/scenarios');

/** An hour with PanDA and the endpoint away, and two clouds, of which one is. */
describe.each(['hard-day', 'two-clouds'])('what ticks decided on in %s', (name) => {
  let run: KeptRun;
  beforeAll(async () => {
    run = await keptRun(await readScenario(join(SCENARIOS, `${name}.json`)), { hours: 1 });
  });

  it('gives every decision that was written down again, to the last field', () => {
    const left = new Map(run.decisions);
    for (const inputs of run.inputs) {
      for (const again of decideAgain(inputs)) {
        const then = left.get(keyOf(again));
        if (then === undefined) continue;
        left.delete(keyOf(again));
        expect(compared(then, again)).toEqual([]);
      }
    }
    expect([...left.keys()]).toEqual([]);
    const kinds = new Set([...run.decisions.values()].map(({ of, kind }) => `${of} ${kind}`));
    expect([...kinds]).toEqual(expect.arrayContaining(['pilots submit', 'workers act', 'workers rest']));
  });

  it('holds no sites but those of the queues', () => {
    const sites = run.inputs.flatMap(({ observed: { panda } }) =>
      panda.kind === 'known' ? Object.keys(panda.value) : [],
    );
    const queues = new Set(run.inputs.flatMap(({ basis }) => basis.records.map((record) => record.name)));
    expect(sites.filter((site) => !queues.has(site))).toEqual([]);
    expect(sites.length).toBeGreaterThan(0);
  });

  it('gives other decisions with other settings', () => {
    const halved = (inputs: TickInputs): TickInputs => ({
      ...inputs,
      basis: {
        ...inputs.basis,
        records: inputs.basis.records.map((of) =>
          of.of === 'fleet' ? { ...of, good: { ...of.good, 'max-workers': '1' } } : of,
        ),
      },
    });
    const changed = run.inputs.flatMap((inputs) =>
      decideAgain(halved(inputs)).flatMap((again) => {
        const then = run.decisions.get(keyOf(again));
        return then === undefined ? [] : compared(then, again);
      }),
    );
    expect(changed.map(({ path }) => path)).toContain('launches');
  });
});

describe('two decisions are compared', () => {
  const rest = {
    of: 'workers',
    kind: 'rest',
    fleet: 'A',
    at: 1,
    why: [],
    counts: { workersLive: 3 },
  } as const;

  it.each([
    ['that are the same', rest, { ...rest, counts: { workersLive: 3 } }, []],
    [
      'by their counts',
      rest,
      { ...rest, counts: { coresLive: 6 } },
      [
        { path: 'counts.workersLive', was: '3' },
        { path: 'counts.coresLive', is: '6' },
      ],
    ],
    [
      'by their reasons',
      rest,
      { ...rest, why: [{ kind: 'queue-paused' as const }] },
      [{ path: 'why[0]', is: '{"kind":"queue-paused"}' }],
    ],
    [
      'by what one has and the other has not',
      { ...rest, why: [{ kind: 'source-unknown', source: 'pool', words: 'x' } as const] },
      { ...rest, why: [] },
      [{ path: 'why[0]', was: '{"kind":"source-unknown","source":"pool","words":"x"}' }],
    ],
    [
      'by each field of what is in a list',
      {
        ...rest,
        why: [{ kind: 'lease-held', leftSeconds: 5 } as const, { kind: 'lease-contested' } as const],
      },
      {
        ...rest,
        why: [{ kind: 'lease-held', leftSeconds: 6 } as const, { kind: 'lease-contested' } as const],
      },
      [{ path: 'why[0].leftSeconds', was: '5', is: '6' }],
    ],
    [
      'by their kinds',
      rest,
      { ...rest, kind: 'hold' as const },
      [{ path: 'kind', was: '"rest"', is: '"hold"' }],
    ],
  ])('%s', (_, then, now, expected) => {
    expect(compared(then, now)).toStrictEqual(expected);
  });
});

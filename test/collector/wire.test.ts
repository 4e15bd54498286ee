import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { endedPilots, NEWEST_ARGS } from '../../collector/see/ended.ts';
import { idleSince } from '../../collector/see/idle-since.ts';
import { takeSnapshot } from '../../collector/see/snapshot.ts';
import { CLOSED_ARGS, ODD_ARGS } from '../../collector/see/status-args.ts';
import { unmatchedSince } from '../../collector/see/unmatched.ts';
import { workerSight } from '../../collector/see/worker-sight.ts';
import { poolView } from '../../core/model/pool.ts';
import { COLLECTOR_ROW } from './serving.ts';

const NOW = 1_795_411_000;
const IDS = ['i-0abc123def4567890', 'i-0abc123def4567891'];

/** A cell as a tool may print it: what belongs there, what is off by little, and anything else. */
const cell = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('0', '1', '8', '16000', '79408944.0', String(NOW - 100), 'true', 'false'),
  },
  { weight: 3, arbitrary: fc.constantFrom('"BNL_CLOUD"', ...IDS.map((id) => `"${id}"`), `"${IDS[0]}@cm"`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('undefined', 'error', '', '-1', '1.5', '1E+300', '-1E+300', '4294967296'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('{  }', '{ "Claimed","Unclaimed" }', '{ 1,1E+300,-5 }', '1e16', '"8"'),
  },
  { weight: 1, arbitrary: fc.double().map(String) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const rows = (cells: number) =>
  fc.array(fc.array(cell, { minLength: cells - 1, maxLength: cells + 1 }), { maxLength: 6 });
const WHOSE = ['undefined', `"${IDS[0]}"`, '"BNL_CLOUD"', '"default"', '8', '8', '60', String(NOW + 500)];
const SLOT = [...WHOSE, '8', '100', '79408944.0', '0', '8', '100', '9', '0'];
const LISTS = ['{  }', '{  }', '{  }'];
const REST = ['0', ...LISTS, String(NOW - 500), String(NOW - 100), 'true', String(NOW - 100)];
/** A row as it should be, but for one cell. */
const nearly = (row: readonly string[]) =>
  fc
    .tuple(fc.nat({ max: row.length - 1 }), cell)
    .map(([at, other]) => row.map((good, index) => (index === at ? other : good)));
const nearlyGood = nearly([...SLOT, ...REST]);
const nearlyJob = fc.oneof(
  nearly(['"BNL_CLOUD"', '"default"', '1', '1.0', '2000.0', '20480.0', '0.0', '3600.0', '2', '59847030']),
  nearly(['"BNL_CLOUD"', '', '2', '1.0', '2000.0', '20480.0', '0.0', 'undefined', 'true', String(NOW - 60)]),
  nearly([
    '',
    '"default"',
    '1',
    '1.0',
    '2000.0',
    '20480.0',
    '0.0',
    'undefined',
    'undefined',
    String(NOW / 30 - 11),
  ]),
);
const nearlyPast = nearly(['7', '0', '"BNL_CLOUD"', String(NOW - 500), String(NOW - 100)]);
const printed = (lines: readonly (readonly string[])[]) =>
  lines.map((line) => `${line.join('\t')}\n`).join('');

const viewOf = async (answer: (tool: string, args: readonly string[]) => string) => {
  const condor: Condor = async (tool, args) => ({ ok: true, stdout: answer(tool, args) });
  const sources = {
    condor,
    others: async () => ({ stdout: '' }),
    workers: workerSight(condor, () => NOW),
    ended: endedPilots(condor, 300),
    idleSince: idleSince(() => 0),
    unmatched: unmatchedSince(),
    shortSeconds: 300,
    credentials: async () => new Map([['BNL_CLOUD', null]]),
  };
  const view: unknown = JSON.parse(JSON.stringify(await takeSnapshot(sources, NOW)));
  return poolView.safeParse(view);
};

describe('what the endpoint sends', () => {
  it('is read by the functions, whatever the tools print', async () => {
    const slots = fc.array(nearlyGood, { maxLength: 4 });
    const jobs = fc.array(fc.oneof(nearlyJob, fc.array(cell)), { maxLength: 6 });
    const past = fc.array(fc.oneof(nearlyPast, fc.array(cell)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(slots, rows(22), rows(1), rows(2), jobs, past, async (good, odd, ...others) => {
        const [whose, closed, queued, ended] = others.map(printed);
        const read = await viewOf((tool, args) => {
          if (tool === 'condor_q') return queued ?? '';
          if (tool === 'condor_history') return args === NEWEST_ARGS ? '1\t0\n' : (ended ?? '');
          if (args === ODD_ARGS) return whose ?? '';
          if (args === CLOSED_ARGS) return closed ?? '';
          return printed([...good, ...odd]) + COLLECTOR_ROW;
        });
        expect(read.error?.issues).toBeUndefined();
      }),
    );
  });

  it('has every worker once, either as it is or as one that cannot be read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nearlyGood, { maxLength: 4 }), async (slots) => {
        const read = await viewOf((tool, args) =>
          tool === 'condor_status' && args !== ODD_ARGS && args !== CLOSED_ARGS
            ? printed(slots) + COLLECTOR_ROW
            : '',
        );
        const { workers, unreadable = [] } = read.data?.workers ?? { workers: [] };
        const ids = [...workers, ...unreadable].map(({ instanceId }) => instanceId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

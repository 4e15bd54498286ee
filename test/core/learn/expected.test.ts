import { describe, expect, it } from 'vitest';
import { machinesExpected } from '../../../core/learn/expected.ts';
import type { Joins } from '../../../core/model/learned.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';

const NOW = 10_000;

const worker = (fleet: string, launchedAt: number, more: Partial<WorkerRecord> = {}): WorkerRecord => ({
  instanceId: `i-${launchedAt}`,
  fleet,
  launchId: `${fleet}.1.0`,
  offer: { flavour: 'm6a.large', zone: 'a', market: 'spot' },
  offers: { cpus: 2, memoryMb: 8_000, diskMb: 1, gpus: 0 },
  launchedAt,
  state: { kind: 'booting' },
  ...more,
});

const joins = (took: Joins['took'], more: Partial<Joins> = {}): Joins => ({
  template: { id: 'lt-1', version: '1' },
  flavour: 'm6a.large',
  took,
  launchedAt: 1,
  ...more,
});

describe('the next machine of a fleet', () => {
  it.each([
    ['after what half of its type took', [worker('a', 9_990)], [joins([40, 60, null, 90])], 10_050],
    [
      'after that of all of its type together, in whatever order they came',
      [worker('a', 9_990)],
      [joins([90, 10]), joins([60], { template: { id: 'lt-2', version: '1' } })],
      10_050,
    ],
    ['the first of several', [worker('a', 9_990), worker('a', 9_970)], [joins([60])], 10_030],
    ['now, if it is late', [worker('a', 9_000)], [joins([60])], NOW],
    [
      'by wakes, if it is woken',
      [worker('a', 1, { state: { kind: 'waking', since: 9_995 }, sleeps: [[5_000, 9_995]] })],
      [joins([60]), joins([20], { woken: true })],
      10_015,
    ],
  ] as const)('is expected %s', (_, workers, known, at) => {
    expect(machinesExpected(workers, known, NOW)).toEqual(new Map([['a', at]]));
  });

  it('is not expected where none is on its way, or nothing is known of its type', () => {
    const joined = worker('a', 1, { state: { kind: 'joined', joinedAt: 100 } });
    expect(machinesExpected([joined], [joins([60])], NOW).size).toBe(0);
    expect(machinesExpected([worker('a', 9_990)], [joins([60], { flavour: 'm6i.large' })], NOW).size).toBe(0);
  });
});

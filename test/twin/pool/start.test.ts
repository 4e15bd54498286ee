import { expect, it } from 'vitest';
import { type Asking, type Machine, takes } from '../../../twin/pool/start.ts';

const NOW = 1_000_000;
const room = (cpus: number, gpus = 0) => ({ cpus, memoryMb: 16_000, diskMb: 90_000, gpus });
const machine = (given: Partial<Machine> = {}): Machine => ({
  ...{ fleet: 'default', queue: undefined, endsAt: NOW + 3600, width: undefined, total: room(8) },
  ...given,
});
const job = (given: Partial<Asking> = {}): Asking => ({
  ...{ kind: 'pilot', queue: 'Q', fleet: 'default', wallSeconds: 3600, shape: room(1) },
  ...given,
});
const old = { queue: 'Q' } as const;

it.each<readonly [string, Machine, Asking, boolean]>([
  ['a pilot of its fleet', machine(), job(), true],
  ['a plain job of its fleet', machine(), job({ kind: 'plain', queue: undefined }), true],
  ['a pilot of another fleet', machine(), job({ fleet: 'gpu' }), false],
  ['a job that may outlive it', machine(), job({ wallSeconds: 3601 }), false],
  ['a job that says nothing of its length', machine(), job({ wallSeconds: undefined }), true],
  [
    'any length, where nobody says when it ends',
    machine({ endsAt: undefined }),
    job({ wallSeconds: 9e9 }),
    true,
  ],
  ['no job without GPUs on a worker with some', machine({ total: room(8, 1) }), job(), false],
  ['a job with one', machine({ total: room(8, 1) }), job({ shape: room(1, 1) }), true],
  ['a job of its width', machine({ width: 1 }), job(), true],
  ['a job of another width', machine({ width: 1 }), job({ shape: room(8) }), false],
  ['a pilot of the queue that an old worker has', machine(old), job({ fleet: 'other' }), true],
  ['a pilot of another queue on an old worker', machine({ queue: 'R' }), job(), false],
  ['a plain job on an old worker', machine(old), job({ kind: 'plain', queue: undefined }), false],
])('a worker is asked for %s', (_, worker, asking, isTaken) => {
  expect(takes(worker, asking, NOW)).toBe(isTaken);
});

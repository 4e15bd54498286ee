import { expect, it } from 'vitest';
import { lanes } from '../../../collector/condor/lanes.ts';
import { challenger } from '../../../collector/join/challenge.ts';
import type { WriteChallenge } from '../../../collector/join/openstack.ts';
import { rate } from '../../../collector/serve/rate.ts';

const SERVER = 'os-00000000-0000-4000-8000-000000000000';

/** What ten requests of one server come to, of which two a minute may be refused. */
const tenTimes = async (write: WriteChallenge) => {
  const elapsed = () => 0;
  const { ask } = challenger({
    ...{ pool: 'cm', key: Buffer.alloc(32), write, elapsed, now: () => 1_800_000_000 },
    rate: rate(2, elapsed),
    lanes: lanes({ lanes: 1, waiting: 1, waitSeconds: 1, elapsed }),
  });
  const said: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    await ask({ instanceId: SERVER, pool: 'cm' }, { address: '192.0.2.1', hasHungUp: () => false }).then(
      () => said.push('challenged'),
      (error: { status?: number }) => said.push(String(error.status)),
    );
  }
  return said;
};

it.each<[string, WriteChallenge, readonly string[]]>([
  ['is this stage’s', async () => ({ kind: 'written' }), Array(10).fill('challenged')],
  [
    'is somebody else’s',
    async () => ({ kind: 'refused', why: 'no' }),
    ['403', '403', ...Array(8).fill('429')],
  ],
  ['is of a cloud that is away', async () => ({ kind: 'unreachable', why: 'no' }), Array(10).fill('503')],
  ['finds the endpoint broken', () => Promise.reject(new Error('no')), Array(10).fill('undefined')],
])(
  'a server counts as one that asks for nothing only if it is refused: one that %s',
  async (_, write, said) => {
    expect(await tenTimes(write)).toEqual(said);
  },
);

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { readInputs } from '../../../adapters/ledger/inputs.ts';
import { decideAgain } from '../../../core/replay/decide-again.ts';
import { followDemand } from '../../../core/replay/demand.ts';
import { INPUTS_SHAPE } from '../../../core/replay/inputs.ts';
import { followMachines } from '../../../core/replay/machines.ts';
import { keyOf } from '../../twin/in-process/kept-run.ts';
import { keepOldInputs } from './keep-old-inputs.ts';

const FILE = new URL('old-inputs.json', import.meta.url);

const kept = z.array(
  z.strictObject({
    item: z.strictObject({ of: z.enum(['pilots', 'workers']), at: z.number(), shape: z.number() }),
    inputs: z.base64(),
    decided: z.array(z.string()),
  }),
);

/** What no decision has unless something was missing. */
const isOdd = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(isOdd);

/**
 * If this fails, what the ledgers of those that upgrade have kept cannot be decided on any more: INPUTS_SHAPE has to go up, and the
 * file to be written anew (AERIE_KEEP_OLD_INPUTS=1).
 */
it('what another version of this shape has kept can be read, decided on and followed', async () => {
  if (process.env.AERIE_KEEP_OLD_INPUTS === '1') await keepOldInputs(FILE.pathname);
  const [demand, machines] = [followDemand(), followMachines()];
  const all = kept.parse(JSON.parse(await readFile(FILE, 'utf8')));
  for (const { item, inputs, decided } of all) {
    expect(item.shape).toBe(INPUTS_SHAPE);
    const read = readInputs({ ...item, inputs: Buffer.from(inputs, 'base64') });
    if (read.kind !== 'inputs') throw new Error(`it is ${read.kind}`);
    const decisions = decideAgain(read.inputs);
    expect(decisions.map(keyOf)).toEqual(decided);
    expect(decisions.filter(isOdd)).toEqual([]);
    if (item.of !== 'workers') continue;
    demand.look(read.inputs);
    machines.look(read.inputs);
  }
  expect(all.some(({ decided }) => decided.length > 1)).toBe(true);
  expect(new Set(all.map(({ item }) => item.of))).toEqual(new Set(['pilots', 'workers']));
  const seen = [...demand.demand().queues.values()].flat();
  expect(seen.length).toBeGreaterThan(0);
  expect(isOdd(seen) || isOdd(machines.seen())).toBe(false);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, type Cost, measure } from './whole/measure.ts';
import { WORLDS, worldOf } from './whole/world.ts';

/**
 * What whole ticks cost: the real bundles (SDK, zod, middy) against a stand-in of AWS, PanDA and the endpoint on loopback.
 * `--beside <checkout>` runs the same ticks of another checkout in turn with those of this one and tells the ratio.
 */
const ROOT = resolve(import.meta.dirname, '..');
const inWords = ({ warmMs, coldMs, peakMb }: Cost): string =>
  `${warmMs.toFixed(0).padStart(7)} (${coldMs.toFixed(0)})`.padEnd(17) +
  `${peakMb.toFixed(0)} MB`.padStart(7);

const { values: options } = parseArgs({
  options: {
    beside: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const names = WORLDS.filter((name) => options.only === undefined || name.includes(options.only));
if (names.length === 0) throw new Error(`--only: expected a part of one of ${WORLDS.join(', ')}`);
const checkouts = [ROOT, ...(options.beside === undefined ? [] : [resolve(options.beside)])];
const dir = await mkdtemp(join(tmpdir(), 'aerie-whole-'));
try {
  const bundles = await Promise.all(
    checkouts.map((checkout, index) => bundle(checkout, join(dir, String(index)))),
  );
  if (!options.json)
    console.log('a whole tick: CPU ms warm (cold), memory; this checkout, the other, and the ratio');
  for (const name of names) {
    const costs = await measure(worldOf(name), bundles);
    const [own, other] = costs;
    const ratio = own === undefined || other === undefined ? undefined : own.warmMs / other.warmMs;
    console.log(
      options.json
        ? JSON.stringify({ name, costs, ratio })
        : [
            name.padEnd(44),
            ...costs.map(inWords),
            ratio === undefined ? '' : ratio.toFixed(2).padStart(6),
          ].join(' '),
    );
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}

import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StageSettings } from '../../core/settings/joint.ts';
import { NOW } from '../core/worlds.ts';
import { quietly } from './invocation.ts';
import { fleetSetting, message, serve, setting } from './serving-settings.ts';

beforeAll(quietly);
afterEach(() => void vi.restoreAllMocks());

const ACTIVE = { state: 'active' } as const;

/** The types that a fleet may launch, as far as they are known. */
const typesOf = ({ fleets }: StageSettings, name = 'default'): readonly string[] =>
  fleets.flatMap((fleet) =>
    fleet.ok && fleet.settings.name === name ? fleet.settings.flavours.map((of) => of.name) : [],
  );

type Served = ReturnType<typeof serve>;
const recordOf = async ({ book }: Served, name: string) =>
  (await book.read()).records.find((record) => record.name === name);

describe('the settings of fleets', () => {
  it('are there without a parameter, of the default one', async () => {
    const { timer, source } = serve({ A: ACTIVE });
    await timer();
    expect((await source.all(NOW)).fleets).toMatchObject([
      { ok: true, settings: { name: 'default', maxWorkers: 20 } },
    ]);
  });

  it('are read on the timer, the default one first and the others by name', async () => {
    const { timer, source } = serve(
      {},
      { z: { 'max-workers': '1' }, a: { 'max-workers': '2' }, default: { 'max-workers': '3' } },
    );
    await timer();
    expect((await source.all(NOW)).fleets).toMatchObject([
      { settings: { name: 'default', maxWorkers: 3 } },
      { settings: { name: 'a', maxWorkers: 2 } },
      { settings: { name: 'z', maxWorkers: 1 } },
    ]);
  });

  it('are read of one fleet when a parameter of it has changed, and of nothing else', async () => {
    const { timer, take, held, reads, source } = serve({ gpu: ACTIVE }, { gpu: { 'max-workers': '1' } });
    await timer();
    held.set('fleet#gpu', { 'max-workers': '9' });
    held.set('queue#gpu', { state: 'drain' });
    await take(
      message('1', fleetSetting('gpu'), NOW + 9),
      message('2', fleetSetting('gpu', 'market'), NOW + 9),
    );
    expect(reads).toEqual(['all', 'fleet#gpu']);
    const { queues, fleets } = await source.all(NOW + 9);
    expect(fleets).toMatchObject([{}, { settings: { name: 'gpu', maxWorkers: 9 } }]);
    expect(queues).toMatchObject([{ settings: { state: 'active' } }]);
  });

  it('stay the last good ones while a value cannot be used, and its queues go on', async () => {
    const { timer, take, held, source } = serve({ A: ACTIVE }, { default: { 'max-workers': '7' } });
    await timer();
    held.set('fleet#default', { 'max-workers': 'many' });
    await take(message('1', fleetSetting('default'), NOW + 9));
    const { queues, fleets } = await source.all(NOW + 9);
    expect(fleets).toMatchObject([
      { ok: true, settings: { maxWorkers: 7 }, outdated: [{ knob: 'max-workers' }] },
    ]);
    expect(queues).toMatchObject([{ ok: true }]);
    expect(queues[0]).not.toHaveProperty('outdated');
  });

  it('are forgotten of a fleet whose parameters are gone; a queue that names it cannot be used', async () => {
    const served = serve({ A: { ...ACTIVE, fleet: 'gpu' } }, { gpu: { 'max-workers': '1' } });
    const { timer, take, held, source } = served;
    await timer();
    held.delete('fleet#gpu');
    await take(message('1', fleetSetting('gpu'), NOW + 9));
    expect(await recordOf(served, 'gpu')).toBeUndefined();
    const { queues, fleets } = await source.all(NOW + 9);
    expect(fleets).toMatchObject([{ settings: { name: 'default' } }]);
    expect(queues).toMatchObject([{ ok: false, name: 'A', problems: [{ knob: 'fleet' }] }]);
    held.delete('queue#A');
    await timer(NOW + 300);
    expect((await source.all(NOW + 300)).queues).toEqual([]);
  });

  it('are not undone by an older reading of everything', async () => {
    const { timer, take, held, source } = serve({}, { gpu: { 'max-workers': '1' } });
    await timer(NOW - 300);
    await take(message('1', fleetSetting('gpu'), NOW + 9));
    held.set('fleet#gpu', { 'max-workers': '2' });
    await timer(NOW);
    expect((await source.all(NOW + 9)).fleets).toMatchObject([{}, { settings: { maxWorkers: 1 } }]);
  });
});

describe('a queue that does not fit to its fleet', () => {
  const LIFE = { 'max-life-seconds': '90000' } as const;

  it('is marked, and stays as it was while it was good', async () => {
    const served = serve({ A: { ...ACTIVE, cpus: '2' }, B: ACTIVE });
    const { timer, take, held, source } = served;
    await timer();
    held.set('queue#A', { ...ACTIVE, cpus: '4', fleet: 'gpu' });
    await take(message('1', setting('A', 'fleet'), NOW + 9));
    expect(await recordOf(served, 'A')).toMatchObject({
      good: { ...ACTIVE, cpus: '2' },
      bad: [{ knob: 'fleet' }],
    });
    const { queues } = await source.all(NOW + 9);
    expect(queues).toMatchObject([
      { ok: true, settings: { cpus: 2, fleet: 'default' }, outdated: [{ knob: 'fleet' }] },
      { ok: true },
    ]);
    expect(queues[1]).not.toHaveProperty('outdated');
  });

  it('fits as soon as its fleet is there: what was read of it is read again', async () => {
    const served = serve({ A: ACTIVE });
    const { timer, take, held, reads, source } = served;
    await timer();
    held.set('queue#A', { ...ACTIVE, fleet: 'gpu' });
    await take(message('1', setting('A', 'fleet'), NOW + 9));
    held.set('fleet#gpu', { 'max-workers': '1' });
    await take(message('2', fleetSetting('gpu'), NOW + 10));
    expect(reads).toEqual(['all', 'queue#A', 'fleet#gpu', 'queue#A']);
    expect(await recordOf(served, 'A')).not.toHaveProperty('bad');
    expect((await source.all(NOW + 10)).queues).toMatchObject([{ ok: true, settings: { fleet: 'gpu' } }]);
  });

  it('is marked when its fleet changes, holds, and goes on as soon as the fleet is as before', async () => {
    const served = serve({ A: ACTIVE }, { default: { 'max-workers': '5' } });
    const { timer, take, held, source } = served;
    await timer();
    held.set('fleet#default', LIFE);
    await take(message('1', fleetSetting('default', 'max-life-seconds'), NOW + 9));
    expect(await recordOf(served, 'A')).toMatchObject({
      good: ACTIVE,
      bad: [{ knob: 'pilot-wall-seconds' }],
    });
    expect((await source.all(NOW + 9)).queues).toMatchObject([
      { ok: false, name: 'A', problems: [{ knob: 'pilot-wall-seconds' }] },
    ]);
    held.set('fleet#default', { 'max-workers': '5' });
    await take(message('2', fleetSetting('default', 'max-life-seconds'), NOW + 20));
    expect(await recordOf(served, 'A')).not.toHaveProperty('bad');
    const { queues } = await source.all(NOW + 20);
    expect(queues).toMatchObject([{ ok: true }]);
    expect(queues[0]).not.toHaveProperty('outdated');
  });

  it('does not stop a fleet of any types: its pilots are its own mistake', async () => {
    const served = serve({ A: ACTIVE }, { default: { flavours: 'any(2-4c)' } });
    const { timer, take, held, source } = served;
    await timer();
    held.set('queue#A', { ...ACTIVE, cpus: '64' });
    await take(message('1', setting('A', 'cpus'), NOW + 9));
    expect(await recordOf(served, 'A')).toMatchObject({ good: ACTIVE, bad: [{ knob: 'cpus' }] });
    expect(await source.all(NOW + 9)).toMatchObject({
      fleets: [{ ok: true }],
      queues: [{ ok: true, settings: { cpus: 1 }, outdated: [{ knob: 'cpus' }] }],
    });
  });

  it('does not stop one either if it never fitted', async () => {
    const served = serve({ A: { ...ACTIVE, gpus: '1' } }, { default: { flavours: 'any(2-4c)' } });
    await served.timer();
    expect(await served.source.all(NOW)).toMatchObject({
      fleets: [{ ok: true }],
      queues: [{ ok: false, name: 'A', problems: [{ knob: 'gpus' }] }],
    });
  });
});

describe('what is told of settings that cannot be used', () => {
  const complaints = async (served: Served, change: () => void) => {
    await served.timer();
    const warned: string[] = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((...said) => void warned.push(String(said[0])));
    change();
    await served.timer(NOW + 300);
    return warned.map((said) => said.slice(said.lastIndexOf(': ') + 2));
  };

  it('is that its queue or fleet goes on with those before them', async () => {
    const served = serve({ A: ACTIVE }, { gpu: { 'max-workers': '1' } });
    const said = await complaints(served, () => {
      served.held.set('queue#A', { ...ACTIVE, cpus: 'many' });
      served.held.set('fleet#gpu', { 'max-workers': 'many' });
    });
    expect(said).toEqual([
      'the queue keeps its last good settings',
      'the fleet keeps its last good settings',
    ]);
  });

  it('is that a queue holds whose last good ones do not fit to its fleet either', async () => {
    const served = serve({ A: ACTIVE });
    const said = await complaints(
      served,
      () => void served.held.set('fleet#default', { 'max-life-seconds': '90000' }),
    );
    expect(said).toEqual(['the queue holds']);
  });

  it('is that one holds which never had usable ones', async () => {
    const served = serve({ A: { ...ACTIVE, fleet: 'gpu' } }, { other: { 'max-workers': 'many' } });
    expect(await complaints(served, () => {})).toEqual(['the queue holds', 'the fleet holds']);
  });
});

describe('what ticks find', () => {
  it('is parsed once for as long as it says the same', async () => {
    const { timer, held, source } = serve({ A: ACTIVE, B: ACTIVE }, { gpu: { 'max-workers': '1' } });
    await timer();
    const before = await source.all(NOW);
    await timer(NOW + 300);
    const same = await source.all(NOW + 300);
    expect(same.queues.map((queue, n) => queue === before.queues[n])).toEqual([true, true]);
    expect(same.fleets.map((fleet, n) => fleet === before.fleets[n])).toEqual([true, true]);
    held.set('queue#B', { state: 'drain' });
    held.set('fleet#gpu', { 'max-workers': '2' });
    await timer(NOW + 600);
    const after = await source.all(NOW + 600);
    expect(after.queues.map((queue, n) => queue === before.queues[n])).toEqual([true, false]);
    expect(after.fleets.map((fleet, n) => fleet === before.fleets[n])).toEqual([true, false]);
  });

  it('is parsed anew of a fleet of any types, and of no other, when a queue asks for something else', async () => {
    const { timer, held, source } = serve(
      { A: ACTIVE, B: { ...ACTIVE, fleet: 'gpu' } },
      { default: { flavours: 'any(8-8c)' }, gpu: { flavours: 'any(8-8c)' } },
    );
    await timer();
    const before = await source.all(NOW);
    held.set('queue#A', { ...ACTIVE, 'memory-mb': '15000' });
    await timer(NOW + 300);
    const after = await source.all(NOW + 300);
    expect(typesOf(after)).not.toEqual(typesOf(before));
    // Four such pilots fit where a core has 8 GiB, and nowhere else.
    expect(typesOf(after).every((type) => type.startsWith('r'))).toBe(true);
    expect(typesOf(before).some((type) => type.startsWith('m'))).toBe(true);
    expect(after.fleets[1]).toBe(before.fleets[1]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Check } from '../../../cli/doctor/checks.ts';
import { examine } from '../../../cli/doctor/examine.ts';
import { ok } from '../../../cli/doctor/finding.ts';
import { clientsOf } from '../../../cli/doctor/look/clients.ts';
import { examined } from '../../../cli/doctor/look/examined.ts';
import { readConfig } from '../../../lib/stage/config.ts';
import { NOW } from './well-account.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const stageOf = (interrupted: AbortSignal) => {
  const block = {
    pandaUrl: 'http://127.0.0.1:1/api/v1',
    endpointUrl: 'http://127.0.0.1:1',
    image: 'ami-0123456789abcdef0',
    queues: { CLOUD: { state: 'paused' } },
  };
  const read = readConfig({ stages: { prod: block } }, 'prod');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return examined({
    region: undefined,
    config: read.config,
    trust: { functions: [], workers: [], files: [] },
    clients: clientsOf({ region: 'eu-west-1' }),
    now: () => NOW,
    mayTestAlarm: false,
    interrupted,
    secret: undefined,
  });
};

const check = (kind: 'image' | 'ticks' | 'stack', look: Check['look'], more: Partial<Check> = {}): Check => ({
  needs: 'block',
  kinds: [kind],
  look,
  ...more,
});
const good = check('stack', async () => [ok('stack', 'fine')]);
const hangs = check('ticks', () => new Promise(() => {}));
const never = new AbortController().signal;

describe('checks', () => {
  it('that throw are a warning with what they threw, and the others are made all the same', async () => {
    const throws = check('image', async () => {
      throw new Error('it is broken');
    });
    expect(await examine(stageOf(never), () => {}, [throws, good])).toEqual([
      { kind: 'image', level: 'warn', text: 'it could not be looked at: it is broken' },
      { kind: 'stack', level: 'ok', text: 'fine' },
    ]);
  });

  it('that never end are given up after a minute, and the others are made all the same', async () => {
    const told: string[] = [];
    const done = examine(stageOf(never), (some) => told.push(...some.map(({ kind }) => kind)), [hangs, good]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await done).toEqual([
      { kind: 'ticks', level: 'warn', text: 'it was not done within 60 s' },
      { kind: 'stack', level: 'ok', text: 'fine' },
    ]);
    expect(told).toEqual(['ticks', 'stack']);
  });

  it('are left at once when the person at the keyboard interrupts, but for those that have something to put back', async () => {
    const controller = new AbortController();
    let putBack = false;
    const writes = check(
      'image',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        putBack = true;
        return [ok('image', 'put back')];
      },
      { writes: true },
    );
    const done = examine(stageOf(controller.signal), () => {}, [hangs, writes]);
    controller.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await done).toEqual([
      { kind: 'ticks', level: 'warn', text: 'interrupted' },
      { kind: 'image', level: 'ok', text: 'put back' },
    ]);
    expect(putBack).toBe(true);
  });

  it('that say nothing of one of their kinds are told as such', async () => {
    const silent = check('image', async () => []);
    expect(await examine(stageOf(never), () => {}, [silent])).toEqual([
      { kind: 'image', level: 'skip', text: 'what stands before it could not be looked at' },
    ]);
  });
});

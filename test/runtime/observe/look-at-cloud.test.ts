import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../core/model/snapshot.ts';
import type { Cloud } from '../../../core/ports.ts';
import { cloudLooker, lookAtCloud, withLook } from '../../../runtime/observe/look-at-cloud.ts';
import { NEEDED_SECONDS, NO_END } from '../../../runtime/run/time-left.ts';
import { NOW, STAGE } from '../../core/worlds.ts';

const SITE = { ...STAGE, clouds: { site: { imageId: 'image-1', placements: [] } } };

const HANGS = { list: () => new Promise<never>(() => {}) };

/** Lets time go by at once, and keeps for how long it was asked. */
const clock = () => {
  const waited: number[] = [];
  return { waited, wait: async (seconds: number) => void waited.push(seconds) };
};

describe('a look at a cloud beside EC2 that hangs', () => {
  it.each([
    ['ten seconds, as for every other answer', NO_END(), 10],
    ['no longer than launches on EC2 can spare', NEEDED_SECONDS.launch + NEEDED_SECONDS.keep + 4, 4],
    ['not at all if they can spare nothing', NEEDED_SECONDS.launch, 0],
  ])('is waited for %s', async (_, left, seconds) => {
    const { waited, wait } = clock();
    const look = cloudLooker(HANGS, SITE, wait);
    expect(await look(NOW, () => left)).toEqual({
      cloud: 'site',
      seen: { kind: 'unknown', why: `no answer within ${seconds} s` },
    });
    expect(waited).toEqual([seconds]);
  });

  it('is waited for in real time where nobody has another', async () => {
    const spare = NEEDED_SECONDS.launch + NEEDED_SECONDS.keep + 0.02;
    const looked = await cloudLooker(HANGS, SITE)(NOW, () => spare);
    expect(looked?.seen).toEqual({ kind: 'unknown', why: 'no answer within 0 s' });
  });

  it('is not waited for again within a minute', async () => {
    const { waited, wait } = clock();
    const look = cloudLooker(HANGS, SITE, wait);
    for (const after of [0, 20, 59, 60]) await look(NOW + after, NO_END);
    expect(waited).toHaveLength(2);
  });
});

it('what did not answer is asked again at once by a tick of an earlier moment, or once it has answered', async () => {
  const answers = [unknown('away'), unknown('away'), known([], NOW), unknown('away')];
  let asks = 0;
  const list = async () => answers[asks++] ?? unknown('too often');
  const look = cloudLooker({ list }, SITE, () => new Promise<never>(() => {}));
  const seen: unknown[] = [];
  for (const after of [0, 0, -1, 60, 61]) seen.push((await look(NOW + after, NO_END))?.seen.kind);
  expect(seen).toEqual(['unknown', 'unknown', 'unknown', 'known', 'unknown']);
  expect(asks).toBe(4);
});

it('a cloud is asked for what the stage has there', async () => {
  const asked: unknown[] = [];
  const list: Cloud['list'] = async (tags, now) => {
    asked.push(tags, now);
    return known([], now);
  };
  await lookAtCloud({ list }, SITE, NOW);
  expect(asked).toEqual([{ 'aerie:stage': 'lab', 'aerie:cloud': 'site' }, NOW]);
});

describe('a stage whose cloud was looked at', () => {
  const away = { cloud: 'site', seen: unknown('away') } as const;

  it('says of one that did not answer why, and keeps all else', () => {
    const clouds = { ...SITE.clouds, other: { imageId: 'image-2', placements: [] } };
    expect(withLook({ ...SITE, clouds }, away)).toEqual({
      ...SITE,
      clouds: { ...clouds, site: { ...SITE.clouds.site, unknown: 'away' } },
    });
  });

  it.each([
    ['it was not looked at', SITE, undefined],
    ['it has answered', SITE, { cloud: 'site', seen: known([], NOW) }],
    ['it has another', SITE, { ...away, cloud: 'other' }],
    ['it has none', STAGE, away],
  ] as const)('is as it was where %s', (_, stage, looked) => {
    expect(withLook(stage, looked)).toBe(stage);
  });
});

it('a look that is answered waits for nothing, and leaves no timer', async () => {
  const signals: AbortSignal[] = [];
  const look = cloudLooker({ list: async () => known([], NOW) }, SITE, (_, signal) => {
    signals.push(signal);
    return new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
  });
  expect(await look(NOW, NO_END)).toEqual({ cloud: 'site', seen: known([], NOW) });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it('a stage with EC2 alone looks at nothing', async () => {
  const { waited, wait } = clock();
  expect(await cloudLooker(HANGS, STAGE, wait)(NOW, NO_END)).toBeUndefined();
  expect(waited).toEqual([]);
});

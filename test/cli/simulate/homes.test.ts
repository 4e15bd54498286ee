import { describe, expect, it } from 'vitest';
import type { GivenJob } from '../../../cli/simulate/given.ts';
import { housed } from '../../../cli/simulate/homes.ts';
import { stageToPlay, stillOnes } from '../../../cli/simulate/play.ts';
import { stageOf } from './stage.ts';

const TWO = {
  queues: { ONE: { fleet: 'default' }, EIGHT: { cpus: '8', 'memory-mb': '16000', fleet: 'wide' } },
  fleets: { default: {}, wide: { flavours: 'm6i.2xlarge' } },
};

const job = (of: Partial<GivenJob> = {}): GivenJob => ({
  ...{ at: 0, cores: 1, runSeconds: 60, memoryMb: undefined, to: undefined, where: 'load.csv:7' },
  ...of,
});

const houses = async (stage: Parameters<typeof stageOf>[0], jobs: readonly GivenJob[], usual?: string) => {
  const setUp = stageOf(stage);
  return housed({ jobs }, await stageToPlay(setUp, (await setUp.settings()).records), usual);
};

describe('whose a job is', () => {
  it.each([
    ['the queue that it names', TWO, { to: 'EIGHT' }, undefined, 'EIGHT'],
    ['written as commands write it', TWO, { to: 'queue/EIGHT' }, undefined, 'EIGHT'],
    ['the one of --queue, if it names none', TWO, {}, 'ONE', 'ONE'],
    ['the only queue there is', { queues: { ONE: {} } }, {}, undefined, 'ONE'],
  ])('is %s', async (_, stage, of, usual, siteid) => {
    expect((await houses(stage, [job(of)], usual)).jobs).toMatchObject([{ siteid }]);
  });

  it.each([
    ['the fleet that it names', TWO, { to: 'fleet/wide' }, 'wide'],
    ['the only fleet of a stage without queues', { fleets: { default: {} } }, {}, 'default'],
  ])('is %s, as a plain job', async (_, stage, of, fleet) => {
    const { jobs, plain } = await houses(stage, [job({ ...of, cores: 2 })]);
    expect(jobs).toEqual([]);
    expect(plain).toMatchObject([{ fleet, shape: { cpus: 2, memoryMb: 4000, gpus: 0 } }]);
  });

  it('asks for its memory as a plain job, and has that of the pilot in a queue', async () => {
    const { plain } = await houses(TWO, [job({ to: 'fleet/wide', cores: 2, memoryMb: 9000 })]);
    expect(plain).toMatchObject([{ shape: { cpus: 2, memoryMb: 9000 } }]);
    expect((await houses(TWO, [job({ to: 'ONE', memoryMb: 2000 })])).jobs).toHaveLength(1);
  });

  it('is as wide as the pilots of its queue, if it does not say', async () => {
    expect((await houses(TWO, [job({ to: 'EIGHT', cores: undefined })])).jobs).toMatchObject([
      { cores: 8, resourceType: 'MCORE' },
    ]);
  });

  it.each([
    [{}, 'load.csv:7: the job names no queue, and the stage has more than one; name one in the column queue'],
    [{}, 'ONE, EIGHT, fleet/default, fleet/wide'],
    [{ to: 'NINE' }, 'load.csv:7: there is no queue "NINE"; expected one of ONE, EIGHT, '],
  ])('%j is refused: %s', async (of, sentence) => {
    await expect(houses(TWO, [job(of)])).rejects.toThrow(sentence);
  });

  it('--queue names one that there is', async () => {
    await expect(houses(TWO, [job()], 'NINE')).rejects.toThrow(
      '--queue is "NINE", and there is no queue of that name that can be used; expected one of ONE, EIGHT, ',
    );
  });

  it('a stage of which nothing can be used is refused with what is wrong', async () => {
    await expect(houses({ fleets: { default: { market: 'cheap' } } }, [job()])).rejects.toThrow(
      'no queue and no fleet of the stage can be used: fleet/default: market is "cheap"; expected',
    );
  });

  it('a queue whose settings nobody can use is said to be so', async () => {
    const stage = { queues: { ONE: {}, ODD: { fleet: 'none' } } };
    await expect(houses(stage, [job({ to: 'ODD' })])).rejects.toThrow(
      'load.csv:7: the settings of ODD cannot be used: fleet is "none"',
    );
  });
});

describe('a job that would never run is left out, with why', () => {
  it.each([
    [
      'wider than the pilots',
      { to: 'ONE', cores: 2 },
      'they are wider than the pilots of queue/ONE (cpus=1)',
    ],
    [
      'longer than a pilot lives',
      { to: 'ONE', runSeconds: 2_000_000 },
      'they run longer than the pilots of queue/ONE (pilot-wall-seconds=',
    ],
    [
      'of more memory than the pilots',
      { to: 'EIGHT', memoryMb: 16_001 },
      'they ask for more memory than the pilots of queue/EIGHT have (memory-mb=16000)',
    ],
    [
      'of more memory than any machine',
      { to: 'fleet/wide', memoryMb: 40_000 },
      'no flavour of fleet/wide holds',
    ],
    ['of a width that no machine has', { to: 'fleet/wide', cores: 9 }, 'no flavour of fleet/wide holds them'],
    [
      'longer than a worker lives',
      { to: 'fleet/wide', runSeconds: 2_000_000 },
      'they run longer than a worker of fleet/wide lives (max-life-seconds=',
    ],
  ])('%s', async (_, of, why) => {
    const { jobs, leftOut } = await houses(TWO, [job(of), job({ to: 'ONE' }), job(of)]);
    expect(jobs).toHaveLength(1);
    expect([...leftOut]).toEqual([[expect.stringContaining(why), 2]]);
    await expect(houses(TWO, [job(of)])).rejects.toThrow(
      `no job of the load would ever run: 1 because ${[...leftOut.keys()][0]}.`,
    );
  });
});

it('what is paused, drained or in shadow is played as if it were not', async () => {
  const setUp = stageOf({
    queues: { A: { state: 'paused' }, B: {} },
    fleets: { default: { mode: 'shadow', 'max-workers': '7' } },
  });
  const { records } = await setUp.settings();
  expect(stillOnes(records)).toEqual(['queue/A', 'fleet/default']);
  const { queues, fleets } = await stageToPlay(setUp, records);
  expect([...queues, ...fleets]).toMatchObject([
    { name: 'A', state: 'active' },
    { name: 'B', state: 'active' },
    { name: 'default', state: 'active', mode: 'live', maxWorkers: 7 },
  ]);
});

import { describe, expect, it } from 'vitest';
import { expectOneMistake, fleet, mistakesOf, POOL, queue } from './config-mistakes.ts';

describe('the queues and fleets of a stage in its configuration', () => {
  it.each<[string, object, string, object?]>([
    ['no queue and no fleet', { queues: {} }, 'The stage has no queue and no fleet;'],
    [
      "a queue of PanDA's, and no PanDA",
      { pandaUrl: undefined },
      "Queue CLOUD is PanDA's, and the stage has no pandaUrl to ask for its jobs;",
    ],
    [
      "several of PanDA's queues, and no PanDA",
      { pandaUrl: undefined, queues: { A: { state: 'active' }, B: { state: 'paused' } } },
      "Queues A, B are PanDA's, and the stage has no pandaUrl to ask for their jobs;",
    ],
    [
      'a knob of fleets at a queue',
      queue({ state: 'active', 'max-workers': 5 }),
      'Queue CLOUD: max-workers is a knob of fleets; move it to "default" under "fleets".',
    ],
    [
      'a queue as it was before there were fleets',
      queue({ state: 'active', fleet: 'big', flavours: 'm6i.large', market: 'spot', 'max-cores': 9 }),
      'Queue CLOUD: flavours, market, max-cores are knobs of fleets; move them to "big" under "fleets".',
    ],
    [
      'a share',
      queue({ state: 'active', share: 2 }),
      'Queue CLOUD: share is no knob any more: HTCondor shares workers out; see condor_userprio -setfactor,',
    ],
    [
      'a queue on a fleet that there is not',
      queue({ state: 'active', fleet: 'gpu' }),
      'Queue CLOUD: fleet is "gpu", and there is no such fleet; set a knob of it,',
    ],
    [
      'a pilot that may run for longer than a worker lives',
      { ...queue({ state: 'active', 'pilot-wall-seconds': 9_000 }), ...fleet({ 'max-life-seconds': 7_200 }) },
      'Queue CLOUD: pilot-wall-seconds is 9000; expected at most 6599: a worker of fleet default lives for 7200 s',
    ],
    [
      'a knob that does not exist',
      queue({ state: 'active', speed: 9 }),
      'Queue CLOUD: speed is no knob of a queue; they are state, mode, fleet,',
    ],
    ['a queue without a state', queue({}), 'Queue CLOUD: state is missing; set it to one of: active,'],
    ['a state that does not exist', queue({ state: 'on' }), 'Queue CLOUD: state is "on"; expected active,'],
    [
      'a flavour of unknown size',
      fleet({ flavours: 'banana.large' }),
      'Fleet default: flavours is "banana.large"',
    ],
    [
      'a chain that does not parse',
      queue({ state: 'active', chain: 'Redy()' }),
      'Queue CLOUD: chain is "Redy()"',
    ],
    [
      'a number out of bounds',
      queue({ state: 'active', cpus: 0 }),
      'Queue CLOUD: cpus is "0"; expected a whole number from 1 to 448',
    ],
    ['a value that SSM cannot hold', queue({ state: 'active', siteid: '' }), 'Queue CLOUD: siteid is empty,'],
    [
      'a value that is no text',
      queue({ state: 'active', cpus: true }),
      'aerie.stages.dev.queues.CLOUD.cpus is true; expected a string or a number.',
    ],
    [
      'a pilot with a GPU and flavours without',
      queue({ state: 'active', gpus: 1 }),
      'Queue CLOUD: gpus is 1, and 0 is the most GPUs that a worker of these flavours offers;',
    ],
    [
      'a pilot with more cores than any flavour',
      queue({ state: 'active', cpus: 16, 'memory-mb': 500_000 }),
      'Queue CLOUD: cpus is 16, and 8 is the most cores that a worker of these flavours offers;',
    ],
    [
      'a pilot with more memory than any flavour',
      queue({ state: 'active', 'memory-mb': 500_000 }),
      'Queue CLOUD: memory-mb is 500000, and 30601 is the most MB of memory that a worker of these flavours offers;',
    ],
    [
      'a pilot with more disk than a worker of the stage',
      queue({ state: 'active', 'disk-mb': 90_000 }),
      'Queue CLOUD: disk-mb is 90000, and 75040 is the most MB of disk that a worker of these flavours offers; ask for less, or give the stage a larger workerDiskGb',
    ],
    [
      'flavours of which none has everything at once',
      {
        ...queue({ state: 'active', cpus: 4, gpus: 1, 'memory-mb': 60_000 }),
        ...fleet({ flavours: 'g5.xlarge(4c,16384m,1g), r6i.2xlarge' }),
      },
      'Queue CLOUD: flavours have none that offers the cores, the memory, the GPUs and the disk of a pilot at once;',
    ],
    [
      'a value that no parameter holds',
      fleet({ prices: Array.from({ length: 300 }, (_, index) => `m6i.x${index}large=0.096`).join(', ') }),
      'Fleet default: prices has ',
    ],
    [
      'a knob of queues at a fleet',
      fleet({ cpus: 8 }),
      'Fleet default: cpus is a knob of queues: set it at the queue,',
    ],
    [
      'a knob that no fleet has',
      fleet({ imgae: 'ami-00000001' }),
      'Fleet default: imgae is no knob of a fleet; they are state, mode, flavours,',
    ],
    [
      'a fleet that nobody could know of',
      { fleets: { gpu: { image: 'ami-00000001' } } },
      'Fleet gpu has no knob, and a fleet is known by its parameters;',
    ],
    ['an empty value', fleet({ schedule: '' }), 'Fleet default: schedule is empty,'],
    [
      'a value of a fleet that is no text',
      fleet({ 'max-workers': true }),
      'aerie.stages.dev.fleets.default.max-workers is true; expected a string or a number.',
    ],
    [
      'a budget without prices',
      fleet({ 'budget-dollars-per-hour': 5 }),
      'Fleet default: budget-dollars-per-hour is 5, and there is no price of m6i.large,',
    ],
    [
      'a schedule that makes settings that cannot be used',
      fleet({ schedule: 'Sat-Sun max-workers=many' }),
      'Fleet default: schedule makes settings that cannot be used (Sat-Sun max-workers=many):',
    ],
    [
      'a disk of a fleet without room for pilots',
      fleet({ 'max-workers': 5, workerDiskGb: 5 }),
      'aerie.stages.dev.fleets.default.workerDiskGb is 5; expected a whole number of GiB',
    ],
    [
      'a worker of a fleet that is none',
      fleet({ 'max-workers': 5, worker: { os: 'aix' } }),
      'aerie.stages.dev.fleets.default.worker.os is "aix"; expected el9, debian or baked.',
      { worker: { os: 'el9', ...POOL } },
    ],
    [
      'a scratch volume of a fleet too small for what the stage asks for',
      fleet({ 'max-workers': 5, scratchVolume: { gb: 10 } }),
      'aerie.stages.dev.fleets.default.scratchVolume offers 9932 MB, and worker.minScratchMb asks for 20000;',
      {
        worker: { os: 'el9', ...POOL, minScratchMb: 20_000 },
      },
    ],
    [
      'more templates than the environment of a function holds',
      {
        fleets: Object.fromEntries(
          Array.from({ length: 25 }, (_, index) => [`f${index}`, { 'max-workers': 1, workerDiskGb: 200 }]),
        ),
      },
      '25 fleets are launched from something of their own, which comes to 3315 bytes in the environment',
    ],
    [
      'more parameters than an account keeps',
      {
        queues: Object.fromEntries(
          Array.from({ length: 5_001 }, (_, index) => [`Q${index}`, { state: 'paused', cpus: 1 }]),
        ),
      },
      'The queues and fleets come to 10002 parameters; expected 10000 or fewer,',
    ],
  ])('says in one sentence that there is %s', (_, block, sentence, more = {}) =>
    expectOneMistake({ ...more, ...block }, sentence),
  );

  it('take the disk of the fleet for its own queues only', () => {
    const fleets = { big: { 'max-workers': 3, workerDiskGb: 300 } };
    const on = (of: string) =>
      mistakesOf({ fleets, queues: { CLOUD: { state: 'active', fleet: of, 'disk-mb': 90_000 } } });
    expect(on('big')).toEqual([]);
    expect(on('default')).toEqual([expect.stringContaining('disk-mb is 90000, and 75040 is the most')]);
  });

  it('may be those of a stage without PanDA and without queues', () => {
    expect(mistakesOf({ pandaUrl: undefined, queues: undefined, ...fleet({}) })).toEqual([]);
  });

  it('need no driver for GPUs where the fleet has an image of its own', () => {
    const gpu = { flavours: 'g5.xlarge(4c,16384m,1g)', image: 'ami-00000001', worker: { os: 'baked' } };
    const worker = { os: 'el9', ...POOL };
    const queues = { GPU: { state: 'active', gpus: 1, fleet: 'gpu' } };
    expect(mistakesOf({ worker, fleets: { gpu }, queues })).toEqual([]);
    const { worker: _, image: __, ...plain } = gpu;
    expect(mistakesOf({ worker, fleets: { gpu: plain }, queues })).toHaveLength(1);
  });
});

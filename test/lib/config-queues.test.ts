import { describe, expect, it } from 'vitest';
import { mistakesOf, queue } from './config-mistakes.ts';

describe('the queues of a stage in its configuration', () => {
  it.each<[string, object, string]>([
    ['no queue', { queues: {} }, 'The stage has no queue;'],
    [
      'a cap in dollars over a queue without prices',
      { caps: { dollarsPerMonth: 500 } },
      'Queue CLOUD has no prices, and caps are in dollars;',
    ],
    ['a knob that does not exist', queue({ state: 'active', speed: 9 }), 'Queue CLOUD: speed is no knob;'],
    ['a queue without a state', queue({}), 'Queue CLOUD: state is missing; set it to one of: active,'],
    ['a state that does not exist', queue({ state: 'on' }), 'Queue CLOUD: state is "on"; expected active,'],
    [
      'a flavour of unknown size',
      queue({ state: 'active', flavours: 'banana.large' }),
      'Queue CLOUD: flavours is "banana.large"',
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
      queue({
        state: 'active',
        cpus: 4,
        gpus: 1,
        'memory-mb': 60_000,
        flavours: 'g5.xlarge(4c,16384m,1g), r6i.2xlarge',
      }),
      'Queue CLOUD: flavours have none that offers the cores, the memory, the GPUs and the disk of a pilot at once;',
    ],
    [
      'a value that no parameter holds',
      queue({
        state: 'active',
        prices: Array.from({ length: 300 }, (_, index) => `m6i.x${index}large=0.096`).join(', '),
      }),
      'Queue CLOUD: prices has ',
    ],
    [
      'more parameters than an account keeps',
      {
        queues: Object.fromEntries(
          Array.from({ length: 5_001 }, (_, index) => [`Q${index}`, { state: 'paused', cpus: 1 }]),
        ),
      },
      'The queues come to 10002 parameters; expected 10000 or fewer,',
    ],
  ])('says in one sentence that there is %s', (_, block, sentence) => {
    const mistakes = mistakesOf(block);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(/\.$/);
    expect(mistakes[0]?.slice(0, sentence.length)).toBe(sentence);
  });
});

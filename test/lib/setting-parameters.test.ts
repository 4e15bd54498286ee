import { afterAll, describe, expect, it } from 'vitest';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import { describeKnobs } from '../../core/settings/parse.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import { groupOf } from '../../lib/stage/limits.ts';
import { type Props, propertiesOf } from './stack-of.ts';
import { blockOf } from './stages.ts';
import { synthesisFolder } from './synthesised.ts';

const folder = synthesisFolder();
afterAll(folder.remove);

/** The parameters of a stage's queues and fleets, wherever they are nested. */
const parametersOf = (block: object): readonly Props[] =>
  folder
    .synthesise(blockOf(block))
    .nested.flatMap((template) => Object.values(propertiesOf(template, 'AWS::SSM::Parameter')));

/** One value a knob that is not its default, to see that the patterns let more through than defaults. */
const GIVEN = {
  queues: {
    state: 'drain',
    fleet: 'big_one-2.x',
    siteid: 'BNL_CLOUD-2.x',
    'resource-types': 'MCORE, MCORE_HIMEM',
    labels: 'managed, rc_test2',
    chain: 'Ready(offset=0), Scale(0.5), MaxPerCycle(50)',
    cpus: '8',
    'memory-mb': '16000',
    'disk-mb': '40000',
    gpus: '1',
    'pilot-wall-seconds': '86400',
    schedule: 'Sat-Sun cpus=4',
  },
  fleets: {
    state: 'paused',
    flavours: 'm6i.2xlarge, g5.2xlarge(8c,32768m,1g)',
    market: 'spot-first',
    'max-workers': '200',
    'max-cores': '1600',
    'max-launch-per-tick': '25',
    widths: 'apart',
    'linger-seconds': '300',
    'join-deadline-seconds': '600',
    'max-life-seconds': '172800',
    'drain-deadline-seconds': '7200',
    'job-wall-seconds': '7200',
    'burst-after-seconds': '300',
    schedule: 'Mon-Fri 22:00-06:00 max-workers=400',
  },
};

/** Limits of Parameter Store on what stands beside a value. */
const MAX_PATTERN = 1024;
const MAX_DESCRIPTION = 1024;

describe('queues and fleets in Parameter Store', () => {
  const parameters = parametersOf({
    queues: { CLOUD: GIVEN.queues, SMALL: { state: 'active' } },
    fleets: { default: {}, 'big_one-2.x': GIVEN.fleets },
  });
  const byName = Object.fromEntries(parameters.map((it) => [it.Name, it]));
  const given = [
    ...Object.entries(GIVEN.queues).map(([knob, value]) => [`queues/CLOUD/${knob}`, value] as const),
    ...Object.entries(GIVEN.fleets).map(([knob, value]) => [`fleets/big_one-2.x/${knob}`, value] as const),
  ];

  it.each(given)('have %s, %j, with a pattern that takes it', (name, value) => {
    const parameter = byName[`/aerie/lab/${name}`];
    expect(parameter).toMatchObject({ Type: 'String', Tier: 'Standard', Value: value });
    expect(value).toMatch(new RegExp(parameter?.AllowedPattern));
    expect(parameter?.Description).toBeTruthy();
  });

  it('leave out what is not given: defaults stay defaults, and free to be put by hand', () => {
    expect(Object.keys(byName)).toHaveLength(given.length + 1);
    expect(Object.keys(byName).filter((name) => name.includes('/SMALL/'))).toEqual([
      '/aerie/lab/queues/SMALL/state',
    ]);
  });

  it('have no tags, which would have to be taken back from parameters that an admin has changed', () => {
    expect(parameters.filter((it) => it.Tags !== undefined)).toEqual([]);
  });
});

describe.each([...describeKnobs(QUEUE_KNOBS), ...describeKnobs(FLEET_KNOBS)])(
  'the knob $name',
  ({ fallback, pattern, description }) => {
    it('has a pattern that takes its default', () => {
      if (fallback !== undefined) expect(fallback).toMatch(new RegExp(pattern));
    });

    it('fits into a parameter', () => {
      expect(pattern.length).toBeLessThanOrEqual(MAX_PATTERN);
      expect(description.length).toBeLessThanOrEqual(MAX_DESCRIPTION);
    });
  },
);

describe('the group of a queue', () => {
  it('is the same whatever other queues there are: its parameters never move to another stack', () => {
    expect(['CLOUD', 'BNL_CLOUD', 'SITE_042'].map(groupOf)).toEqual([50, 8, 12]);
  });

  it('is one of several stacks where a stage has many queues, and none is full', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `SITE_${index}`);
    const sizes = [...Map.groupBy(names, groupOf).values()].map((group) => group.length);
    expect(sizes.length).toBe(64);
    // Five knobs a queue: the largest group stays far below CloudFormation's 500 resources.
    expect(Math.max(...sizes) * 5).toBeLessThan(300);
  });
});

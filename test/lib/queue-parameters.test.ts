import { describe, expect, it } from 'vitest';
import { describeKnobs } from '../../core/settings.ts';
import { propertiesOf, stackOf } from './stack-of.ts';

/** One value a knob that is not its default, to see that the patterns let more through than defaults. */
const GIVEN = {
  state: 'drain',
  siteid: 'BNL_CLOUD-2.x',
  'resource-types': 'MCORE, MCORE_HIMEM',
  chain: 'Ready(offset=0), Scale(0.5), MaxPerCycle(50)',
  cpus: '8',
  'memory-mb': '16000',
  'disk-mb': '40000',
  gpus: '1',
  'pilot-wall-seconds': '86400',
  flavours: 'm6i.2xlarge, g5.xlarge(4c,16384m,1g)',
  market: 'spot-first',
  'max-workers': '200',
  'max-cores': '1600',
  'max-launch-per-tick': '25',
  'linger-seconds': '300',
  'join-deadline-seconds': '600',
  'max-life-seconds': '172800',
  'drain-deadline-seconds': '7200',
};

/** Limits of Parameter Store on what stands beside a value. */
const MAX_PATTERN = 1024;
const MAX_DESCRIPTION = 1024;

describe('a queue in Parameter Store', () => {
  const parameters = propertiesOf(
    stackOf({ queues: { CLOUD: GIVEN, SMALL: { state: 'active' } } }, 'lab'),
    'AWS::SSM::Parameter',
  );
  const byName = Object.fromEntries(Object.values(parameters).map((it) => [it.Name, it]));

  it.each(Object.entries(GIVEN))('has its %s, %j, with a pattern that takes it', (knob, value) => {
    const parameter = byName[`/aerie/lab/queues/CLOUD/${knob}`];
    expect(parameter).toMatchObject({ Type: 'String', Tier: 'Standard', Value: value });
    expect(value).toMatch(new RegExp(parameter?.AllowedPattern));
    expect(parameter?.Description).toBeTruthy();
  });

  it('leaves out what is not given: defaults stay defaults, and free to be put by hand', () => {
    expect(Object.keys(byName).filter((name) => name.includes('/SMALL/'))).toEqual([
      '/aerie/lab/queues/SMALL/state',
    ]);
  });

  it('has no tags, which would have to be taken back from parameters that an admin has changed', () => {
    expect(Object.values(parameters).filter((it) => it.Tags !== undefined)).toEqual([]);
  });
});

describe.each(describeKnobs())('the knob $name', ({ fallback, pattern, description }) => {
  it('has a pattern that takes its default', () => {
    if (fallback !== undefined) expect(fallback).toMatch(new RegExp(pattern));
  });

  it('fits into a parameter', () => {
    expect(pattern.length).toBeLessThanOrEqual(MAX_PATTERN);
    expect(description.length).toBeLessThanOrEqual(MAX_DESCRIPTION);
  });
});

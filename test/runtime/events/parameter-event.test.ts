import { describe, expect, it } from 'vitest';
import { parseParameterEvent } from '../../../runtime/events/parameter-event.ts';
import { NOW } from '../../core/worlds.ts';

const body = (name: string, more: object = {}): string =>
  JSON.stringify({
    source: 'aws.ssm',
    'detail-type': 'Parameter Store Change',
    time: new Date(NOW * 1000 + 900).toISOString(),
    detail: { operation: 'Update', name, type: 'String' },
    ...more,
  });

describe('an event of the Parameter Store', () => {
  it.each([
    ['/aerie/lab/queues/BNL/state', { of: 'queue', name: 'BNL' }],
    ['/aerie/lab/fleets/gpu/max-workers', { of: 'fleet', name: 'gpu' }],
    ['/aerie/lab/queues/fleets/state', { of: 'queue', name: 'fleets' }],
    ['/aerie/lab/fleets/queues/state', { of: 'fleet', name: 'queues' }],
    ['/aerie/lab/fleets/gpu/deep/er', { of: 'fleet', name: 'gpu' }],
    ['/aerie/lab/fleets/gpu', { of: 'fleet', name: 'gpu' }],
  ])('about %s is about %o', (parameter, owner) => {
    expect(parseParameterEvent(body(parameter), 'lab')).toEqual({ owner, at: NOW });
  });

  it.each([
    ['another stage', body('/aerie/lab2/fleets/gpu/state')],
    ['a name that begins like one', body('/aerie/lab/fleetsgpu/state')],
    ['no fleet', body('/aerie/lab/fleets/')],
    ['no queue', body('/aerie/lab/queues//state')],
    ['the secret', body('/aerie/lab/endpoint/secret')],
    ['another source', body('/aerie/lab/fleets/gpu/state', { source: 'aws.ec2' })],
    ['no moment', body('/aerie/lab/fleets/gpu/state', { time: 'now' })],
    ['no JSON', '<html>'],
  ])('about %s is none', (_, text) => {
    expect(parseParameterEvent(text, 'lab')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { type EndNote, isAskedFor, isByOthers } from '../../../core/model/instance.ts';
import { NOW } from '../worlds.ts';

const endedFor = (code: string, askedByOther?: true): EndNote => ({
  instanceId: 'i-00000001',
  fleet: 'default',
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' },
  launchedAt: NOW - 3600,
  at: NOW,
  reason: { code, message: '' },
  ...(askedByOther === undefined ? {} : { askedByOther }),
});

describe('an end of an instance', () => {
  it.each([
    ['aerie asked for', 'Client.UserInitiatedShutdown', undefined, true, false],
    ['somebody else asked for', 'Client.UserInitiatedShutdown', true, true, true],
    ['the machine brought about by itself', 'Client.InstanceInitiatedShutdown', undefined, false, false],
    ['EC2 brought about for spot', 'Server.SpotInstanceTermination', undefined, false, true],
    ['EC2 brought about because it could not start it', 'Server.InternalError', undefined, false, true],
  ] as const)('that %s: %s', (_, code, askedByOther, isAsked, isOthers) => {
    const note = endedFor(code, askedByOther);
    expect(isAskedFor(note.reason)).toBe(isAsked);
    expect(isByOthers(note)).toBe(isOthers);
  });
});

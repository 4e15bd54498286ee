import { expect, it } from 'vitest';
import { endpointAbout } from '../../../core/model/about.ts';

const ABOUT = {
  ...{ api: 1, now: 1_800_000_000, pool: 'cm.example.org', condor: { version: '23.9.6' } },
  sts: { url: 'https://sts.us-east-1.amazonaws.com', account: '111122223333', roles: ['aerie-lab-worker'] },
  tokenSeconds: 604_800,
  templates: [{ queue: 'BNL', asks: { cpus: 1, memoryMb: 2000 }, credentialExpiresAt: null }],
};

it('what the endpoint says of itself is read whole, also why HTCondor tells no version', () => {
  expect(endpointAbout.parse(ABOUT)).toEqual(ABOUT);
  const without = { ...ABOUT, condor: { why: 'condor_version is not there' } };
  expect(endpointAbout.parse(without)).toEqual(without);
});

it.each([
  ['an API of no version', { api: 0 }],
  ['a moment before all others', { now: -1 }],
  ['a token that ended before it began', { tokenSeconds: -1 }],
  ['HTCondor without a version or a reason', { condor: {} }],
  [
    'a template that asks for less than nothing',
    { templates: [{ ...ABOUT.templates[0], asks: { cpus: -1 } }] },
  ],
  ['a template of no queue', { templates: [{ ...ABOUT.templates[0], queue: '../x' }] }],
])('%s is not believed', (_, wrong) => {
  expect(endpointAbout.safeParse({ ...ABOUT, ...wrong }).success).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { type EndpointAbout, endpointAbout } from '../../../core/model/about.ts';
import { NOW } from '../worlds.ts';

const TEMPLATE = {
  queue: 'BNL',
  mistake: 'it has no universe',
  asks: { cpus: 8, memoryMb: 16_000, diskMb: 1, gpus: 0 },
  credentialExpiresAt: NOW,
};

const ABOUT: EndpointAbout = {
  api: 1,
  now: NOW,
  pool: 'cm.bnl.gov',
  condor: { version: '23.9.6' },
  sts: { url: 'https://sts.amazonaws.com', account: '123456789012', roles: ['aerie-prod-worker'] },
  tokenSeconds: 600,
  templates: [TEMPLATE, { queue: 'CERN', asks: {}, credentialExpiresAt: null }],
};

const withTemplate = (given: object) => ({ ...ABOUT, templates: [{ ...TEMPLATE, ...given }] });

describe('what an endpoint says of itself', () => {
  it.each<readonly [string, object]>([
    ['as it is', ABOUT],
    ['where HTCondor does not say its version', { ...ABOUT, condor: { why: 'no condor_version' } }],
    ['where nothing expires and nothing is asked for', { ...ABOUT, tokenSeconds: 0, templates: [] }],
    ['where the file of a credential cannot be read', withTemplate({ credentialExpiresAt: 0 })],
  ])('is read: %s', (_, about) => expect(endpointAbout.parse(about)).toStrictEqual(about));

  it('is read of a newer endpoint, which may say more', () => {
    expect(endpointAbout.parse({ ...ABOUT, motto: 'x' })).toStrictEqual(ABOUT);
  });

  it.each<readonly [string, object]>([
    ['a version of the API below the first', { ...ABOUT, api: 0 }],
    ['a clock before 1970', { ...ABOUT, now: -1 }],
    ['a life of tokens below nothing', { ...ABOUT, tokenSeconds: -1 }],
    ['no version of HTCondor, and not why', { ...ABOUT, condor: {} }],
    ['no role that it admits', { ...ABOUT, sts: { url: 'https://sts.amazonaws.com', account: '1' } }],
    ['a queue that can be none', withTemplate({ queue: 'a b' })],
    ['cores below none', withTemplate({ asks: { cpus: -1 } })],
    ['memory below none', withTemplate({ asks: { memoryMb: -1 } })],
    ['disk below none', withTemplate({ asks: { diskMb: -1 } })],
    ['GPUs below none', withTemplate({ asks: { gpus: -1 } })],
    ['no word of the credential', withTemplate({ credentialExpiresAt: undefined })],
  ])('is refused, for nothing can be compared with it: %s', (_, about) => {
    expect(endpointAbout.safeParse(about).success).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { answers, type Breakage, block } from './breakages.ts';
import { BROKEN_ACCOUNT, NO_WAY_OUT } from './broken-account.ts';
import { BROKEN_CERTIFICATES, BROKEN_SITE } from './broken-site.ts';
import { BROKEN_STACK } from './broken-stack.ts';
import { certificate, type Examination, examineWorld, wellWorld } from './world.ts';

const STACK_TRACE = /\n\s+at |\.ts:\d+|\[object Object\]|undefined/;

/** What is neither as it should be nor left out. */
const amiss = ({ findings }: Examination) =>
  findings.filter(({ level }) => level === 'warn' || level === 'FAIL');

const find = async ({ break: breakIt, kind, level, says, fix }: Breakage) => {
  const world = wellWorld();
  breakIt(world);
  const examination = await examineWorld(world);
  expect(amiss(examination)).toEqual([
    {
      kind,
      level,
      text: expect.stringMatching(says),
      ...(fix === undefined ? {} : { fix: expect.stringMatching(fix) }),
    },
  ]);
  for (const { text, fix: given = '' } of examination.findings) {
    expect(text).not.toMatch(STACK_TRACE);
    expect(given).not.toMatch(STACK_TRACE);
  }
  expect(examination.code).toBe(level === 'FAIL' ? 1 : 0);
};

describe('one thing that is broken is found by its name, with what mends it, and nothing else is', () => {
  describe('at the site', () => {
    it.each(BROKEN_SITE)('$what: $level $kind', find);
  });
  describe('in the account', () => {
    it.each(BROKEN_ACCOUNT)('$what: $level $kind', find);
  });
  describe('in what is deployed', () => {
    it.each(BROKEN_STACK)('$what: $level $kind', find);
  });
});

describe("the endpoint's certificate is seen by both who trust it", () => {
  it.each(BROKEN_CERTIFICATES)('$what: $level', async ({ certificate: name, now, level, says }) => {
    const world = wellWorld();
    world.endpoint = name;
    world.now = now;
    const { findings } = await examineWorld(world);
    const tls = findings.filter(({ kind }) => kind === 'endpoint-tls' || kind === 'worker-tls');
    expect(tls).toEqual(
      ['endpoint-tls', 'worker-tls'].map((kind) => ({
        kind,
        level,
        text: expect.stringMatching(says),
        fix: expect.stringMatching(/docs\/endpoint\.md#a-certificate/),
      })),
    );
  });

  it('keeps the secret from an endpoint that is not trusted', async () => {
    const world = wellWorld();
    world.endpoint = 'elsewhere';
    const { findings } = await examineWorld(world);
    expect(findings.find(({ kind }) => kind === 'endpoint-secret')).toMatchObject({
      level: 'skip',
      text: expect.stringMatching(/could not be reached: Hostname\/IP does not match/),
    });
  });
});

describe('subnets without a way out', () => {
  it.each(NO_WAY_OUT)('%s', async (_, routes) => {
    const world = wellWorld();
    answers(world, routes);
    expect(amiss(await examineWorld(world))).toEqual(
      ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0bbbbbbbbbbbbbbb2'].map((id) => ({
        kind: 'network',
        level: 'FAIL',
        text: `${id} has no way out: rtb-1 has no route to 0.0.0.0/0 or ::/0 that works`,
        fix: expect.stringMatching(/NAT, egress-only or internet gateway/),
      })),
    );
  });
});

describe('a server that is not there', () => {
  it('PanDA: what it cannot be asked is left out, with the reason', async () => {
    const world = wellWorld();
    block(world, { pandaUrl: 'http://127.0.0.1:1/api/v1' });
    const { findings } = await examineWorld(world);
    const ofPanda = findings.filter(({ kind }) => kind.startsWith('panda-'));
    expect(ofPanda.map(({ kind, level }) => [kind, level])).toEqual([
      ['panda-tls', 'ok'],
      ['panda-api', 'FAIL'],
      ['panda-sites', 'skip'],
    ]);
  });

  it('the endpoint: one FAIL for each who would reach it, and the rest is left out', async () => {
    const world = wellWorld();
    block(world, { endpointUrl: 'https://127.0.0.1:1' });
    const { findings, code } = await examineWorld(world);
    expect(amiss({ findings, code, calls: [], text: '' }).map(({ kind }) => kind)).toEqual([
      'endpoint-tls',
      'worker-tls',
    ]);
    expect(findings.filter(({ level }) => level === 'skip').map(({ kind }) => kind)).toContain('templates');
  });

  it('a file of authorities that is no PEM is named, and nothing breaks', async () => {
    const world = wellWorld();
    block(world, { workerCaFile: certificate('README').replace('.pem', '.md') });
    const { findings } = await examineWorld(world);
    expect(findings.filter(({ kind, level }) => kind === 'authorities' && level === 'FAIL')).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/no certificate that can be read/) }),
    ]);
  });
});

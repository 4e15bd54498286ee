import { describe, expect, it } from 'vitest';
import { block } from './breakages.ts';
import { BROKEN_CERTIFICATES, BROKEN_ENDPOINT } from './broken-endpoint.ts';
import { BROKEN_SITE } from './broken-site.ts';
import { amiss, findsOnly } from './found.ts';
import { certificate, examineWorld, wellWorld } from './world.ts';

describe('one thing that is broken is found by its name, with what mends it, and nothing else is', () => {
  it.each(BROKEN_SITE)('$what: $level $kind', findsOnly);
  it.each(BROKEN_ENDPOINT)('$what: $level $kind', findsOnly);
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
    const { findings } = await examineWorld(world);
    expect(amiss({ findings }).map(({ kind }) => kind)).toEqual(['endpoint-tls', 'worker-tls']);
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

describe('workers that a stage sets up in a way of its own', () => {
  it('are no matter of the doctor', async () => {
    const world = wellWorld();
    block(world, { worker: undefined, workerCaFile: undefined, workerUserData: '#cloud-config' });
    const examination = await examineWorld(world);
    expect(amiss(examination)).toEqual([]);
    const skipped = examination.findings.filter(({ level }) => level === 'skip');
    expect(skipped.map(({ kind }) => kind)).toEqual(['worker-tls', 'endpoint-pool']);
  });
});

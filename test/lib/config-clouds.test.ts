import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/stage/config.ts';
import { SITE } from './config-clouds.ts';
import { expectOneMistake, mistakesOf } from './config-mistakes.ts';
import { STAGE } from './stack-of.ts';

const onSite = (knobs: Readonly<Record<string, string>> = {}, site = SITE) => ({
  clouds: { site },
  fleets: { batch: { cloud: 'site', flavours: 'm1.large(4c,8192m)', ...knobs } },
});

describe('the clouds of a stage', () => {
  it('are named by its fleets', () => {
    expect(mistakesOf(onSite())).toEqual([]);
    expect(readConfig({ stages: { dev: { ...STAGE, ...onSite() } } }, 'dev')).toMatchObject({
      config: { clouds: { site: { ...SITE, securityGroups: ['default'] } } },
    });
  });

  it('have images of their own, whose drivers for GPUs nobody here knows', () => {
    const image = '/aws/service/debian/release/13/latest/amd64';
    const worker = { pool: 'cm.example.org', centralManager: 'cm.example.org', os: 'debian' };
    const queue = { state: 'active', fleet: 'batch', gpus: '1' };
    const gpu = onSite({ flavours: 'gpu-8c(8c,65536m,1g)' });
    expect(mistakesOf({ ...gpu, image, worker, queues: { Q: queue } })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a fleet on a cloud that is not there',
      { ...onSite({ cloud: 'sight' }) },
      'Fleet batch: cloud is "sight", and the stage has no cloud of that name; it has: ec2, site. Name one of them,',
    ],
    [
      'another kind of cloud',
      onSite({}, { ...SITE, kind: 'nebula' }),
      'aerie.stages.dev.clouds.site.kind is "nebula"; expected "openstack".',
    ],
    [
      'a secret in the block',
      { clouds: { site: { ...SITE, credential: { id: 'a', secret: 'b' } } } },
      'aerie.stages.dev.clouds.site.credential a credential itself has no place here: put it into a SecureString, and name its path.',
    ],
    [
      'a Keystone without its version',
      onSite({}, { ...SITE, authUrl: 'https://keystone.example.org:5000' }),
      'aerie.stages.dev.clouds.site.authUrl is "https://keystone.example.org:5000"; expected an https URL without user, query or fragment that ends in /v3.',
    ],
    [
      'an image by its name',
      onSite({}, { ...SITE, image: 'AlmaLinux 9' }),
      'aerie.stages.dev.clouds.site.image is "AlmaLinux 9"; expected the id of one, a UUID.',
    ],
    [
      'a cloud called ec2',
      { clouds: { ec2: SITE } },
      'aerie.stages.dev.clouds.ec2 is no name; expected a small',
    ],
    [
      'two clouds beside EC2',
      { clouds: { site: SITE, other: SITE } },
      'aerie.stages.dev.clouds has 2 clouds (site, other); expected one beside EC2:',
    ],
    [
      'a zone twice',
      onSite({}, { ...SITE, zones: ['nova', 'nova'] }),
      'aerie.stages.dev.clouds.site.zones names a zone twice; name each once.',
    ],
  ])('are refused in one sentence with %s', (_, block, sentence) => expectOneMistake(block, sentence));
});

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/stage/config.ts';
import { workerUserData } from '../../lib/worker-user-data.ts';
import { programsOfCloud } from '../../worker/programs.ts';
import { SITE } from './config-clouds.ts';
import { STAGE } from './stack-of.ts';

const WORKER = { pool: 'cm.example.org', centralManager: 'cm.example.org', os: 'debian' };

/** What a fleet's machines are given, as files by their names; undefined: the stage's. */
const filesOf = (fleet: string | undefined, more: Readonly<Record<string, unknown>> = {}) => {
  const block = {
    ...{ ...STAGE, image: '/aws/service/debian/release/13/latest/amd64', worker: WORKER },
    clouds: { site: SITE },
    fleets: {
      batch: { cloud: 'site', flavours: 'm5.large(2c,8192m)' },
      other: { flavours: 'm5.large' },
    },
    ...more,
  };
  const read = readConfig({ stages: { dev: block } }, 'dev');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  const packed = workerUserData(read.config, fleet) ?? Buffer.alloc(0);
  const text = gunzipSync(packed).toString('utf8').replace('#cloud-config\n', '');
  const files: readonly { path: string; content: string }[] = JSON.parse(text).write_files;
  return {
    own: Object.keys(read.config.ownFleets),
    of: (path: string) => files.find((file) => file.path === path)?.content ?? '',
  };
};

const CLOUD = '/usr/local/libexec/aerie/cloud.py';
const FACTS = '/etc/aerie/worker.json';

describe('the user-data of a fleet', () => {
  it('on an OpenStack are its own, with the programs of that cloud', () => {
    const site = filesOf('batch');
    expect(site.own).toEqual(['batch']);
    expect(site.of(CLOUD)).toBe(programsOfCloud('openstack')['cloud.py']);
    expect(filesOf(undefined).of(CLOUD)).toContain('GetCallerIdentity');
  });

  it("on an OpenStack have nothing of what AWS knows the machines of EC2 by, nor of its prices, nor the stage's squid", () => {
    const more = {
      sessionManager: true,
      workerLogs: { cloudWatchDays: 7, syslog: 'logs.example.org:514' },
      squid: true,
    };
    const facts = JSON.parse(filesOf('batch', more).of(FACTS));
    expect(facts).toMatchObject({
      ...{ sessionManager: false, logGroup: '', syslogHost: 'logs.example.org:514', listPrices: {} },
      cvmfs: { proxy: 'DIRECT' },
    });
    expect(facts.environment).not.toHaveProperty('OSG_SQUID_LOCATION');
    const onEc2 = JSON.parse(filesOf(undefined, more).of(FACTS));
    expect(onEc2).toMatchObject({ sessionManager: true, logGroup: expect.stringContaining('/aerie/') });
    expect(onEc2.environment).toHaveProperty('OSG_SQUID_LOCATION');
  });
});

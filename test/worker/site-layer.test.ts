import { describe, expect, it } from 'vitest';
import { userData } from '../../worker/user-data.ts';
import { LEAST } from './options.ts';

const LAYER = { files: [], packages: [] };
const withLayer = (site: object) => () => userData({ ...LEAST, site: { ...LAYER, ...site } });
const withCondor = (condor: string) => withLayer({ condor });

describe("a site's own lines for HTCondor", () => {
  it.each([
    '',
    '# A comment\n',
    'SITE_RACK = 7\nSTARTD_ATTRS = $(STARTD_ATTRS) SITE_RACK\n',
    'STARTD_CRON_JOBLIST = $(STARTD_CRON_JOBLIST) RACK\nSTARTD_CRON_RACK_EXECUTABLE = /opt/rack\n',
    'LONG = a \\\n  START = b\n',
    'STARTER.LOCAL_X=1',
    'RESERVED_MEMORY = 512\r\n',
  ])('may be %j', (condor) => expect(withCondor(condor)).not.toThrow());

  it.each([
    ['START = True', 'sets START, by which'],
    ['  start=True', 'sets start, by which'],
    ['STARTD.START = True', 'sets STARTD.START, by which'],
    ['CCB_ADDRESS =', 'sets CCB_ADDRESS, by which'],
    ['CCB_HEARTBEAT_INTERVAL = 9', 'sets CCB_HEARTBEAT_INTERVAL, by which'],
    ['MASTER.DAEMON_SHUTDOWN_FAST = False', 'sets MASTER.DAEMON_SHUTDOWN_FAST, by which'],
    ['STARTD.DAEMON_SHUTDOWN = True', 'sets STARTD.DAEMON_SHUTDOWN, by which'],
    ['RESERVED_DISK = 0', 'sets RESERVED_DISK, by which'],
    ['AERIE_LINGER = 9', 'sets AERIE_LINGER, by which'],
    ['SLOT_TYPE_2 = 1', 'sets SLOT_TYPE_2, by which'],
    ['STARTD_CRON_NODE_MODE = Periodic', 'sets STARTD_CRON_NODE_MODE, by which'],
    ['LOCAL_CONFIG_DIR = /x', 'sets LOCAL_CONFIG_DIR, by which'],
    ['PREEMPT = True', 'sets PREEMPT, by which'],
    ['NUM_CPUS = 16', 'sets NUM_CPUS, by which'],
    ['MEMORY = 1000', 'sets MEMORY, by which'],
    ['LOCAL_DIR = /data', 'sets LOCAL_DIR, by which'],
    ['NODE_HEALTHY = True', 'sets NODE_HEALTHY, by which'],
    ['PREFER_IPV4 = False', 'sets PREFER_IPV4, by which'],
    ['use policy:Desktop', 'is no line NAME = value'],
    ['include : /etc/more', 'is no line NAME = value'],
    ['if true', 'is no line NAME = value'],
    ['A @=end', 'is no line NAME = value'],
    ['nonsense', 'is no line NAME = value'],
    ['# goes on \\\nSTART = True', 'is a comment that ends in a backslash'],
    ['A = 1 \\\n\nSTART = True', 'sets START, by which'],
  ])('may not be %j', (condor, why) => {
    expect(withCondor(`OK = 1\n${condor}\n`)).toThrow(why);
  });
});

describe("a site's own layer", () => {
  it('travels beside the facts of the pool, and only where there is one', () => {
    const written = (text: string): string[] =>
      JSON.parse(text.replace(/^#cloud-config\n/, '')).write_files.map(({ path }: { path: string }) => path);
    expect(written(userData(LEAST))).not.toContain('/etc/aerie/site.json');
    const text = withLayer({ script: '#!/bin/sh\nexit 0\n', seconds: 60 })();
    expect(written(text)).toContain('/etc/aerie/site.json');
  });

  it.each<readonly [object, string]>([
    [{ packages: ['--nogpgcheck'] }, 'site.packages.0 is "--nogpgcheck"; expected the name of a package.'],
    [{ script: 'echo hi' }, 'site.script is "echo hi"; expected a program that begins with #!'],
    [{ seconds: 5 }, 'site.seconds is 5; expected a whole number of seconds from 10 to 3600.'],
    [{ shell: 'x' }, 'site.shell is no option of a worker.'],
    ...[
      '/etc/aerie/worker.json',
      '/etc/condor/config.d/99.conf',
      '/usr/local/libexec/aerie/hook.py',
      '/run/aerie/notice',
      '/home/slot1_1/.bashrc',
      '/etc/hosts',
      '/etc/systemd/system/aerie-boot.service',
    ].map(
      (path) =>
        [
          { files: [{ path, content: '', executable: false }] },
          `site.files.0.path is "${path}", which is aerie's own or no place for files`,
        ] as const,
    ),
    ...['etc/motd', '/etc/../etc/aerie/x', '/etc/', '//etc/motd', '/a b'].map(
      (path) =>
        [
          { files: [{ path, content: '', executable: false }] },
          `site.files.0.path is "${path}"; expected an absolute path of plain letters.`,
        ] as const,
    ),
  ])('is not %j', (site, sentence) => expect(withLayer(site)).toThrow(sentence));

  it('may put files into places of the site and of the system', () => {
    const files = [
      '/opt/site/.hidden',
      '/etc/profile.d/site.sh',
      '/etc/hosts.allow',
      '/etc/cvmfs/config.d/a.conf',
    ];
    expect(
      withLayer({ files: files.map((path) => ({ path, content: 'x', executable: false })) }),
    ).not.toThrow();
  });
});

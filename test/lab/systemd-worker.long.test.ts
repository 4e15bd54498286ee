import { afterAll, beforeAll, expect, test } from 'vitest';
import { rootfs } from '../../lab/rootfs.ts';
import { type SystemdMachine, startSystemdMachine } from '../../lab/systemd-machine.ts';
import { programs } from '../../worker/programs.ts';
import { describeLab } from './describe-lab.ts';

const PROGRAMS = '/usr/local/libexec/aerie';

/** Stands for the boot, which wants a pool and EC2: it says that systemd has started it. */
const BOOT = '#!/bin/sh\necho started >>/run/boot\n';

describeLab('a worker under a real systemd', () => {
  let machine: SystemdMachine;

  const shows = async (what: string) => (await machine.sure(`systemctl show --value ${what}`)).trim();
  const started = async () => (await machine.sh('cat /run/boot')).stdout;

  beforeAll(async () => {
    const all = { ...programs('debian'), 'boot.py': BOOT };
    machine = await startSystemdMachine({
      lower: await rootfs(),
      hostName: 'worker',
      files: Object.fromEntries(Object.entries(all).map(([name, text]) => [`/opt/aerie/${name}`, text])),
    });
    await machine.sure(`mkdir -p ${PROGRAMS}; install /opt/aerie/* ${PROGRAMS}/`);
  });

  afterAll(() => machine?.remove());

  test('has units that systemd takes, and a machine of an image starts nothing before it has user-data', async () => {
    await machine.sure(`${PROGRAMS}/begin image`);
    const units = '/etc/systemd/system/aerie-boot.service /etc/systemd/system/aerie-watch.service';
    expect(await machine.sure(`systemd-analyze verify --man=no ${units} 2>&1`)).toBe('');
    expect(await machine.sure('systemctl is-enabled aerie-boot.service')).toBe('enabled\n');
    await machine.sure('systemctl start aerie-boot.service');
    expect(await started()).toBe('');
    expect((await machine.sh('ls /etc/cloud/cloud-init.disabled')).code).not.toBe(0);
  });

  test('begins once cloud-init has come to its end, and needs no cloud-init from then on', async () => {
    await machine.sure('mkdir -p /etc/aerie; touch /etc/aerie/worker.json');
    await machine.sure(`${PROGRAMS}/begin; systemctl start aerie-boot.service; ${PROGRAMS}/begin`);
    expect(await started()).toBe('started\n');
    await machine.sure('ls /etc/cloud/cloud-init.disabled');
  });

  test.each([
    ["HTCondor's own unit, which would wait for 150 s", '-p TimeoutStopUSec condor.service'],
    ['a unit that says nothing', '-p TimeoutStopUSec aerie-watch.service'],
    ['what is no service', '-p DefaultTimeoutStopUSec'],
  ])('waits no longer than 4 s at a power-off for what hangs: %s', async (_, what) => {
    expect(await shows(what)).toBe('4s');
  });

  test('ends an HTCondor that does not end by itself', async () => {
    const hangs = 'trap "" TERM QUIT; while :; do sleep 1000; done';
    await machine.sure(
      `printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c %s\\n' "'${hangs}'" >/run/hangs.conf; ` +
        'mkdir -p /run/systemd/system/condor.service.d; cp /run/hangs.conf /run/systemd/system/condor.service.d/; ' +
        'systemctl daemon-reload; systemctl restart condor.service',
    );
    expect(await shows('-p ActiveState condor.service')).toBe('active');
    await machine.sure('systemctl stop condor.service');
    expect(await shows('-p Result condor.service')).toBe('timeout');
  });
});

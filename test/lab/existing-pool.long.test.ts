import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { drainer } from '../../collector/orders/drain.ts';
import type { SeenWorker } from '../../collector/see/slot.ts';
import { workerSight } from '../../collector/see/worker-sight.ts';
import { type BareWorker, FLEET, startBareWorker, WITH_CCB } from '../../lab/bare-worker.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import { type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { describeLab } from './describe-lab.ts';

const WORKERS = ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0aaaaaaaaaaaaaaa3'];
const HALVED = 'i-0bbbbbbbbbbbbbbb4';

/** Two partitionable slots of one startd, each with half of the machine, which tell of themselves every two seconds. */
const TWO_SLOTS = `${WITH_CCB}
NUM_SLOTS = 2
SLOT_TYPE_1 = 50%
NUM_SLOTS_TYPE_2 = 1
SLOT_TYPE_2 = 50%
SLOT_TYPE_2_PARTITIONABLE = TRUE
UPDATE_INTERVAL = 2
`;

describeLab('a pool that has machines of others, with the collector lines as they ship', () => {
  let network: LabNetwork;
  let lower: string;
  let cm: CentralManager;
  const started: BareWorker[] = [];

  beforeAll(async () => {
    lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, configuration: SHIPPED_COLLECTOR });
  });
  afterAll(async () => {
    await network?.remove();
  });

  const start = async (instanceId: string, configuration: string): Promise<BareWorker> => {
    const token = await cm.token(`${instanceId}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER']);
    return startBareWorker({ network, lower, instanceId, token, configuration });
  };
  /** HTCondor's tools as the endpoint's own user runs them. */
  const tools: Condor = async (tool, args) => {
    const { code, stdout, stderr } = await cm.condor([tool, ...args], { user: 'aerie' });
    return code === 0 ? { ok: true, stdout } : { ok: false, why: `${tool}: ${stderr}`, stdout, stderr };
  };
  let looks = 0;
  /** A minute passes between two looks. */
  const see = workerSight(tools, () => {
    looks += 60;
    return looks;
  });
  /** One worker, once it is as wanted; undefined: not there. */
  const seen = async (
    instanceId: string,
    isWanted: (worker: SeenWorker | undefined) => boolean,
  ): Promise<SeenWorker | undefined> =>
    until(
      async () => {
        const found = await see();
        if (!found.ok) throw new Error(found.why);
        expect(found.unreadable).toEqual([]);
        return found.workers.find((worker) => worker.instanceId === instanceId);
      },
      isWanted,
      60,
    );

  /** As a machine of the pool's own sends it, with the pool's own key. */
  const advertise = async (name: string, line: string) => {
    const input = `MyType = "Machine"\nName = "slot1@${name}"\nMachine = "${name}"\nMyAddress = "<192.0.2.1:1>"\n${line}\n`;
    const { stdout } = await cm.box.exec(
      ['sh', '-c', 'cat >/tmp/ad; condor_advertise -tcp UPDATE_STARTD_AD /tmp/ad'],
      { input },
    );
    expect(stdout).toContain('Sent 1 of 1 ad');
  };
  const names = async () =>
    (await cm.condor(['condor_status', '-af', 'Machine'])).stdout.split('\n').filter(Boolean);

  test("lets in what other tools say of EC2, and nothing that would count as a worker of aerie's", async () => {
    await advertise('forged', 'EC2InstanceId = "i-0123456789abcdef1"\nAPF_QUEUE = "Q"');
    await advertise('marked', 'EC2InstanceId = "i-0123456789abcdef2"\nAerieWorker = true');
    await advertise('annex', 'EC2InstanceID = "i-0123456789abcdef0"');
    await advertise('tagged', 'APF_QUEUE = "Q"');
    await advertise('plain', '');
    // The last one sent is the last one taken.
    await until(names, (seen) => seen.includes('plain'), 60);
    expect(await names()).toEqual(['annex', 'plain', 'tagged']);
  });

  test('has three connections to the collector from each worker, which its limit of descriptors has to bear', async () => {
    const descriptors = async () =>
      Number((await cm.box.exec(['sh', '-c', 'ls /proc/$(pidof condor_collector)/fd | wc -l'])).stdout);
    const counts: number[] = [];
    for (const instanceId of WORKERS) {
      started.push(await start(instanceId, WITH_CCB));
      for (const of of ['-startd', '-master']) {
        const told = async () => (await cm.condor(['condor_status', of, '-af', 'EC2InstanceId'])).stdout;
        await until(told, (ids) => ids.includes(instanceId), 120);
      }
      counts.push(await descriptors());
    }
    const [first = 0, second = 0, third = 0] = counts;
    expect([second - first, third - second]).toEqual([3, 3]);
  });

  test('shows a worker as draining while an operator has closed it with START = False, and no other', async () => {
    const [closed] = started;
    const [id = '', other = ''] = WORKERS;
    const file = '/etc/condor/config.d/99-closed.conf';
    await closed?.box.exec(['sh', '-c', `echo START = False >${file}; condor_reconfig`]);
    expect(await seen(id, (worker) => worker?.draining === true)).toMatchObject({ busy: 0 });
    expect(await seen(other, () => true)).toMatchObject({ draining: false });
    await closed?.box.exec(['sh', '-c', `rm ${file}; condor_reconfig`]);
    await seen(id, (worker) => worker?.draining === false);
  });

  test.each([
    [
      'an attribute',
      'STARTD_ATTRS = $(STARTD_ATTRS) Closed\nClosed = True\nSTART = MY.Closed =!= True',
      'Closed isnt true',
    ],
    ['the time of the day', 'START = ($(START)) && (ClockMin > 5000)', 'ClockMin > 5000'],
  ])(
    'shows a worker as draining while an operator has closed it by %s, and says why',
    async (_what, lines, clause) => {
      const [closed] = started;
      const [id = '', other = ''] = WORKERS;
      const file = '/etc/condor/config.d/99-closed.conf';
      await closed?.box.exec(['sh', '-c', `cat >${file}; condor_reconfig`], { input: `${lines}\n` });
      expect(await seen(id, (worker) => worker?.draining === true)).toMatchObject({
        busy: 0,
        unwell: expect.stringContaining(`START is false: `),
      });
      expect((await seen(id, () => true))?.unwell).toContain(clause);
      expect(await seen(other, () => true)).toMatchObject({ draining: false });
      await closed?.box.exec(['sh', '-c', `rm ${file}; condor_reconfig`]);
      await seen(id, (worker) => worker?.draining === false);
    },
  );

  test('shows two slots of one startd as one worker, busy while one of them is, and drains both', async () => {
    const worker = await start(HALVED, TWO_SLOTS);
    const idle = await seen(HALVED, (found) => found?.total.cpus === 4);
    expect(idle).toMatchObject({ busy: 0, draining: false, free: idle?.total, total: { memoryMb: 4_000 } });
    const job = await submitJob(cm, {
      fleet: FLEET,
      instanceId: HALVED,
      script: 'until [ -e /ended ]; do sleep 0.1; done',
    });
    const busy = await seen(HALVED, (found) => found?.busy === 1);
    expect(busy).toMatchObject({ total: idle?.total, free: { cpus: 3 } });
    // Whichever slot was heard of last.
    const after = async (before: SeenWorker | undefined) => {
      const next = await seen(HALVED, (found) => (found?.lastHeardAt ?? 0) > (before?.lastHeardAt ?? 0));
      expect(next).toMatchObject({ busy: 1, free: { cpus: 3 } });
      return next;
    };
    await after(await after(busy));

    const states = async (attribute: string) =>
      (
        await cm.condor([
          ...['condor_status', '-constraint', `EC2InstanceId == "${HALVED}" && PartitionableSlot`],
          ...['-af', attribute],
        ])
      ).stdout;
    expect(await drainer(tools, 'drain')([HALVED])).toEqual({ done: [HALVED], failed: [] });
    expect(await seen(HALVED, (found) => found?.draining === true)).toMatchObject({ busy: 1 });
    expect(await states('Draining')).toBe('true\ntrue\n');
    expect(await drainer(tools, 'undrain')([HALVED])).toEqual({ done: [HALVED], failed: [] });
    expect(await seen(HALVED, (found) => found?.draining === false)).toMatchObject({ busy: 1 });
    await until(
      () => states('Draining =?= true'),
      (both) => both === 'false\nfalse\n',
      60,
    );

    await worker.box.exec(['condor_off', '-peaceful', '-startd']);
    expect(await seen(HALVED, (found) => found?.draining === true)).toMatchObject({ busy: 1 });
    await worker.box.exec(['touch', '/ended']);
    await job.event('005');
    await seen(HALVED, (found) => found === undefined);
  });
});

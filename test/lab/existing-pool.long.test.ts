import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBareWorker, WITH_CCB } from '../../lab/bare-worker.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from '../../lab/central-manager.ts';
import { type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { describeLab } from './describe-lab.ts';

const WORKERS = ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2', 'i-0aaaaaaaaaaaaaaa3'];

describeLab('a pool that has machines of others, with the collector lines as they ship', () => {
  let network: LabNetwork;
  let lower: string;
  let cm: CentralManager;

  beforeAll(async () => {
    lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, configuration: SHIPPED_COLLECTOR });
  });
  afterAll(async () => {
    await network?.remove();
  });

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
      const token = await cm.token(`${instanceId}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER']);
      await startBareWorker({ network, lower, instanceId, token, configuration: WITH_CCB });
      for (const of of ['-startd', '-master']) {
        const told = async () => (await cm.condor(['condor_status', of, '-af', 'EC2InstanceId'])).stdout;
        await until(told, (ids) => ids.includes(instanceId), 120);
      }
      counts.push(await descriptors());
    }
    const [first = 0, second = 0, third = 0] = counts;
    expect([second - first, third - second]).toEqual([3, 3]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { poolUsers } from '../../collector/orders/pool-users.ts';
import type { PoolState } from '../../core/model/pool.ts';
import { type BareWorker, startBareWorker, WITH_CCB } from '../../lab/bare-worker.ts';
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

const WORKER = 'i-0aaaaaaaaaaaaaaa1';

const FLEET: PoolState = {
  of: 'fleet',
  name: 'default',
  state: 'limited',
  limit: 'max-workers is 12 and "all" of C:\\ are there\\',
  machineAt: 1_767_225_660,
};
const QUEUE: PoolState = { of: 'queue', name: 'default', state: 'met' };

describeLab('what the users of a pool are told, with the collector lines as they ship', () => {
  let network: LabNetwork;
  let cm: CentralManager;
  let worker: BareWorker;

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, configuration: SHIPPED_COLLECTOR });
    const token = await cm.token(`${WORKER}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER']);
    worker = await startBareWorker({ network, lower, instanceId: WORKER, token, configuration: WITH_CCB });
  });
  afterAll(async () => {
    await worker?.remove();
    await network?.remove();
  });

  /** HTCondor's tools as the endpoint's own user runs them. */
  const tools: Condor = async (tool, args, { input } = {}) => {
    const { code, stdout, stderr } = await cm.condor([tool, ...args], {
      user: 'aerie',
      ...(input === undefined ? {} : { input }),
    });
    return code === 0 ? { ok: true, stdout } : { ok: false, why: `${tool}: ${stderr}`, stdout, stderr };
  };
  const asked = async (constraint: string, ...attributes: readonly string[]) => {
    const argv = ['condor_status', '-any', '-constraint', constraint, '-af:t', ...attributes];
    return (await cm.condor(argv, { user: 'alice' })).stdout.trim();
  };

  test('any of them finds, with the habits of condor_status', async () => {
    const tell = poolUsers(tools, () => 0);
    expect(await tell({ stage: 'prod', states: [FLEET, QUEUE] })).toEqual({ advertised: 2 });
    const fleets = () =>
      asked('MyType == "AerieFleet"', 'AerieFleet', 'AerieState', 'AerieMachineExpectedAt', 'AerieLimit');
    await until(fleets, (rows) => rows !== '', 60);
    expect(await fleets()).toBe(
      'default\tlimited\t1767225660\tmax-workers is 12 and "all" of C:/ are there/',
    );
    expect(await asked('MyType == "AerieQueue"', 'AerieQueue', 'AerieState', 'AerieStage')).toBe(
      'default\tmet\tprod',
    );
  });

  test('what changes takes the place of what was there', async () => {
    const tell = poolUsers(tools, () => 0);
    await tell({ stage: 'prod', states: [{ of: 'fleet', name: 'default', state: 'idle' }] });
    const state = () => asked('MyType == "AerieFleet"', 'AerieState', 'AerieLimit');
    expect(await until(state, (row) => row.startsWith('idle'), 60)).toBe('idle\tundefined');
  });

  test('the pool’s own daemons advertise as before', async () => {
    for (const of of ['-schedd', '-negotiator', '-master', '-startd']) {
      const names = async () => (await cm.condor(['condor_status', of, '-af', 'Name'])).stdout.trim();
      expect(await until(names, (found) => found !== '', 120)).not.toBe('');
    }
  });

  test('a worker has no right to tell them anything', async () => {
    const forged =
      'MyType = "AerieFleet"\nTargetType = ""\nName = "fleet/default@prod"\nAerieState = "forged"\n';
    const own = `${forged}EC2InstanceId = "${WORKER}"\n`;
    for (const ad of [forged, own, own.replace('fleet/default', `${WORKER}`)]) {
      await worker.box.exec(['sh', '-c', 'cat >/tmp/ad; condor_advertise -tcp UPDATE_AD_GENERIC /tmp/ad'], {
        input: ad,
      });
    }
    // The last one sent would be the last one taken.
    const tell = poolUsers(tools, () => 0);
    await tell({ stage: 'prod', states: [{ of: 'fleet', name: 'last', state: 'met' }] });
    await until(
      () => asked('AerieFleet == "last"', 'AerieState'),
      (row) => row === 'met',
      60,
    );
    expect(await asked('AerieState == "forged"', 'Name')).toBe('');
  });
});

import { expect, test } from 'vitest';
import { labNetwork } from '../../lab/network.ts';
import { run } from '../../lab/run.ts';
import { describeLab } from './describe-lab.ts';

const hardwareAddress = async (namespace: string, device: string): Promise<string> => {
  const { address } = JSON.parse(await run(['ip', '-n', namespace, '-json', 'link', 'show', device]))[0];
  return address;
};

describeLab('the network of a lab', () => {
  test('has one way out that stays the same, whoever comes and goes', async () => {
    const network = await labNetwork();
    try {
      const before = await hardwareAddress(network.nat, 'inside');
      const seen = new Set<string>();
      for (let n = 0; n < 4; n += 1) {
        const place = await network.addWorker();
        seen.add(await hardwareAddress(network.nat, 'inside'));
        await network.removeWorker(place);
        seen.add(await hardwareAddress(network.nat, 'inside'));
      }
      expect([...seen]).toEqual([before]);
    } finally {
      await network.remove();
    }
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinReply } from '../../core/model/pool.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
} from '../../lab/central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, startEndpoint } from '../../lab/endpoint.ts';
import { joinWith, type ProofOfIdentity } from '../../lab/join-with.ts';
import { type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { type KeyRing, keyRing } from '../../lab/role-keys.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { WORKER_ROLE } from '../../lab/site.ts';
import { describeLab } from './describe-lab.ts';

const ACCOUNT = '123456789012';
const WORKER = 'i-0aaaaaaaaaaaaaaa1';
const TOKEN_SECONDS = 7200;

const nowSeconds = () => Date.now() / 1000;

describeLab('joining', () => {
  let network: LabNetwork;
  let cm: CentralManager;
  let endpoint: LabEndpoint;
  let keys: KeyRing;

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({
      network,
      lower,
      configuration: SHIPPED_COLLECTOR,
      binds: ENDPOINT_BINDS,
    });
    keys = keyRing(nowSeconds);
    endpoint = await startEndpoint({
      network,
      centralManager: cm,
      keys,
      nowSeconds,
      account: ACCOUNT,
      role: WORKER_ROLE,
      tokenSeconds: TOKEN_SECONDS,
    });
  });

  afterAll(async () => {
    await endpoint?.close();
    await network?.remove();
  });

  const join = (proof: ProofOfIdentity) =>
    joinWith({ endpoint, keys, ec2: { account: ACCOUNT } }, WORKER, proof);

  test.each<[string, ProofOfIdentity]>([
    ['another account', { account: '210987654321' }],
    ['another role', { role: 'admin' }],
    ['another instance', { session: 'i-0bbbbbbbbbbbbbbb2' }],
    ['another pool', { pool: 'cm.example.com' }],
    ['another STS', { host: 'sts.example.com' }],
    ['this pool, but not in the signature', { unsigned: ['x-aerie-pool'] }],
    ['six minutes ago', { ageSeconds: 360 }],
    ['the future', { ageSeconds: -1200 }],
    ['keys that have expired', { keyLifeSeconds: -1 }],
    ['somebody who has the access key and not the secret', { forged: true }],
  ])('is refused with a proof of %s', async (_what, proof) => {
    const { status, answer } = await join(proof);
    expect({ status, answer }).toEqual({ status: 403, answer: { error: expect.stringMatching(/\.$/) } });
  });

  test('gives a token of exactly this instance, for joining and no more, once', async () => {
    const before = Math.floor(nowSeconds());
    const { status, answer } = await join({});
    expect(status).toBe(200);
    const { token, expiresAt } = joinReply.parse(answer);
    const [, claims = ''] = token.split('.');
    const parsed: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(parsed).toMatchObject({
      sub: `${WORKER}@${POOL}`,
      iss: POOL,
      scope: 'condor:/ADVERTISE_STARTD condor:/ADVERTISE_MASTER',
    });
    expect(expiresAt).toBeGreaterThanOrEqual(before + TOKEN_SECONDS);
    expect((await join({})).status).toBe(409);
  });

  test('gives no second token after the endpoint has been killed and started again', async () => {
    await endpoint.kill();
    await endpoint.start();
    expect((await join({})).status).toBe(409);
  });
});

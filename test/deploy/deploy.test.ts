import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aws, awsAt, clientOptions } from './aws.ts';
import { type Cdk, type CdkRan, cdkIn } from './cdk.ts';
import { openFunction, readRules } from './deployed.ts';
import { type Moto, motoLacks, startMoto } from './moto.ts';
import { openSite, type Site } from './site.ts';

const lacks = motoLacks();
const needs = lacks.length === 0 ? '' : ` (skipped: needs ${lacks.join(', ')})`;
const LONG = 600_000;

const STAGE = 'prod';
const STACK = `aerie-${STAGE}`;
const QUEUE = 'CLOUD';
const SECRET = 'the secret of the endpoint';
const START = Date.parse('2026-01-05T00:00:00Z') / 1000;

describe.skipIf(lacks.length > 0)(
  `a deployment by the CDK's own command line${needs}`,
  { timeout: LONG },
  () => {
    let folder: string;
    let moto: Moto;
    let aws: Aws;
    let cdk: Cdk;
    let site: Site;
    const logs: string[] = [];

    const block = () => ({
      pandaUrl: site.pandaUrl,
      endpointUrl: site.endpointUrl,
      image: '/images/worker',
      worker: { os: 'debian', pool: 'cm.example.org', centralManager: 'cm.example.org' },
      queues: { [QUEUE]: { state: 'active', 'max-workers': 10 } },
    });
    const timed = (what: string, ran: CdkRan): CdkRan => {
      process.stdout.write(`${what}: ${ran.seconds.toFixed(1)} s\n`);
      return ran;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'aerie-deploy-'));
      moto = await startMoto();
      aws = awsAt(moto.url);
      site = await openSite(QUEUE, SECRET, START);
      cdk = await cdkIn(join(folder, 'app'), aws);
      await cdk.configure(STAGE, block());
      const ssm = new SSMClient(clientOptions(aws));
      await ssm.send(
        new PutParameterCommand({ Name: '/images/worker', Type: 'String', Value: 'ami-12c6146b' }),
      );
      await ssm.send(
        new PutParameterCommand({
          Name: `/aerie/${STAGE}/endpoint/secret`,
          Type: 'SecureString',
          Value: SECRET,
        }),
      );
    }, LONG);
    afterAll(async () => {
      await site?.close();
      await moto?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('begins with the bootstrap of the account', async () => {
      const ran = timed('cdk bootstrap', await cdk.run('bootstrap', `aws://${aws.account}/${aws.region}`));
      expect(ran.code, ran.stderr).toBe(0);
    });

    it('deploys', async () => {
      const ran = timed(
        'cdk deploy',
        await cdk.run('deploy', STACK, '--method', 'direct', '--require-approval', 'never'),
      );
      expect(ran.code, ran.stderr).toBe(0);
    });

    it('launches workers for jobs that PanDA has ready', async () => {
      const rules = await readRules(aws);
      for (let id = 1; id <= 4; id += 1) {
        site.panda.jobs.arrive({
          id,
          siteid: QUEUE,
          resourceType: 'SCORE',
          cores: 1,
          arrivesAt: START + 1,
          runSeconds: 600,
        });
      }
      site.pass(180);
      expect(rules.filter(({ schedule }) => schedule !== undefined)).toHaveLength(2);
      const places = {
        templateFile: join(folder, 'app', 'cdk.out', `${STACK}.template.json`),
        folder: join(folder, 'functions'),
        onLog: (line: string) => logs.push(line),
      };
      const event = () => ({
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: new Date(site.clock.now * 1000).toISOString(),
      });
      for (const name of ['pilots', 'workers']) {
        const fn = await openFunction(aws, `${STACK}-${name}`, places);
        expect(await fn.invoke(event()), logs.join('\n')).toMatchObject({ ok: true });
        await fn.close();
        site.pass(30);
      }
      const { Reservations = [] } = await new EC2Client(clientOptions(aws)).send(
        new DescribeInstancesCommand({}),
      );
      expect(Reservations.flatMap(({ Instances }) => Instances)).toMatchObject([{}, {}]);
    });

    it('is destroyed', async () => {
      const ran = timed('cdk destroy', await cdk.run('destroy', STACK, '--force'));
      expect(ran.code, ran.stderr).toBe(0);
    });
  },
);

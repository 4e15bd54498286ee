import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListTopicsCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsStore } from '../../adapters/settings-store.ts';
import type { Finding } from '../../cli/doctor/finding.ts';
import { type Aws, awsAt, clientOptions } from './aws.ts';
import { addAlarms, addPerson, addSettings, addTicks, addWayOut, linuxImage } from './beside-the-stack.ts';
import { type Cdk, cdkIn } from './cdk.ts';
import { readFunction, readQueues, stopReaders } from './deployed.ts';
import { type DoctorSite, openDoctorSite, QUEUE, SECRET, STAGE } from './doctor-site.ts';
import { giveUp } from './letters.ts';
import { type Moto, motoLacks, startMoto } from './moto.ts';
import { defaultNetwork } from './state.ts';

const lacks = motoLacks();
const needs = lacks.length === 0 ? '' : ` (skipped: needs ${lacks.join(', ')})`;
const STACK = `aerie-${STAGE}`;

/** What the emulator has no answer for: the doctor says so, and goes on. test/cli/doctor has these on a stand-in. */
const NOT_EMULATED = ['lambda-limit', 'quota-vcpu', 'quota-gp3', 'ebs-key'];
const NOT_EMULATED_DEPLOYED = [...NOT_EMULATED, 'launcher-rights', 'alarm-test'];

const kindsAt = (findings: readonly Finding[], level: Finding['level']) =>
  findings.filter((finding) => finding.level === level).map(({ kind }) => kind);

describe.skipIf(lacks.length > 0)(
  `aerie doctor on an emulated account, from nothing to a stage that works${needs}`,
  () => {
    let folder: string;
    let moto: Moto;
    let aws: Aws;
    let cdk: Cdk;
    let site: DoctorSite;
    let block: Record<string, unknown>;
    let topic: string;
    let table: string;
    const look = (changes: Record<string, unknown> = {}) => site.look({ ...block, ...changes });
    const ssm = () => new SSMClient(clientOptions(aws));
    const cloudwatch = () => new CloudWatchClient(clientOptions(aws));
    const put = (Name: string, Value: string, Type: 'String' | 'SecureString' = 'String') =>
      ssm().send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'aerie-doctor-'));
      moto = await startMoto();
      aws = awsAt(moto.url);
      site = await openDoctorSite(aws, join(folder, 'cdk.json'), Math.floor(Date.now() / 1000));
      cdk = await cdkIn(join(folder, 'app'), aws);
      const network = await defaultNetwork(aws);
      await addWayOut(aws, network.vpcId ?? '');
      block = {
        ...site.block,
        ...(await linuxImage(aws)),
        account: aws.account,
        region: aws.region,
        network,
        queues: { [QUEUE]: { state: 'active' } },
        fleets: { default: { 'max-workers': 10 } },
      };
      await cdk.configure(STAGE, block);
    });
    afterAll(async () => {
      await site?.close();
      await moto?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('a new account: it is not prepared, and has no secret', async () => {
      const findings = await look();
      expect(kindsAt(findings, 'FAIL')).toEqual(['bootstrap', 'secret-parameter']);
      expect(kindsAt(findings, 'warn')).toEqual(NOT_EMULATED);
      expect(kindsAt(findings, 'skip')).toEqual(expect.arrayContaining(['endpoint-roles', 'stack', 'ticks']));
    });

    it('prepared and with the secret: it can be deployed', async () => {
      expect(await cdk.bootstrap()).toMatchObject({ code: 0 });
      await put(`/aerie/${STAGE}/endpoint/secret`, SECRET, 'SecureString');
      const findings = await look();
      expect(kindsAt(findings, 'FAIL')).toEqual([]);
      expect(kindsAt(findings, 'warn')).toEqual(NOT_EMULATED);
      expect(kindsAt(findings, 'ok')).toEqual(
        expect.arrayContaining(['endpoint-roles', 'templates', 'parameters', 'network', 'image', 'dry-run']),
      );
    });

    it('a parameter that was put by hand would stop the deploy; without it, it deploys', async () => {
      const Name = `/aerie/${STAGE}/fleets/default/max-workers`;
      await put(Name, '5');
      const [found] = (await look()).filter(({ level }) => level === 'FAIL');
      expect(found).toMatchObject({ kind: 'parameters', fix: expect.stringContaining(Name) });
      await ssm().send(new DeleteParameterCommand({ Name }));
      const ran = await cdk.run('deploy', STACK, '--method', 'direct', '--require-approval', 'never');
      expect(ran.code, `${ran.stderr}${ran.stdout}`).toBe(0);
      await stopReaders(aws);
    });

    it('just deployed: nothing has ticked, nothing was read, and the emulator has made no alarm', async () => {
      const findings = await look();
      expect(kindsAt(findings, 'FAIL')).toEqual(['alarms-on', 'settings']);
      expect(kindsAt(findings, 'warn')).toEqual([...NOT_EMULATED, 'launcher-rights', 'ticks']);
    });

    it('at work: all is ok that the emulator can answer for, and an alarm was tried and put back', async () => {
      const { Topics: [{ TopicArn = '' } = {}] = [] } = await new SNSClient(clientOptions(aws)).send(
        new ListTopicsCommand({}),
      );
      topic = TopicArn;
      table = (await readFunction(aws, `${STACK}-workers`)).environment.AERIE_TABLE ?? '';
      const template = join(folder, 'app', 'cdk.out', `${STACK}.template.json`);
      expect(await addAlarms(aws, template, topic)).toBeGreaterThan(10);
      await addPerson(aws, topic);
      await addTicks(aws, STAGE, site.now - 90);
      await addSettings(aws, table, QUEUE, site.now - 60);
      const findings = await look();
      expect(kindsAt(findings, 'FAIL')).toEqual([]);
      expect(kindsAt(findings, 'warn')).toEqual(NOT_EMULATED_DEPLOYED);
      expect(kindsAt(findings, 'skip')).toEqual([]);
      const { MetricAlarms = [] } = await cloudwatch().send(new DescribeAlarmsCommand({}));
      expect(MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM')).toEqual([]);
      expect(
        MetricAlarms.filter(({ StateReason = '' }) => StateReason.startsWith('aerie doctor')),
      ).toHaveLength(1);
    });

    describe('broken', () => {
      const found = async () => {
        const findings = await look();
        return findings.filter(({ level, kind }) => level !== 'ok' && !NOT_EMULATED_DEPLOYED.includes(kind));
      };

      it('an alarm that is on', async () => {
        const AlarmName = `${STACK}-ticks-missing-pilots`;
        const set = (StateValue: 'ALARM' | 'OK') =>
          cloudwatch().send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'no tick' }));
        await set('ALARM');
        expect(await found()).toMatchObject([
          { kind: 'alarms-on', level: 'warn', fix: 'docs/runbooks/ticks.md#ticks-missing' },
        ]);
        await set('OK');
      });

      it('a setting that cannot be used', async () => {
        const book = settingsStore(table, new DynamoDBClient(clientOptions(aws)));
        const kept = { of: 'queue', name: QUEUE, readAt: site.now, good: { state: 'active' } } as const;
        await book.keep({ ...kept, bad: [{ knob: 'cpus', why: 'is "many"; expected a number' }] });
        expect(await found()).toMatchObject([{ kind: 'settings', level: 'FAIL' }]);
        await book.keep(kept);
      });

      it('an event that was given up', async () => {
        await giveUp(aws, (await readQueues(aws)).get(`${STACK}-events`) ?? '', ['no event']);
        expect(await found()).toMatchObject([{ kind: 'dead-letters', level: 'warn' }]);
      });

      it('a topic that CloudWatch may not publish to', async () => {
        const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [] });
        await new SNSClient(clientOptions(aws)).send(
          new SetTopicAttributesCommand({ TopicArn: topic, AttributeName: 'Policy', AttributeValue }),
        );
        expect((await found()).filter(({ level }) => level === 'FAIL')).toMatchObject([
          { kind: 'alarm-topic', fix: 'npx cdk deploy -c stage=prod' },
        ]);
      });
    });
  },
);

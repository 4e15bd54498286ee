import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, type Ran, run } from '../../lab/run.ts';
import { type Alarms, alarmsStandIn } from './alarms-stand-in.ts';
import { type Aws, awsAt, clientOptions } from './aws.ts';
import { addWayOut, linuxImage } from './beside-the-stack.ts';
import { callsOf } from './calls.ts';
import { type Checkout, checkoutIn } from './checkout.ts';
import { type Moto, motoLacks, startMoto } from './moto.ts';
import { readmeSteps } from './readme-steps.ts';
import { openSite, type Site } from './site.ts';
import { defaultNetwork, liveInstances } from './state.ts';

const root = resolve(import.meta.dirname, '../..');
const lacks = motoLacks();
const needs = lacks.length === 0 ? '' : ` (skipped: needs ${lacks.join(', ')})`;

const COMMAND_SECONDS = 300;
const STAGE = 'prod';
const STACK = `aerie-${STAGE}`;
const QUEUE = 'BNL_CLOUD';
const SECRET = 'the-secret-of-the-endpoint-of-a-new-user';
const START = Date.parse('2026-01-05T00:00:00Z') / 1000;

/** The emulator loses errors of change sets, and nobody is at a terminal to agree to rights. */
const DEPLOY = ' --method direct --require-approval never';

/** The emulator takes any keys. */
const IN_A_BROWSER = /^aws sso login/;
const NO_KEYS = { AWS_EC2_METADATA_DISABLED: 'true' };

/** Puts an `aws` before the real one that asks the emulator: Debian's reads no AWS_ENDPOINT_URL. */
const writeAws = async (bin: string): Promise<void> => {
  const real = (await run(['bash', '-c', 'command -v aws'])).trim();
  await mkdir(bin);
  await writeFile(join(bin, 'aws'), `#!/bin/sh\nexec ${real} --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`, {
    mode: 0o755,
  });
};

const steps = readmeSteps(root);

it('the README has ten steps, numbered as they come', () => {
  expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

describe.skipIf(lacks.length > 0)(`the README's ten steps, one after the other${needs}`, () => {
  let folder: string;
  let moto: Moto;
  let aws: Aws;
  let site: Site;
  let checkout: Checkout;
  let alarms: Alarms;
  let topic: string | undefined;
  let person: string | undefined;
  const logs: string[] = [];

  const template = () => join(folder, 'aerie', 'cdk.out', `${STACK}.template.json`);
  const calls = () =>
    callsOf({
      aws,
      stack: STACK,
      templateFile: template(),
      folder: join(folder, 'functions'),
      now: () => site.clock.now,
      logs,
    });

  /** How often a function has counted a metric, by its log: that is where CloudWatch takes it from. */
  const counted = (service: string, name: string): number =>
    logs
      .flatMap((line) => {
        if (!line.includes(`"${name}"`)) return [];
        const metric: Readonly<Record<string, unknown>> = JSON.parse(line);
        return metric.service === service ? [Number(metric[name])] : [];
      })
      .reduce((sum, value) => sum + value, 0);

  /** Types a command of the README, in the folder that was cloned. */
  const type = (command: string, access: Aws['environment']): Promise<Ran> => {
    const typed = command.startsWith('npx cdk deploy') ? command + DEPLOY : command;
    return attempt(['env', '-C', checkout.folder, 'bash', '-c', typed], {
      timeoutSeconds: COMMAND_SECONDS,
      env: {
        ...access,
        AWS_DEFAULT_REGION: aws.region,
        AWS_ENDPOINT_URL_CLOUDWATCH: alarms.url,
        PATH: [join(folder, 'bin'), join(checkout.folder, 'node_modules', '.bin'), process.env.PATH].join(
          delimiter,
        ),
      },
    });
  };
  const typeAll = async (number: number, access = aws.environment): Promise<readonly Ran[]> => {
    const ran: Ran[] = [];
    for (const command of steps[number - 1]?.commands ?? []) {
      if (!IN_A_BROWSER.test(command)) ran.push(await type(command, access));
    }
    return ran;
  };
  const well = (ran: readonly Ran[]): string => {
    for (const { code, stdout, stderr } of ran) expect(code, `${stderr}${stdout}`).toBe(0);
    return ran.map(({ stdout }) => stdout).join('');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aerie-readme-'));
    moto = await startMoto();
    aws = awsAt(moto.url);
    site = await openSite({
      queue: QUEUE,
      secret: SECRET,
      startsAt: START,
      admission: {
        pool: 'cm.grid.test',
        sts: {
          url: `https://sts.${aws.region}.amazonaws.com/`,
          account: aws.account,
          roles: [`aerie-${STAGE}-worker`],
        },
        tokenSeconds: 604_800,
      },
    });
    checkout = await checkoutIn(join(folder, 'aerie'));
    await writeAws(join(folder, 'bin'));
    alarms = await alarmsStandIn({ aws, templateFile: template(), topicArn: () => topic, counted });
  });
  afterAll(async () => {
    await alarms?.close();
    await site?.close();
    await moto?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('1 and 2: a stage in cdk.json, and an endpoint with its secret', async () => {
    const network = await defaultNetwork(aws);
    await addWayOut(aws, network.vpcId ?? '');
    checkout.addStage(STAGE, {
      pandaUrl: site.pandaUrl,
      endpointUrl: site.endpointUrl,
      // Not the name of a parameter: moto forgets such a one before an update.
      ...(await linuxImage(aws)),
      network,
      worker: { os: 'debian', pool: 'cm.grid.test', centralManager: 'cm.grid.test' },
      alarmEmail: 'on-call@grid.test',
      queues: { [QUEUE]: { state: 'paused' } },
      fleets: { default: { 'max-workers': 10 } },
    });
    await writeFile(join(checkout.folder, 'secret.txt'), `${SECRET}\n`);
    expect(steps[1]?.text).toContain(`aerie-${STAGE}-worker`);
  });

  it('3: it can be synthesised', async () => {
    well(await typeAll(3));
  });

  it('4: what can be asked without an account is as it should be', async () => {
    const said = (await typeAll(4, NO_KEYS)).map(({ stdout }) => stdout).join('');
    expect(said).toMatch(/^ok +panda-api/m);
    expect(said).toMatch(/^ok +endpoint-roles/m);
    expect(said).toMatch(/^ok +templates/m);
    expect(said).not.toMatch(/^FAIL/m);
  });

  it('5 and 6: the account is prepared, and has the secret', async () => {
    well(await typeAll(5));
    well(await typeAll(6));
  });

  it('7: what the account can say is as it should be', async () => {
    const said = (await typeAll(7)).map(({ stdout }) => stdout).join('');
    expect(said).toMatch(/^ok +secret-parameter/m);
    expect(said).not.toMatch(/^FAIL/m);
  });

  it('8: it is deployed, and a person is subscribed', async () => {
    well(await typeAll(8));
    const { Stacks: [stack] = [] } = await new CloudFormationClient(clientOptions(aws)).send(
      new DescribeStacksCommand({ StackName: STACK }),
    );
    topic = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'AlarmTopic')?.OutputValue;
    const sqs = new SQSClient(clientOptions(aws));
    person = (await sqs.send(new CreateQueueCommand({ QueueName: 'person' }))).QueueUrl;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: person, AttributeNames: ['QueueArn'] }),
    );
    await new SNSClient(clientOptions(aws)).send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
    );
  });

  it('9: the ticks come, and an alarm reaches the person', async () => {
    const { fire } = calls();
    await fire('settings');
    for (const of of ['pilots', 'workers', 'audit']) {
      expect(await fire(of), logs.slice(-5).join('\n')).toMatchObject({ ok: true });
    }
    const said = (await typeAll(9)).map(({ stdout }) => stdout).join('');
    expect(said).toMatch(/^ok +ticks/m);
    expect(said).toMatch(/^ok +alarm-test/m);
    const { Messages = [] } = await new SQSClient(clientOptions(aws)).send(
      new ReceiveMessageCommand({ QueueUrl: person, MaxNumberOfMessages: 10 }),
    );
    expect(Messages.map(({ Body = '{}' }) => JSON.parse(Body).Subject).sort()).toEqual([
      expect.stringMatching(/^ALARM: aerie-prod-/),
      expect.stringMatching(/^OK: aerie-prod-/),
    ]);
  });

  it('10: with the queue active, jobs get pilots and pilots a worker', async () => {
    well(await typeAll(10));
    const { fire } = calls();
    await fire('settings');
    const order = { siteid: QUEUE, resourceType: 'SCORE', cores: 1, arrivesAt: START + 1, runSeconds: 600 };
    for (const id of [1, 2]) site.panda.jobs.arrive({ id, ...order });
    site.pass(180);
    expect(await fire('pilots')).toMatchObject({ answer: { decisions: [{ what: 'submit 2' }] } });
    site.pass(30);
    expect(await fire('workers')).toMatchObject({
      answer: { decisions: [{ what: 'launch 1 x m6i.large' }] },
    });
    expect(await liveInstances(aws)).toHaveLength(1);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { doctor, examineStage } from '../../../cli/doctor/doctor.ts';
import { KINDS } from '../../../cli/doctor/kinds.ts';
import { letsCloudWatchPublish } from '../../../cli/doctor/stack/topic-policy.ts';
import { aerie, sweep } from '../../running.ts';
import { answers, refuses } from './breakages.ts';
import { examineWorld, wellWorld } from './world.ts';

describe('what is told', () => {
  it('is a line for each finding, its fix below it, and how many there are', async () => {
    const world = wellWorld();
    world.admission = { ...world.admission, pool: 'other.physics.site' };
    refuses(
      world,
      'cloudformation:DescribeStacks',
      'ValidationError',
      'Stack with id aerie-prod does not exist',
    );
    answers(world, { 'ssm:GetParametersByPath': () => ({ Parameters: [] }) });
    const { text, code } = await examineWorld(world, false);
    const lines = text.split('\n');
    expect(lines).toContain(
      'ok    endpoint-roles     the endpoint admits aerie-prod-worker of account 123456789012',
    );
    const found = lines.findIndex((line) => line.startsWith('FAIL  endpoint-pool'));
    expect(lines[found + 1]).toMatch(/^ {6}fix: write TRUST_DOMAIN/);
    expect(lines.at(-3)).toMatch(/^skip {2}.*ticks, .*open-launches: the stage is not deployed yet$/);
    expect(lines.at(-2)).toMatch(/^\d+ ok, 0 warn, 1 FAIL, 12 skip$/);
    expect(code).toBe(1);
  });

  it('moves no cursor, whatever a server says', async () => {
    const world = wellWorld();
    refuses(world, 'ec2:RunInstances', 'InvalidParameter', 'bad \u001b[2Jthing');
    const { text } = await examineWorld(world, false);
    expect(text).toMatch(/bad\s+\[2Jthing/);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('docs/doctor.md', () => {
  it('explains each kind of finding, in the words of the code, and no other', () => {
    const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| ([^|]+) \| [^|]+ \|$/gm)];
    expect(Object.fromEntries(rows.map(([, kind, means]) => [kind, means]))).toEqual(KINDS);
  });
});

describe('the command', () => {
  it.each([
    [[], 'which stage? Say --stage NAME or set AERIE_STAGE; twin is the one that npm start runs.'],
    [['--stage', 'Prod!'], '--stage takes the name of a stage of cdk.json, not "Prod!".'],
    [['--stage', 'dev', '--all'], /Unknown option '--all'/],
    [
      ['--stage', 'dev', '--secret-file', '/nonexistent'],
      '--secret-file is "/nonexistent", and there is no such file that can be read.',
    ],
    [
      ['--stage', 'dev', '--secret-file', 'package.json'],
      '--secret-file is "package.json", which holds no secret: expected one line without spaces.',
    ],
  ])('asked with %j, says what was wrong', async (args, sentence) => {
    await expect(doctor(args)).rejects.toThrow(sentence);
  });

  it('looks at the twin only while one runs', async () => {
    const around = {
      ...{ cdkJson: 'cdk.json', aws: {}, now: () => 0, interrupted: new AbortController().signal },
      ...{ env: { XDG_RUNTIME_DIR: '/nonexistent' }, write: () => {} },
    };
    const wanted = { stage: 'twin', json: false, mayTestAlarm: false, secret: undefined };
    await expect(examineStage(wanted, around)).rejects.toThrow(/^no twin runs now; begin one with npm start/);
  });

  it('ends with 1 and names the stages there are, if there is none of that name', async () => {
    const running = aerie(['doctor', '--stage', 'nowhere']);
    expect(await running.ended).toMatchObject({ code: 1 });
    expect(running.stdout()).toMatch(/^FAIL {2}block .*cdk\.json has no stage "nowhere" .*it has: dev/);
    expect(running.stdout()).toMatch(/^skip {2}example-hosts, .*what the stage says cannot be used yet$/m);
    expect(running.stderr()).toBe('');
    sweep();
  });
});

describe('the policy of a topic', () => {
  const alarmArn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:aerie-prod-x';
  const allow = (more: object) => ({ Effect: 'Allow', Action: 'sns:Publish', Resource: '*', ...more });
  const service = { Principal: { Service: 'cloudwatch.amazonaws.com' } };
  const own = { StringEquals: { 'AWS:SourceOwner': '123456789012' } };

  it.each([
    ['names CloudWatch', [allow(service)], true],
    [
      'names it among others',
      [allow({ Principal: { Service: ['a.amazonaws.com', 'cloudwatch.amazonaws.com'] } })],
      true,
    ],
    ["is SNS's own", [allow({ Principal: { AWS: '*' }, Condition: own })], true],
    [
      'is of another account',
      [allow({ ...service, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } })],
      false,
    ],
    [
      'is for these alarms',
      [allow({ ...service, Condition: { ArnLike: { 'aws:SourceArn': alarmArn.replace(/x$/, '*') } } })],
      true,
    ],
    [
      'is for others',
      [allow({ ...service, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } } })],
      false,
    ],
    [
      'has a condition that nobody knows',
      [allow({ ...service, Condition: { DateGreaterThan: { x: '1' } } })],
      false,
    ],
    ['allows something else', [allow({ ...service, Action: ['sns:Subscribe'] })], false],
    ['allows all of SNS', [allow({ ...service, Action: 'sns:*' })], true],
    ['names another service', [allow({ Principal: { Service: 'events.amazonaws.com' } })], false],
    ['denies it after all', [allow(service), { ...allow(service), Effect: 'Deny' }], false],
    [
      'denies what is not encrypted',
      [
        allow(service),
        {
          ...allow({ Principal: '*' }),
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
      true,
    ],
  ])('%s', (_, Statement, may) => {
    expect(letsCloudWatchPublish(JSON.stringify({ Statement }), { account: '123456789012', alarmArn })).toBe(
      may,
    );
  });

  it.each(['', '{', '{"Statement": 7}'])('that is none is told apart: %j', (text) => {
    expect(letsCloudWatchPublish(text, { account: '1', alarmArn })).toBeUndefined();
  });
});

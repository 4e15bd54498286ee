import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planOfFile, planTold } from '../../../cli/verbs/plan.ts';
import { STAGE, stackOf } from '../../lib/stack-of.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-plan-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = async (stage: object, ...args: readonly string[]): Promise<string> => {
  const file = join(folder, 'cdk.json');
  await writeFile(file, JSON.stringify({ context: { aerie: { stages: { prod: stage } } } }));
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const access = () => {
    throw new Error('a plan asks AWS nothing');
  };
  const code = await planOfFile(file).run(args, { env: {}, stdout: { write }, say: write, access });
  expect(code).toBe(0);
  return out;
};

const toldOf = async (stage: object) =>
  planTold.parse(JSON.parse(await run(stage, '--stage', 'prod', '--json')));

describe('aerie plan', () => {
  it('counts what the template of a deploy has', async () => {
    const { makes } = await toldOf(STAGE);
    const template = stackOf({}, 'prod');
    for (const type of ['AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::CloudWatch::Alarm']) {
      const { length } = Object.keys(template.findResources(type));
      expect(makes).toContainEqual({ type, count: length });
    }
  });

  it('bills every alarm that it counts, and a NAT gateway where there is one', async () => {
    const { makes, controlPlane } = await toldOf({ ...STAGE, network: { kind: 'nat', zones: 2 } });
    const alarms = makes.find(({ type }) => type === 'AWS::CloudWatch::Alarm')?.count;
    expect(controlPlane.parts).toContainEqual(
      expect.objectContaining({ what: 'CloudWatch alarms', sums: `${alarms} at $0.10` }),
    );
    expect(makes).toContainEqual({ type: 'AWS::EC2::NatGateway', count: 1 });
    expect(controlPlane.parts.map(({ what }) => what)).toContain('NAT gateway');
    const sum = controlPlane.parts.reduce((all, { dollarsPerMonth }) => all + dollarsPerMonth, 0);
    expect(controlPlane.dollarsPerMonth).toBeCloseTo(sum);
  });

  it('says what the caps of each fleet can cost, and of all together', async () => {
    const fleets = {
      default: { 'max-workers': 10, flavours: 'm6i.large' },
      big: { 'max-workers': 5, flavours: 'm6i.2xlarge' },
    };
    const { fleets: told, workers } = await toldOf({ ...STAGE, fleets });
    expect(told).toMatchObject([
      { fleet: 'default', workers: 10, cores: 20, queues: ['CLOUD'] },
      { fleet: 'big', workers: 5, cores: 40, queues: [] },
    ]);
    const perHour = told.map(({ dollarsPerHour }) => dollarsPerHour ?? 0);
    expect(workers.dollarsPerHour).toBeCloseTo(perHour.reduce((all, one) => all + one, 0));
    expect(perHour[0]).toBeGreaterThan(10 * 0.096);
  });

  it('tells it in three tables, each with whose prices it rests on', async () => {
    const out = await run(STAGE, '--stage', 'prod');
    expect(out).toMatch(/^A deploy of prod makes \d+ resources:$/m);
    expect(out).toMatch(
      /^Without workers it costs about \$\d+ a month, at AWS's list prices \(its pricing pages, \d{4}-\d\d\)/m,
    );
    expect(out).toMatch(
      /^Workers cost at most \$.* a month at the caps, at AWS's list prices of \d{4}-\d\d-\d\d, on demand/m,
    );
  });

  it.each([
    [['--stage', 'dev'], 'cdk.json has no stage "dev" under "aerie.stages"; it has: prod.'],
    [[], 'which stage? Say --stage NAME or set AERIE_STAGE; it is one of cdk.json.'],
    [['prod'], 'aerie plan takes no name, not 1: aerie plan'],
  ])('%j is refused', async (args, why) => {
    await expect(run(STAGE, ...args)).rejects.toThrow(why);
  });

  it('every mistake of a stage is told', async () => {
    await expect(run({ ...STAGE, image: 'mine', tickSeconds: 7 }, '--stage', 'prod')).rejects.toThrow(
      /aerie\.stages\.prod\.image is "mine".*\n?.*aerie\.stages\.prod\.tickSeconds/s,
    );
  });
});

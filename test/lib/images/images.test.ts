import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KEPT_SECONDS } from '../../../adapters/ledger/items.ts';
import { imagePath } from '../../../core/model/names.ts';
import { readConfig } from '../../../lib/stage/config.ts';
import { imageScript, programs } from '../../../worker/programs.ts';
import { ACCOUNT, isAllowed, REGION } from '../simulated.ts';
import { type Props, propertiesOf, STAGE, stackOf } from '../stack-of.ts';
import { confusedDeputies } from '../template-checks.ts';

const WORKER = { os: 'debian', pool: 'cm.example.org', centralManager: 'cm.example.org' };
const PIPED = { imagePipeline: true, worker: WORKER, image: 'ami-0123456789abcdef0' };
const template = stackOf(PIPED);
const only = (type: string, of = template): Props => {
  const [one, ...others] = Object.values(propertiesOf(of, `AWS::ImageBuilder::${type}`));
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} of ${type}, not one`);
  return one;
};

describe('an image pipeline', () => {
  it('is off unless the stage asks for it', () => {
    for (const block of [{}, { imagePipeline: false }]) {
      const without = stackOf(block);
      expect(Object.keys(without.toJSON().Resources).filter((id) => /^Image/.test(id))).toEqual([]);
      expect(JSON.stringify(without.toJSON())).not.toContain('AERIE_IMAGE_PARAMETER');
    }
  });

  it('makes an image each week whatever has changed, tests it, and only then writes its id down', () => {
    expect(only('ImagePipeline')).toMatchObject({
      Schedule: {
        ScheduleExpression: 'cron(0 3 ? * mon *)',
        PipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
      },
      ImageTestsConfiguration: { ImageTestsEnabled: true },
    });
    expect(only('DistributionConfiguration').Distributions).toMatchObject([
      {
        AmiDistributionConfiguration: { AmiTags: { 'aerie:stage': 'dev' } },
        SsmParameterConfigurations: [{ ParameterName: imagePath('dev'), DataType: 'aws:ec2:image' }],
      },
    ]);
  });

  it('is encrypted, speaks IMDSv2 only, and leaves no machine behind', () => {
    expect(only('ImageRecipe').BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true });
    expect(only('InfrastructureConfiguration')).toMatchObject({
      InstanceMetadataOptions: { HttpTokens: 'required' },
      TerminateInstanceOnFailure: true,
    });
  });

  it('works on machines without the tag of the stage: the audit would take them for workers', () => {
    expect(only('InfrastructureConfiguration').ResourceTags).toEqual({ Name: 'aerie-dev image' });
  });

  it('carries the tags of the stage on machines, images and AMIs', () => {
    const tags = Object.fromEntries(Array.from({ length: 29 }, (_, at) => [`Tag${at}`, 'x']));
    const tagged = stackOf({ ...PIPED, tags });
    const own = { 'aerie:stage': 'dev' };
    const [{ AmiDistributionConfiguration: ami }] = only('DistributionConfiguration', tagged).Distributions;
    expect(ami.AmiTags).toEqual({ ...tags, ...own });
    expect(only('ImagePipeline', tagged).ImageTags).toEqual({ ...tags, ...own });
    const { ResourceTags } = only('InfrastructureConfiguration', tagged);
    expect(ResourceTags).toEqual({ ...tags, Name: 'aerie-dev image' });
  });

  it("encrypts with the stage's key, in a recipe of its own", () => {
    const diskKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
    const keyed = only('ImageRecipe', stackOf({ ...PIPED, diskKey }));
    expect(keyed.BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true, KmsKeyId: diskKey });
    expect(keyed.Name).not.toBe(only('ImageRecipe').Name);
    expect(only('ImageRecipe').BlockDeviceMappings[0].Ebs.KmsKeyId).toBeUndefined();
  });

  it.each([
    ['an AMI', 'ami-0123456789abcdef0', 'ami-0123456789abcdef0'],
    [
      'a parameter of AWS, read for each image',
      '/aws/service/debian/release/13/latest/amd64',
      'ssm:/aws/service/debian/release/13/latest/amd64',
    ],
  ])('starts from %s', (_, image, expected) => {
    expect(only('ImageRecipe', stackOf({ ...PIPED, image })).ParentImage).toBe(expected);
  });

  it('has a new recipe and component for each content, because they can never be changed', () => {
    const names = (block: object) => {
      const of = stackOf(block);
      const bake = Object.entries(propertiesOf(of, 'AWS::ImageBuilder::Component')).find(([id]) =>
        /Bake/.test(id),
      );
      return [only('ImageRecipe', of).Name, bake?.[1].Name];
    };
    const [recipe, bake] = names(PIPED);
    expect(names(PIPED)).toEqual([recipe, bake]);
    const withCvmfs = names({ ...PIPED, worker: { ...WORKER, cvmfs: { repositories: ['atlas.cern.ch'] } } });
    expect(withCvmfs).not.toContain(recipe);
    expect(withCvmfs).not.toContain(bake);
    const other = names({ ...PIPED, image: 'ami-0fffffffffffffff0' });
    expect(other).not.toContain(recipe);
    expect(other).toContain(bake);
  });

  it('tells the topic of an image that fails, and of no other recipe than its own', () => {
    const rules = Object.values(propertiesOf(template, 'AWS::Events::Rule'));
    const rule = rules.find(({ EventPattern }) => EventPattern?.source?.[0] === 'aws.imagebuilder');
    expect(rule?.EventPattern.detail).toEqual({ state: { status: ['FAILED', 'CANCELLED'] } });
    expect(JSON.stringify(rule?.EventPattern.resources)).toContain(`:image/${only('ImageRecipe').Name}/`);
    expect(rule?.Targets[0].Arn.Ref).toMatch(/^WatchTopic/);
    expect(confusedDeputies(template)).toEqual([]);
    const policies = JSON.stringify(propertiesOf(template, 'AWS::SNS::TopicPolicy'));
    expect(policies).toContain('events.amazonaws.com');
  });

  it('keeps every image that may still be launched: as long as the ledger remembers what joined', () => {
    const days = KEPT_SECONDS.templateBoots / 86_400;
    expect(only('LifecyclePolicy')).toMatchObject({
      ResourceSelection: { TagMap: { 'aerie:stage': 'dev' } },
      PolicyDetails: [
        {
          Filter: { Type: 'COUNT', Value: 5 },
          ExclusionRules: { Amis: { LastLaunched: { Unit: 'DAYS', Value: days } } },
        },
      ],
    });
  });
});

describe('the components of an image', () => {
  const documents = (os: string) =>
    Object.values(
      propertiesOf(stackOf({ ...PIPED, worker: { ...WORKER, os } }), 'AWS::ImageBuilder::Component'),
    )
      .map(({ Data }) => String(Data))
      .map((data) => ({ data, document: JSON.parse(data) }));
  /** The files that a document unpacks. */
  const filesIn = (data: string): Props => {
    const [, packed = ''] = /echo ([A-Za-z0-9+/=]+) \| base64 -d \| gzip -d/.exec(data) ?? [];
    return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
  };

  it.each(['debian', 'el9'] as const)('for %s bake with the very programs of a worker, and check', (os) => {
    const [first, second, bake, check] = documents(os);
    for (const one of [first, second, bake]) {
      expect(one?.document.phases.map(({ name }: Props) => name)).toEqual(['build']);
    }
    expect(check?.document.phases.map(({ name }: Props) => name)).toEqual(['test']);
    const files = Object.entries(programs(os)).map(([name, text]) => [`files/${name}`, text]);
    expect({ ...filesIn(first?.data ?? ''), ...filesIn(second?.data ?? '') }).toEqual(
      Object.fromEntries(files),
    );
    expect(filesIn(bake?.data ?? '')).toEqual({ 'image/bake.sh': imageScript('bake.sh') });
    expect(filesIn(check?.data ?? '')).toEqual({ 'image/check.sh': imageScript('check.sh') });
  });

  it('bake a driver for GPUs where the stage asks for it, into a larger image', () => {
    const stack = (imagePipeline: unknown) =>
      stackOf({ ...PIPED, worker: { ...WORKER, os: 'el9' }, imagePipeline });
    const size = (of: ReturnType<typeof stackOf>) =>
      only('ImageRecipe', of).BlockDeviceMappings[0].Ebs.VolumeSize;
    const said = (of: ReturnType<typeof stackOf>) =>
      JSON.stringify(propertiesOf(of, 'AWS::ImageBuilder::Component'));
    const [plain, gpu] = [stack(true), stack({ gpu: true })];
    expect([size(plain), size(gpu)]).toEqual([10, 20]);
    expect(said(gpu)).toContain('AERIE_GPU=yes');
    expect(said(plain)).toContain('AERIE_GPU=no');
  });

  it('fit into what Image Builder takes, and stop at the first command that fails', () => {
    for (const { data, document } of ['debian', 'el9'].flatMap(documents)) {
      expect(data.length).toBeLessThan(16_000);
      for (const { steps } of document.phases) {
        for (const step of steps) {
          expect(step).toMatchObject({ action: 'ExecuteBash', onFailure: 'Abort' });
          expect(step.inputs.commands[0]).toBe('set -eu');
        }
      }
    }
  });
});

describe('the launcher', () => {
  const image = `arn:aws:ec2:${REGION}::image/ami-0aaaaaaaaaaaaaaaa`;
  const parameter = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${imagePath('dev')}`;
  const tagged = (stage: string) => ({ 'aws:ResourceTag/aerie:stage': stage });

  it('may launch from the images that it makes by its own template, and by no other', async () => {
    const may = (from: string, of: string) =>
      isAllowed(template, 'Launcher', {
        action: 'ec2:RunInstances',
        resource: image,
        context: {
          'ec2:LaunchTemplate': `arn:aws:ec2:${REGION}:${ACCOUNT}:launch-template/${from}`,
          ...tagged(of),
        },
      });
    expect(await may('lt-0123456789abcdef0', 'dev')).toBe(true);
    expect(await may('lt-0fffffffffffffff0', 'dev')).toBe(false);
  });

  it('may read which image is the newest, and nobody else may', async () => {
    const may = (who: string) =>
      isAllowed(template, who, { action: 'ssm:GetParameter', resource: parameter });
    expect(await may('Launcher')).toBe(true);
    for (const other of ['Pilots', 'Events', 'Audit', 'Settings']) expect(await may(other)).toBe(false);
  });
});

describe('a stage that cannot make images', () => {
  it.each([
    [{ worker: undefined }, 'aerie.stages.dev.imagePipeline makes images of what "worker" sets up'],
    [{ worker: { ...WORKER, os: 'baked' } }, 'give it one with the os el9 or debian'],
    [{ image: '/site/images/worker' }, "starts from the stage's image, which is /site/images/worker"],
    [{ network: { kind: 'ipv6' } }, 'needs a way out over IPv4'],
    [
      { tags: Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`Tag${at}`, 'x'])) },
      "aerie.stages.dev.imagePipeline gives its machines the stage's tags, of which there are 30; expected 29 or fewer",
    ],
    [{ imagePipeline: { schedule: 'hourly' } }, 'schedule is "hourly"; expected daily, weekly or monthly'],
    [{ imagePipeline: { instanceType: 'm7g.large' } }, 'is "m7g.large"; expected a type with x86_64'],
    [
      { imagePipeline: { gpu: true } },
      'imagePipeline bakes a driver for GPUs, for which worker.os is debian; expected el9',
    ],
    [
      { imagePipeline: { gpu: true }, worker: { ...WORKER, os: 'el9' }, workerDiskGb: 19 },
      'imagePipeline makes images of 20 GiB, and workerDiskGb is 19; expected as much or more',
    ],
    [{ imagePipeline: { keep: 1 } }, 'keep is 1; expected a whole number of images from 2 to 50'],
    [{ imagePipeline: { weekly: true } }, 'weekly is no setting of a stage; remove it'],
    [{ imagePipeline: 'weekly' }, 'imagePipeline is "weekly"; expected true, false or an object'],
  ])('is told so: %j', (block, sentence) => {
    const read = readConfig({ stages: { dev: { ...STAGE, ...PIPED, ...block } } }, 'dev');
    expect(read.ok ? [] : read.mistakes).toEqual([expect.stringContaining(sentence)]);
  });
});

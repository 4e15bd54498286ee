import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../lib/stage/config.ts';
import { MOST_TAGS } from '../../../lib/stage/tags.ts';
import { expectOneMistake, mistakesOf, queue } from '../config-mistakes.ts';
import { STAGE } from '../stack-of.ts';

describe('the configuration of a stage', () => {
  it('fills in what most stages have in common', () => {
    expect(readConfig({ stages: { dev: STAGE } }, 'dev')).toEqual({
      ok: true,
      config: {
        ...STAGE,
        stage: 'dev',
        fleets: {},
        ownFleets: {},
        clouds: {},
        rootDevice: '/dev/sda1',
        network: { kind: 'public', zones: 2 },
        workerDiskGb: 100,
        fixedAddress: false,
        sessionManager: false,
        tags: {},
        retain: true,
        reserveConcurrency: false,
        queueMetrics: 'on',
        tickMemoryMb: 512,
        tickSeconds: 20,
        nudges: true,
      },
    });
  });

  it('takes numbers as numbers, because SSM would hold their text', () => {
    const read = readConfig({ stages: { dev: { ...STAGE, ...queue({ state: 'active', cpus: 8 }) } } }, 'dev');
    expect(read).toMatchObject({ config: { queues: { CLOUD: { cpus: '8' } } } });
  });

  it('lets a twin on the same machine speak plain http', () => {
    expect(mistakesOf({ pandaUrl: 'http://127.0.0.1:8080/api/v1' })).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a name that is no queue name',
      { queues: { 'a b': { state: 'active' } } },
      'Queue a b: (name) is "a b"; expected up to 64 letters',
    ],
    [
      'caps of the stage, which are those of fleets now',
      { caps: { cores: 4_000 } },
      'aerie.stages.dev.caps is no setting of a stage any more: caps and budgets are those of fleets; set max-workers,',
    ],
    ['a URL that is missing', { endpointUrl: undefined }, 'aerie.stages.dev.endpointUrl is missing.'],
    [
      'a URL in the clear',
      { endpointUrl: 'http://cm.example.org:9619' },
      'aerie.stages.dev.endpointUrl is "http://cm.example.org:9619"; expected an https URL without user, query or fragment.',
    ],
    [
      'a URL of the endpoint with the path that is added to it',
      { endpointUrl: 'https://cm.example.org:9619/v1' },
      'aerie.stages.dev.endpointUrl is "https://cm.example.org:9619/v1"; expected the URL without the path /v1, which clients add.',
    ],
    [
      'a memory that is too little for a tick',
      { tickMemoryMb: 256 },
      'aerie.stages.dev.tickMemoryMb is 256; expected a whole number of MB from 512 to 10240.',
    ],
    [
      'a memory that is more than Lambda gives',
      { tickMemoryMb: 20_000 },
      'aerie.stages.dev.tickMemoryMb is 20000; expected a whole number of MB from 512 to 10240.',
    ],
    [
      'a tick that does not fit into a minute',
      { tickSeconds: 45 },
      'aerie.stages.dev.tickSeconds is 45; expected 20, 30 or 60.',
    ],
    [
      'a tick that is no number',
      { tickSeconds: '20' },
      'aerie.stages.dev.tickSeconds is "20"; expected 20, 30 or 60, without quotes.',
    ],
    [
      'a PanDA without the path of its API',
      { pandaUrl: 'https://panda.example.org:25443' },
      'aerie.stages.dev.pandaUrl is "https://panda.example.org:25443"; expected an https URL that ends in /api/v1, without user, query or fragment.',
    ],
    [
      'a region of another partition',
      { region: 'cn-north-1' },
      'aerie.stages.dev.region is "cn-north-1", which lies in a partition of AWS whose services have other names;',
    ],
    [
      'a tag that the metadata of a machine cannot carry',
      { tags: { 'cost center': '4711' } },
      'aerie.stages.dev.tags.cost center is not a tag key of up to 128 letters,',
    ],
    [
      "a tag of aerie's own",
      { tags: { 'aerie:stage': 'prod' } },
      "aerie.stages.dev.tags.aerie:stage begins with aerie:, which aerie's own tags do;",
    ],
    [
      "a tag of AWS's own",
      { tags: { 'aws:owner': 'x' } },
      'aerie.stages.dev.tags.aws:owner begins with aws:, which AWS keeps for itself;',
    ],
    [
      'a tag that is no text',
      { tags: { Cost: 7 } },
      'aerie.stages.dev.tags.Cost is 7; expected a text of up to',
    ],
    [
      'more tags than a machine can have',
      { tags: Object.fromEntries(Array.from({ length: MOST_TAGS + 1 }, (_, index) => [`T${index}`, 'x'])) },
      `aerie.stages.dev.tags has ${MOST_TAGS + 1} tags; expected ${MOST_TAGS} or fewer.`,
    ],
    [
      'tags that do not fit into the environment',
      { tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`T${index}`, 'x'.repeat(250)])) },
      'aerie.stages.dev.tags comes to 2581 bytes as JSON; expected 2000 or fewer,',
    ],
    ['an account that is none', { account: '42' }, 'aerie.stages.dev.account is "42"; expected'],
    ['a setting that does not exist', { imgae: 'x' }, 'aerie.stages.dev.imgae is no setting of a stage;'],
    [
      'an e-mail address that is none',
      { alarmEmail: 'nobody' },
      'aerie.stages.dev.alarmEmail is "nobody"; expected an e-mail address.',
    ],
    [
      'a page where the folder of the runbooks belongs',
      { runbookUrl: 'https://docs.example.org/docs/operations.html' },
      'aerie.stages.dev.runbookUrl is "https://docs.example.org/docs/operations.html"; expected the https URL of a folder,',
    ],
  ])('says in one sentence that it has %s', (_, block, sentence) => expectOneMistake(block, sentence));

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'prod'],
    ['a number', 7],
    ['a worker that is a number', { ...STAGE, worker: 7 }],
    ['caps of the stage', { ...STAGE, caps: null }],
    ['fleets that are a list', { ...STAGE, fleets: ['gpu'] }],
    ['a fleet that is a text', { ...STAGE, fleets: { gpu: 'active' } }],
    ['queues that are a list', { ...STAGE, queues: ['CLOUD'] }],
    ['a queue that is a text', { ...STAGE, queues: { CLOUD: 'active' } }],
    ['a network without placements', { ...STAGE, network: { vpcId: 'vpc-0123abcd' } }],
    ['a placement that is a number', { ...STAGE, network: { vpcId: 'vpc-0123abcd', placements: [5] } }],
    ['tags that are a list', { ...STAGE, tags: ['a'] }],
    ['an image pipeline that is a number', { ...STAGE, imagePipeline: 7 }],
    ['a retain that is a text', { ...STAGE, retain: 'yes' }],
  ])('says in its own words what is wrong with %s for a block', (_, block) => {
    const read = readConfig({ stages: { dev: block } }, 'dev');
    expect(read.ok).toBe(false);
    for (const mistake of read.ok ? [] : read.mistakes) {
      expect(mistake).not.toContain('Invalid input');
      expect(mistake).toMatch(/expected|is missing|give |remove it/);
    }
  });

  it('says that a number is to be a text, and shows no more of a long value than helps', () => {
    expect(mistakesOf({ account: 123456789012 })).toEqual([
      'aerie.stages.dev.account is 123456789012; expected an account number of 12 digits, in quotes.',
    ]);
    expect(mistakesOf({ tags: { Long: 'x'.repeat(300) } })[0]?.length).toBeLessThan(300);
  });

  it.each([
    ['https://user:word@cm.grid.test:9619'],
    ['https://cm.grid.test:9619/?a=b'],
    ['https://cm.grid.test:9619/#a'],
    [' https://cm.grid.test:9619'],
  ])('takes no URL that a path cannot be put behind: %s', (endpointUrl) => {
    expect(mistakesOf({ endpointUrl })).toHaveLength(1);
  });

  it('takes no two tags that are one to IAM', () => {
    expect(mistakesOf({ tags: { CostCenter: '1', costcenter: '2' } })).toEqual([
      'aerie.stages.dev.tags.CostCenter and costcenter are one key to IAM, which tells no small letters from capitals; keep one of them.',
    ]);
  });

  it('takes any cap: one that is lowered must never be refused, and leave the higher one in force', () => {
    for (const cap of [0, 1]) {
      expect(mistakesOf({ fleets: { default: { 'max-cores': cap, 'max-workers': cap } } })).toEqual([]);
    }
  });

  it.each([
    ['constructor', 'cdk.json has no stage "constructor"'],
    ['Dev', '"Dev" is no name for a stage;'],
    ['prod', 'cdk.json has no stage "prod" under "aerie.stages"; it has: dev.'],
  ])('says that there is no stage %s', (stage, sentence) => {
    expect(mistakesOf({}, stage)[0]).toContain(sentence);
  });

  it.each([[undefined], [{}], [{ stages: [] }]])('says that %j has no stages', (aerie) => {
    expect(readConfig(aerie, 'dev')).toMatchObject({
      mistakes: ['cdk.json has no stages; its context needs "aerie.stages".'],
    });
  });

  it('says everything that is wrong at once', () => {
    expect(mistakesOf(queue({ state: 'on', cpus: 'many', speed: 1 }))).toHaveLength(3);
  });
});

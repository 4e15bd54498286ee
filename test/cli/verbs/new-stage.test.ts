import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Around } from '../../../cli/command/verb.ts';
import { newStageIn, newStageTold } from '../../../cli/verbs/new-stage.ts';
import { readConfig } from '../../../lib/stage/config.ts';
import { ROOT } from '../../running.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-stage-'));
  file = join(folder, 'cdk.json');
  await copyFile(join(ROOT, 'cdk.json'), file);
});
afterEach(() => rm(folder, { recursive: true }));

const run = async (args: readonly string[], more: Partial<Around> = {}) => {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const access = () => {
    throw new Error('a new stage asks AWS nothing');
  };
  const around = { env: {}, stdout: { write }, say: write, access, ...more };
  return { code: await newStageIn(file).run(args, around), out };
};

const stages = async () => JSON.parse(await readFile(file, 'utf8')).context.aerie.stages;

/** Somebody who answers these in turn, and whom nobody may ask more. */
const answering = (...answers: readonly string[]) => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    const answer = answers[asked.length - 1];
    if (answer === undefined) throw new Error(`nobody answers ${question}`);
    return answer;
  };
  return { ask, asked };
};

describe('aerie new-stage', () => {
  it('asks eight questions on a terminal, and writes a stage that can be read', async () => {
    const { ask, asked } = answering('prod', '', 'cm.site.edu', '', 'SITE_CLOUD', '', '50', 'ops@site.edu');
    const { code } = await run([], { ask });
    expect([code, asked.length]).toEqual([0, 8]);
    const all = await stages();
    expect(Object.keys(all)).toEqual(['dev', 'prod']);
    expect(all.prod).toMatchObject({
      region: 'us-east-1',
      endpointUrl: 'https://cm.site.edu:9619',
      worker: { os: 'debian', pool: 'cm.site.edu' },
      alarmEmail: 'ops@site.edu',
      fleets: { default: { 'max-workers': 50 } },
      queues: { SITE_CLOUD: { state: 'paused' } },
    });
    expect(readConfig({ stages: all }, 'prod')).toMatchObject({ ok: true });
  });

  it('takes all of them as options, and asks nothing then', async () => {
    const image = 'ami-0123456789abcdef0';
    const { ask, asked } = answering();
    const { code, out } = await run(
      [
        ...['prod', '--json', '--region', 'us-west-2', '--central-manager', 'cm.site.edu'],
        ...['--endpoint-url', 'https://ep.site.edu:9619', '--queue', '', '--image', image],
        ...['--max-workers', '7', '--alarm-email', ''],
      ],
      { ask },
    );
    expect([code, asked]).toEqual([0, []]);
    const { block } = newStageTold.parse(JSON.parse(out));
    expect(block).toEqual((await stages()).prod);
    expect(block).toEqual({
      region: 'us-west-2',
      endpointUrl: 'https://ep.site.edu:9619',
      image,
      worker: { os: 'el9', pool: 'cm.site.edu', centralManager: 'cm.site.edu' },
      fleets: { default: { 'max-workers': 7 } },
    });
  });

  it('says what such workers lack, and what comes next', async () => {
    const { out } = await run(['prod', '--central-manager', 'cm.site.edu']);
    expect(out).toContain('The workers of prod are for trying out');
    expect(out).toContain('next: aerie plan --stage prod');
  });

  it.each([
    [
      ['dev', '--central-manager', 'cm.site.edu'],
      'cdk.json has a stage dev already, which is not overwritten',
    ],
    [['Prod'], '"Prod" is no name for a stage'],
    [['prod'], '--central-manager has to be given where no terminal asks for it.'],
    [[], 'which stage? No terminal asks here'],
    [['a', 'b'], 'aerie new-stage takes one name, not 2.'],
    [
      ['prod', '--central-manager', 'cm.site.edu', '--max-workers', 'many'],
      'Fleet default: max-workers is "many"; expected a whole number from 0 to 100000.',
    ],
  ])('%j is refused, and nothing is written', async (args, why) => {
    const before = await readFile(file, 'utf8');
    await expect(run(args)).rejects.toThrow(why);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('leaves everything else of the file as it was', async () => {
    const before = await readFile(file, 'utf8');
    await run(['prod', '--central-manager', 'cm.site.edu']);
    const after = JSON.parse(await readFile(file, 'utf8'));
    delete after.context.aerie.stages.prod;
    expect(`${JSON.stringify(after, undefined, 2)}\n`).toBe(before);
  });
});

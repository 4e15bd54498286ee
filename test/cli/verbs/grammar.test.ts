import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeCommands } from '../../../cli/command/describe.ts';
import { manual } from '../../../cli/command/manual.ts';
import { overview } from '../../../cli/command/overview.ts';
import type { Around } from '../../../cli/command/verb.ts';
import { DOES } from '../../../cli/verbs/does.ts';
import { VERBS } from '../../../cli/verbs/verbs.ts';

const run = async (words: string, env: Around['env'] = {}): Promise<readonly [code: number, out: string]> => {
  const [name = '', ...args] = words.split(' ');
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const access = () => ({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const verb = await VERBS[name]?.();
  if (verb === undefined) throw new Error(`there is no command ${name}`);
  return [await verb.run(args, { env, stdout: { write }, say: write, access }), out];
};

describe('every command', () => {
  it.each(Object.keys(VERBS))('%s explains itself on one screen', async (name) => {
    const [code, out] = await run(`${name} --help`);
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(new RegExp(`^aerie ${name} (.* )?\\[--json\\]$`));
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(await run(`${name} -h`)).toEqual([code, out]);
  });
});

it.each([
  ['status', 'which stage? Say --stage NAME or set AERIE_STAGE; twin is the one that npm start runs.'],
  ['status --stage Prod', '--stage takes the name of a stage, not "Prod"'],
  ['status BNL --stage prod', 'aerie status takes no name, not 1'],
  ['why --stage prod', 'aerie why takes 1 name, not 0: aerie why NAME [--at TIME]'],
  ['why BNL --sinc 3h', 'Unknown option \'--sinc\'. Run "aerie why --help" for the options.'],
  ['set BNL --stage prod', 'aerie set takes 2 to 40 names, not 1'],
  ['top --every 0 --stage prod', '--every takes a number from 1 to 3600, not "0".'],
  ['rights everybody --stage prod', 'aerie rights takes reader or operator, not "everybody".'],
])('%s is refused: %s', async (words, sentence) => {
  await expect(run(words)).rejects.toThrow(sentence);
});

it('an AWS that does not answer is said in a sentence', async () => {
  await expect(run('status', { AERIE_STAGE: 'prod' })).rejects.toThrow(
    /^AWS gave no answer \(ECONNREFUSED: .*\)\.$/,
  );
});

it.each(['bash', 'zsh', 'fish'])('%s is told every command and option', async (shell) => {
  const [code, out] = await run(`completion ${shell}`);
  expect(code).toBe(0);
  for (const name of Object.keys(VERBS)) {
    expect(out, name).toMatch(new RegExp(`\\b${name}\\b`));
    const verb = await VERBS[name]?.();
    for (const [option] of verb?.options ?? [])
      expect(out, option).toMatch(new RegExp(`(--|-l )${option}\\b`));
  }
});

it('bash completes a command, and its options', async () => {
  const [, script] = await run('completion bash');
  const completed = (words: string) =>
    execFileSync(
      'bash',
      [
        '-c',
        `${script}\nCOMP_WORDS=(${words})\nCOMP_CWORD=$((\${#COMP_WORDS[@]} - 1))\n_aerie\nprintf '%s ' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    ).trim();
  expect(completed('aerie wor')).toBe('workers worker');
  expect(completed('aerie why --a')).toBe('--at');
  expect(completed('aerie workers --')).toBe('--lost --since --stage --json --help');
});

it('the page of commands is made from the code', async () => {
  const page = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
  expect(page, 'docs/commands.md is behind the code: run "node bin/docs.ts"').toBe(await describeCommands());
});

it('the manual is made from the code, and names every command and option', async () => {
  const page = readFileSync(new URL('../../../docs/aerie.1', import.meta.url), 'utf8');
  expect(page, 'docs/aerie.1 is behind the code: run "node bin/docs.ts"').toBe(await manual());
  for (const load of Object.values(VERBS)) {
    const { name, options, examples } = await load();
    expect(page).toMatch(new RegExp(`^\\.SS aerie ${name.replace('-', '\\\\-')} `, 'm'));
    for (const [option] of options) expect(page).toContain(`\\fB\\-\\-${option.replaceAll('-', '\\-')}\\fR`);
    for (const example of examples) expect(page).toContain(example.replaceAll('-', '\\-'));
  }
});

it('no line of the manual is a command of roff by its text', async () => {
  const known = /^\.(TH|SH|SS|TP|PP|EX|EE)\b/;
  for (const line of (await manual()).split('\n')) {
    if (/^[.']/.test(line)) expect(line).toMatch(known);
  }
});

it('the list of commands is known without loading any, and says what each says of itself', async () => {
  for (const [name, load] of Object.entries(VERBS))
    expect(DOES, name).toHaveProperty(name, (await load()).does);
  expect(Object.keys(DOES).sort()).toEqual(Object.keys(VERBS).sort());
});

it.each([
  ['rights', 'whose rights'],
  ['plan', 'one of cdk.json'],
  ['import', 'what the block is called'],
  ['new-stage', 'the same as NAME'],
])('--stage of %s is %s', async (name, words) => {
  expect((await VERBS[name]?.())?.help).toMatch(new RegExp(`--stage NAME +${words}`));
});

it.each([
  ['', {}, 'aws'],
  [' --region eu-west-1', { AWS_REGION: 'us-gov-west-1' }, 'aws'],
  [' --region us-gov-east-1', {}, 'aws-us-gov'],
  ['', { AWS_REGION: 'us-gov-west-1' }, 'aws-us-gov'],
])('the rights of%s with %j are on resources of the partition %s', async (option, env, partition) => {
  const [, out] = await run(`rights operator --stage prod${option}`, env);
  const { Statement } = JSON.parse(out) as { readonly Statement: readonly { readonly Resource: string[] }[] };
  const arns = Statement.flatMap(({ Resource }) => Resource).filter((resource) => resource !== '*');
  expect(arns).toHaveLength(6);
  for (const arn of arns) expect(arn.split(':')[1]).toBe(partition);
});

it('rights in a partition where no stage can be are refused', async () => {
  await expect(run('rights reader --stage prod --region cn-north-1')).rejects.toThrow(
    /^the region is "cn-north-1", which lies in a partition of AWS whose services have other names/,
  );
});

it('completion is about no stage', async () => {
  await expect(run('completion bash --stage prod')).rejects.toThrow('aerie completion is about no stage');
});

it('all commands are listed once, on one screen', () => {
  const text = overview();
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  const listed = lines.slice(2, lines.indexOf('', 2)).flatMap((line) => line.slice(9, 29).trim().split(', '));
  expect(listed.sort()).toEqual([...Object.keys(VERBS), 'start', 'lab', 'dead-letters', 'doctor'].sort());
});

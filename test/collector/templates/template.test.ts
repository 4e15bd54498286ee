import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as description, readTemplate } from '../../../collector/templates/template.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What condor_submit is given for a template with these lines in it. */
const submitted = async (lines: string, gpus = 0): Promise<readonly string[]> => {
  writeFileSync(join(folder, 'A.sub'), `executable = pilot.sh\n${lines}\n+MATCH_APF_QUEUE = "A"\nqueue 1\n`);
  const read = await readTemplate(folder, 'A');
  if (!read.ok || read.template === undefined) throw new Error('no template');
  const shape = { cpus: 1, memoryMb: 2000, diskMb: 1000, gpus };
  return description(read.template, { requestId: 'A.1', count: 1, shape }).split('\n');
};

describe('the description that is submitted for a template', () => {
  it.each([
    ['nothing about its output', '', ['transfer_output_files = ""']],
    ['which files come back', 'transfer_output_files = log.tgz', ['transfer_output_files = log.tgz']],
    ['that nothing is transferred', 'should_transfer_files = NO', []],
  ])(
    'brings no file back into the folder of the templates, where one says %s',
    async (_, lines, expected) => {
      const found = (await submitted(lines)).filter((line) => line.startsWith('transfer_output_files'));
      expect(found).toEqual(expected);
    },
  );

  it.each([
    [0, []],
    [2, ['request_gpus = 2']],
  ])('asks for the GPUs of the shape (%i), whatever the template says', async (gpus, expected) => {
    const found = (await submitted('Request_GPUs = 1', gpus)).filter((line) => /^request_gpus/i.test(line));
    expect(found).toEqual(expected);
  });

  it('accounts the pilots of each queue to a user of its own', async () => {
    expect(await submitted('')).toContain('accounting_group_user = A');
  });

  it.each([
    ['accounting_group = atlas'],
    ['Accounting_Group_User=me'],
    ['nice_user = true'],
    ['+AccountingGroup = "atlas.me"'],
    ['MY.AcctGroup = "atlas"'],
    ['+AcctGroupUser = "me"'],
    ['AccountingGroup = atlas.me'],
  ])('leaves that to a template that says it itself: %s', async (line) => {
    const found = (await submitted(line)).filter((each) => /acc|nice/i.test(each));
    expect(found).toEqual([line]);
  });
});

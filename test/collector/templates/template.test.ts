import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as description, readTemplate } from '../../../collector/templates/template.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A template with these lines in it. */
const templateWith = async (lines: string) => {
  writeFileSync(join(folder, 'A.sub'), `executable = pilot.sh\n${lines}\n+MATCH_APF_QUEUE = "A"\nqueue 1\n`);
  const read = await readTemplate(folder, 'A');
  if (!read.ok || read.template === undefined) throw new Error('no template');
  return read.template;
};

/** What condor_submit is given for a template with these lines in it. */
const submitted = async (lines: string, gpus = 0): Promise<readonly string[]> => {
  const shape = { cpus: 1, memoryMb: 2000, diskMb: 1000, gpus };
  return description(await templateWith(lines), { requestId: 'A.1', count: 1, shape }).split('\n');
};

describe('the description that is submitted for a template', () => {
  it.each([
    ['nothing about its output', '', ['transfer_output_files = ""']],
    ['which files come back', 'transfer_output_files = log.tgz', ['transfer_output_files = log.tgz']],
    // Beside the other spelling this one does not count.
    ['the same in its other spelling', 'TransferOutputFiles = log.tgz', []],
    ['that nothing is transferred', 'should_transfer_files = NO', []],
    ['the same in its other spelling', 'ShouldTransferFiles = no', []],
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

/** As condor_submit 23.9.6 reads them. */
describe('lines of a template that end in a backslash', () => {
  it.each([
    ['go on as they stand', '+Foo = "a\\\n   b"', '+Foo = "ab"'],
    ['go on though blanks follow it', '+Foo = "a \\ \r\n\tb"', '+Foo = "a b"'],
    ['go on after a comment among them', 'env = "A=1 \\\n  # B=2 \\\nC=3"', 'env = "A=1 C=3"'],
  ])('%s', async (_, lines, expected) => {
    expect((await submitted(lines))[1]).toBe(expected);
  });

  it('do not go on if they are comments: no line is lost', async () => {
    expect(await submitted('# request_memory = 1 \\\n+Foo = 1\n  #\\\n+Bar = 2')).toEqual(
      expect.arrayContaining(['+Foo = 1', '+Bar = 2']),
    );
  });
});

describe('the credential that a template names', () => {
  const token = (file: string) => ({ kind: 'token', file });
  const proxy = (file: string) => ({ kind: 'proxy', file });

  it.each([
    ['environment = "A=B PANDA_AUTH_TOKEN=token"', token('token')],
    ['Environment2 = "PANDA_AUTH_TOKEN=token"', token('token')],
    ['env = PANDA_AUTH_TOKEN=token;A=B', token('token')],
    [`environment = "PANDA_AUTH_TOKEN='token' A='b c'"`, token('token')],
    ['+Environment = "PANDA_AUTH_TOKEN=token"\ntransfer_input_files = /a/token, b', token('/a/token')],
    ['env = "PANDA_AUTH_TOKEN=token"\n+TransferInput = "b,/a/token"', token('/a/token')],
    ['env = "PANDA_AUTH_TOKEN=token"\nTransferInputFiles = /a/token', token('/a/token')],
    ['X509UserProxy = /a/proxy', proxy('/a/proxy')],
    ['+x509userproxy = "/a/proxy"', proxy('/a/proxy')],
    ['use_x509userproxy = True', proxy(`/tmp/x509up_u${userInfo().uid}`)],
    ['use_x509userproxy = True\nx509userproxy = /a/proxy', proxy('/a/proxy')],
    ['use_x509userproxy = False', null],
    ['environment = "MY_PANDA_AUTH_TOKEN=token"', null],
  ])('is found in whichever spelling: %s', async (lines, expected) => {
    expect((await templateWith(lines)).credential).toEqual(expected);
  });
});

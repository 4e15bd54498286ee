import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplate, templateNames } from '../../collector/templates/template.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-templates-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TAG = '+MATCH_APF_QUEUE = "A"';
const readText = (text: string) => {
  writeFileSync(join(folder, 'A.sub'), text);
  return readTemplate(folder, 'A');
};
const good = async (text: string) => {
  const read = await readText(text);
  if (!read.ok || read.template === undefined) throw new Error(JSON.stringify(read));
  return read.template;
};
const credentialOf = async (lines: string) => (await good(`${lines}\n${TAG}\nqueue\n`)).credential;

describe('a template', () => {
  it.each([
    ['by either name of its tag', 'my.match_apf_queue = "A"\nqueue'],
    ['by the later of two tags', `+MATCH_APF_QUEUE = "B"\n${TAG}\nqueue`],
    ['with a number behind its queue statement', `${TAG}\nQUEUE 10`],
    ['with a setting whose name is that of the statement', `${TAG}\nqueue = 5\nqueue`],
    ['with such a setting close to its sign', `${TAG}\nqueue=5\nqueue`],
    ['with such a setting far from its sign', `${TAG}\nqueue  \t= 5\nqueue`],
    ['with a setting whose name begins so', `${TAG}\nqueued_at = 5\nqueue`],
    ['with the ends of lines of Windows', `${TAG}\r\nqueue\r\n`],
    ['with a comment behind its queue statement', `${TAG}\nqueue\n  # the end\n\n`],
  ])('can be used %s', async (_, text) => {
    expect(await readText(text)).toMatchObject({ ok: true, template: { queue: 'A' } });
  });

  it.each([
    ['an empty one', '', 'has 0 queue statements, expected one'],
    ['a tag without quotes', '+MATCH_APF_QUEUE = A\nqueue', 'sets +MATCH_APF_QUEUE to A, expected "A"'],
    ['a number with more behind it', `${TAG}\nqueue 10 x`, 'has a queue statement with more than a number'],
    [
      'a credential in a macro',
      `${TAG}\nx509userproxy = $(P)\nqueue`,
      'names its credential with a macro; write the path out',
    ],
  ])('cannot be used: %s', async (_, text, mistake) => {
    expect(await readText(text)).toEqual({ ok: false, mistake: `The pilot template A.sub ${mistake}.` });
  });

  it.each([
    [0, true],
    [1, false],
  ])('may have 256 KiB and %d characters: %s', async (more, ok) => {
    const rest = `${TAG}\nqueue\n`;
    const read = await readText(`#${'x'.repeat(256 * 1_024 - rest.length - 2 + more)}\n${rest}`);
    expect(read.ok).toBe(ok);
    if (!read.ok)
      expect(read.mistake).toBe(
        `The pilot template A.sub cannot be read: ${folder}/A.sub is longer than 262144 bytes.`,
      );
  });

  it('is everything but its queue statement, comments, and the GPUs that it asks for', async () => {
    const { text } = await good(`# x\n  a = 1  \n\nRequest_GPUs = 2\nb = 1 \\\n  2\n${TAG}\nqueue 5\n`);
    expect(text).toBe(`a = 1\nb = 1 2\n${TAG}\ntransfer_output_files = ""`);
  });

  it('is none of a name that could be a path, and a mistake where it cannot be read', async () => {
    expect(await readTemplate(folder, '../A')).toEqual({ ok: true, template: undefined });
    expect(await readTemplate(folder, 'NONE')).toEqual({ ok: true, template: undefined });
    mkdirSync(join(folder, 'DIR.sub'));
    expect(await readTemplate(folder, 'DIR')).toEqual({
      ok: false,
      mistake: `The pilot template DIR.sub cannot be read: ${folder}/DIR.sub is no ordinary file.`,
    });
    rmSync(join(folder, 'DIR.sub'), { recursive: true });
  });
});

describe('the credential of a template', () => {
  it.each([
    ['nothing', '', null],
    ['an empty proxy', 'x509userproxy =', null],
    ['a proxy', 'x509userproxy = p.pem', { kind: 'proxy', file: 'p.pem' }],
    ['a proxy in quotes', 'X509UserProxy = "/a/p.pem"', { kind: 'proxy', file: '/a/p.pem' }],
    [
      'a proxy with more than quotes around it',
      'x509userproxy = "p".pem',
      { kind: 'proxy', file: '"p".pem' },
    ],
    ['a proxy with quotes in it', 'x509userproxy = p"q"', { kind: 'proxy', file: 'p"q"' }],
    ['a token', 'environment = "PANDA_AUTH_TOKEN=t"', { kind: 'token', file: 't' }],
    ['a token behind others', 'environment = A=1;PANDA_AUTH_TOKEN=t;B=2', { kind: 'token', file: 't' }],
    ['another token', 'environment = "MY_PANDA_AUTH_TOKEN=t"', null],
    ['an empty token', 'environment = "PANDA_AUTH_TOKEN="', null],
    [
      'a token that is sent from elsewhere',
      'environment = "PANDA_AUTH_TOKEN=t"\ntransfer_input_files = a, /b/xt , /b/t',
      { kind: 'token', file: '/b/t' },
    ],
    [
      'a token that is sent from here',
      'environment = "PANDA_AUTH_TOKEN=t"\ntransfer_input_files = t,/b/t',
      { kind: 'token', file: 't' },
    ],
    [
      'a proxy and a token',
      'environment = "PANDA_AUTH_TOKEN=t"\nx509userproxy = p.pem',
      { kind: 'proxy', file: 'p.pem' },
    ],
  ])('that names %s is %3$o', async (_, lines, credential) => {
    expect(await credentialOf(lines)).toEqual(credential);
  });
});

describe('the queues that have a template', () => {
  it('are those with a file of their name, in order', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    for (const name of ['C.sub', 'B.sub', 'A.sub.bak', '.sub', 'a b.sub', 'token']) {
      writeFileSync(join(own, name), '');
    }
    expect(await templateNames(own)).toEqual(['B', 'C']);
  });
});

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialEnd, credentialEnds } from '../../../collector/templates/credential.ts';
import type { Template } from '../../../collector/templates/template.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-credential-'));
  copyFileSync(fileURLToPath(new URL('../samples/proxy.pem', import.meta.url)), join(folder, 'proxy'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const named = (credential: Template['credential']): Template => ({
  queue: 'Q',
  text: '',
  asks: {},
  isAccounted: false,
  credential,
});
const token = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('the end of a credential', () => {
  it('is none where the template names none', async () => {
    expect(await credentialEnd(folder, named(null))).toBeNull();
  });

  it.each([
    ['a token', 'token', token({ exp: 1_900_000_000 }), 1_900_000_000],
    ['a token that ended before 1970', 'token', token({ exp: -5 }), 0],
    ['a token without an end', 'token', token({}), 0],
    ['a token of one part', 'token', 'hello', 0],
    ['a proxy without a certificate', 'proxy', 'hello', 0],
  ] as const)('of %s is what its file says, or 0', async (_, kind, text, end) => {
    write('file', text);
    expect(await credentialEnd(folder, named({ kind, file: 'file' }))).toBe(end);
  });

  it('of a proxy is that of the first of its certificates to end', async () => {
    expect(await credentialEnd(folder, named({ kind: 'proxy', file: 'proxy' }))).toBe(1_795_498_077);
  });

  it('is 0 where there is no file; the path may be absolute', async () => {
    expect(await credentialEnd('/', named({ kind: 'proxy', file: join(folder, 'proxy') }))).toBe(
      1_795_498_077,
    );
    expect(await credentialEnd(folder, named({ kind: 'proxy', file: 'nowhere' }))).toBe(0);
  });

  it('is told of every queue whose template can be used', async () => {
    write('A.sub', '+MATCH_APF_QUEUE = "A"\nqueue\n');
    write('B.sub', 'queue 1\nqueue 2\n');
    write('C.sub', '+MATCH_APF_QUEUE = "C"\nx509userproxy = proxy\nqueue\n');
    expect([...(await credentialEnds(folder))]).toEqual([
      ['A', null],
      ['C', 1_795_498_077],
    ]);
  });
});

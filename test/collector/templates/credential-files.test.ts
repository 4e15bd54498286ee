import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialFileEnds } from '../../../collector/templates/credential-files.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** A revocation list of an authority, due again at this moment. */
const revocationList = (name: string, nextUpdate: string) =>
  openssl(
    ...['ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'ca.key', '-cert', 'ca.pem', '-out', name],
    ...['-crl_lastupdate', '20260101000000Z', '-crl_nextupdate', nextUpdate],
  );

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-credentials-'));
  mkdirSync(at('certificates'));
  writeFileSync(at('index'), '');
  writeFileSync(at('ca.cnf'), '[ca]\ndefault_ca=it\n[it]\ndatabase=index\ndefault_md=sha256\n');
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '9'],
    ...['-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  revocationList('certificates/a.r0', '20300102030405Z');
  revocationList('certificates/b.r0', '20290102030405Z');
  revocationList('late.r0', '20550102030405Z');
  writeFileSync(at('certificates/info'), 'no list');
  writeFileSync(at('token'), `e30.${Buffer.from('{"exp":1900000000}').toString('base64url')}.x\n`);
  writeFileSync(at('cut.r0'), '-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n');
  copyFileSync(fileURLToPath(new URL('../samples/proxy.pem', import.meta.url)), at('proxy'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const moment = (text: string) => Date.parse(text) / 1000;

describe('what ends of the files that an admin names', () => {
  it.each([
    ['a revocation list', 'certificates/a.r0', moment('2030-01-02T03:04:05Z')],
    [
      'one of the second half of the century, which writes its year with four digits',
      'late.r0',
      moment('2055-01-02T03:04:05Z'),
    ],
    ['a certificate', 'proxy', 1_795_498_077],
    ['a token', 'token', 1_900_000_000],
    ['a list that was cut off', 'cut.r0', 0],
    ['a file that is none of these', 'certificates/info', 0],
    ['a file that is not there', 'none', 0],
  ])('is told: %s', async (_, name, expiresAt) => {
    expect(await credentialFileEnds([at(name)])).toEqual([{ file: at(name), expiresAt }]);
  });

  it('is, of a folder, the revocation list that ends first', async () => {
    expect(await credentialFileEnds([at('certificates')])).toEqual([
      { file: at('certificates/b.r0'), expiresAt: moment('2029-01-02T03:04:05Z') },
    ]);
  });

  it('is told of each, in the order of the configuration', async () => {
    expect((await credentialFileEnds([at('token'), at('proxy')])).map(({ file }) => file)).toEqual([
      at('token'),
      at('proxy'),
    ]);
    expect(await credentialFileEnds([])).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialFileEnds } from '../../../collector/templates/credential-files.ts';
import { LAST_MOMENT } from '../../../core/model/pool.ts';

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

/** A value of DER, with its length in as few bytes as that takes. */
const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const inside = Buffer.concat(content);
  const length = inside.length.toString(16);
  const bytes = Buffer.from(length.padStart(length.length + (length.length % 2), '0'), 'hex');
  const head = inside.length < 0x80 ? [inside.length] : [0x80 + bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...head]), inside]);
};
const utc = (text: string) => der(0x17, Buffer.from(text));
const generalized = (text: string) => der(0x18, Buffer.from(text));
const SEQUENCE = 0x30;
const ISSUED = utc('260101000000Z');

/** The end of a revocation list with these values in its signed part. */
const endOf = async (signed: readonly Buffer[], tag = SEQUENCE) => {
  const list = der(SEQUENCE, der(tag, ...signed), der(0x03, Buffer.alloc(70)));
  const pem = `-----BEGIN X509 CRL-----\n${list.toString('base64')}\n-----END X509 CRL-----\n`;
  writeFileSync(at('made.r0'), pem);
  return (await credentialFileEnds([at('made.r0')])).map(({ expiresAt }) => expiresAt);
};

describe('a revocation list', () => {
  it.each([
    ['in this century', [ISSUED, utc('490102030405Z')], moment('2049-01-02T03:04:05Z')],
    ['in the last one', [ISSUED, utc('991231235959Z')], moment('1999-12-31T23:59:59Z')],
    ['before all time', [ISSUED, utc('500102030405Z')], 0],
    ['with four digits', [ISSUED, generalized('20510102030405Z')], moment('2051-01-02T03:04:05Z')],
    ['after all time', [ISSUED, generalized('99991231235959Z')], LAST_MOMENT],
    ['by another clock', [ISSUED, utc('4901020304+0100')], 0],
    ['with more behind it', [ISSUED, utc('490102030405Z0')], 0],
    ['on no day', [ISSUED, utc('491402030405Z')], 0],
  ])('ends when the next one is due: %s', async (_, signed, end) => {
    expect(await endOf(signed)).toEqual([end]);
  });

  it.each([127, 128, 255, 256, 65_535, 65_536, 100_000])(
    'is read past an issuer of %d bytes, and may be as long',
    async (length) => {
      const [name, revoked] = [der(SEQUENCE, Buffer.alloc(length)), der(SEQUENCE, Buffer.alloc(length))];
      expect(await endOf([name, ISSUED, utc('300102030405Z'), revoked])).toEqual([
        moment('2030-01-02T03:04:05Z'),
      ]);
    },
  );

  it('never ends where it says nothing of the next one', async () => {
    expect(await endOf([ISSUED])).toEqual([]);
  });

  it.each([
    ['is a set', [ISSUED, utc('300102030405Z')], 0x31],
    ['holds more than there is', [ISSUED, Buffer.from([0x17, 20, 0x33]), utc('300102030405Z')], SEQUENCE],
  ])('that %s is none', async (_, signed, tag) => {
    expect(await endOf(signed, tag)).toEqual([0]);
  });
});

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

  it('is, of a folder, the first to end in whatever order the lists come', async () => {
    const ends: number[] = [];
    for (const [folder, years] of [
      ['one', [2031, 2032]],
      ['other', [2032, 2031]],
    ] as const) {
      mkdirSync(at(folder));
      for (const [n, year] of years.entries()) revocationList(`${folder}/${n}.r0`, `${year}0102030405Z`);
      ends.push(...(await credentialFileEnds([at(folder)])).map(({ expiresAt }) => expiresAt));
    }
    expect(ends).toEqual([moment('2031-01-02T03:04:05Z'), moment('2031-01-02T03:04:05Z')]);
  });

  it('is told of each, in the order of the configuration', async () => {
    expect((await credentialFileEnds([at('token'), at('proxy')])).map(({ file }) => file)).toEqual([
      at('token'),
      at('proxy'),
    ]);
    expect(await credentialFileEnds([])).toEqual([]);
  });
});

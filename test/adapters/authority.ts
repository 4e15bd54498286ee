import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a TLS server is given, and when it ends, seconds since 1970. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
  readonly endsAt: number;
}

const endOf = (pem: string): number => Date.parse(new X509Certificate(pem).validTo) / 1000;

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate authority that openssl makes in a folder of its own, and certificates of 127.0.0.1 that it signs. */
export const authority = (days: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-ca-'));
  const openssl = (...given: readonly string[]) =>
    execFileSync('openssl', [...given], { cwd: folder, stdio: 'pipe' });
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const life = (of: number) => ['-days', String(of)];
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    ...life(days),
    '-subj',
    '/CN=authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  return {
    pem: text('ca.pem'),
    endsAt: endOf(text('ca.pem')),
    certify(of: number): Certified {
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
      openssl('req', ...NEW_KEY, '-subj', '/CN=server', '-keyout', 'server.key', '-out', 'server.csr');
      openssl('x509', '-req', '-in', 'server.csr', ...signed, ...life(of), '-out', 'server.pem');
      const cert = text('server.pem');
      return { key: text('server.key'), cert, endsAt: endOf(cert) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};

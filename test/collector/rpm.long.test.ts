import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages } from '../../collector/package/build.ts';

/**
 * The .rpm as far as its files can tell: nothing here installs it. What its scripts do is what those of the .deb do, which
 * is installed in package.long.test.ts.
 */
describe('the .rpm of the endpoint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-rpm-'));
  let packages: Awaited<ReturnType<typeof buildPackages>>;
  const ask = (...args: readonly string[]) =>
    execFileSync('rpm', ['-qp', ...args, packages.rpm], { encoding: 'utf8' }).trim();
  const out = (command: string) =>
    execFileSync('sh', ['-c', command, packages.rpm, packages.deb], { encoding: 'utf8', cwd: folder });

  beforeAll(async () => {
    packages = await buildPackages(folder, '1.2.3');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is of the version that it was built for, and wants HTCondor, systemd and what its scripts call', () => {
    expect(ask('--queryformat', '%{NAME} %{VERSION} %{ARCH}')).toMatch(
      /^aerie-endpoint 1\.2\.3 (x86_64|aarch64)$/,
    );
    expect(ask('--requires').split('\n')).toEqual(
      expect.arrayContaining(['condor >= 23.9', 'shadow-utils', 'systemd', 'util-linux']),
    );
  });

  it('brings the same files as the .deb, to the byte', () => {
    out('mkdir rpm deb; cd rpm; rpm2archive -n - < "$0" | tar -x; cd ../deb; dpkg-deb -x "$1" .');
    const listed = (of: string) => out(`cd ${of}; find . ! -type d -printf '%m %p\\n' | sort -k2`);
    expect(listed('rpm')).toBe(listed('deb'));
    expect(out('diff -r rpm deb; true')).toBe('');
  });

  it('keeps the collector lines of the admin, and owns no configuration besides', () => {
    expect(ask('--configfiles')).toBe('/etc/condor/config.d/60-aerie.conf');
    expect(ask('--queryformat', '[%{FILENAMES} %{FILEFLAGS:fflags}\\n]')).toMatch(/60-aerie\.conf cn\n/);
  });

  it('makes user and folders after it is unpacked, and stops the service only when it is the last version', () => {
    const scripts = ask('--scripts');
    expect(scripts).toMatch(/postinstall scriptlet[\s\S]*useradd --system[\s\S]*try-restart/);
    expect(scripts).toMatch(/preuninstall scriptlet[\s\S]*\[ "\$1" -eq 0 \] \|\| exit 0[\s\S]*disable --now/);
    expect(scripts).not.toMatch(/rm -rf/);
  });

  it('carries the Node that the project is tested with, as it is', () => {
    const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(digest(join(folder, 'rpm/usr/lib/aerie-endpoint/node'))).toBe(digest(process.execPath));
  });
});

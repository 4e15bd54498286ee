import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const CHECK = join(import.meta.dirname, '../../worker/image/check.sh');
const BAKE = join(import.meta.dirname, '../../worker/image/bake.sh');
const STAMP = {
  os: 'debian',
  builtAt: '2027-01-15T03:10:00Z',
  aerie: '0.1.0',
  condor: '23.9.6',
  cvmfs: 'yes',
  gpu: 'no',
  builder: '0'.repeat(32),
};
const SAYS_NOTHING = 'exit 0';

/** Commands of a machine that was booted from a good image; undefined: there is no such command. */
const COMMANDS: Readonly<Record<string, string>> = {
  'cloud-init': SAYS_NOTHING,
  condor_master: SAYS_NOTHING,
  condor_startd: SAYS_NOTHING,
  condor_version: 'echo "\\$CondorVersion: 23.9.6 2024-08-08 \\$"',
  cvmfs_config: SAYS_NOTHING,
  iptables: SAYS_NOTHING,
  getent: SAYS_NOTHING,
  systemctl: 'exit 1',
};

const answerOf = (command: string): string =>
  execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).trim();

/** What a shell script needs of the system that it runs on. */
const REAL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['cat', 'grep', 'head', 'tr'].map((name) => [name, answerOf(`command -v ${name}`)])),
  python3: answerOf("python3 -c 'import sys; print(sys.executable)'"),
};

interface Given {
  readonly commands?: Readonly<Record<string, string | undefined>>;
  readonly stamp?: Partial<typeof STAMP> | 'none' | 'broken';
  readonly programs?: Readonly<Record<string, string | undefined>>;
}

const PROGRAMS: Readonly<Record<string, string>> = {
  begin: '#!/bin/sh\n',
  'power-off': '#!/bin/sh\n',
  'boot.py': 'x = 1\n',
  'watch.py': 'x = 1\n',
  'hook.py': 'x = 1\n',
};

/** What the check says on a machine with these commands. */
const check = ({ commands = {}, stamp = {}, programs = {} }: Given = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  for (const sub of ['bin', 'programs']) mkdirSync(join(folder, sub));
  for (const [name, body] of Object.entries({ ...COMMANDS, ...commands })) {
    if (body !== undefined) put(`bin/${name}`, `#!/bin/sh\n${body}\n`);
  }
  for (const [name, path] of Object.entries(REAL)) put(`bin/${name}`, `#!/bin/sh\nexec ${path} "$@"\n`);
  for (const [name, text] of Object.entries({ ...PROGRAMS, ...programs })) {
    if (text !== undefined) put(`programs/${name}`, text);
  }
  const at = join(folder, 'stamp');
  if (stamp === 'broken') writeFileSync(at, '{');
  else if (stamp !== 'none') writeFileSync(at, JSON.stringify({ ...STAMP, ...stamp }));
  const env = { PATH: join(folder, 'bin'), AERIE_STAMP: at, AERIE_PROGRAMS: join(folder, 'programs') };
  const { status, stdout, stderr } = spawnSync('/bin/sh', [CHECK], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('the check of a machine that was booted from a new image', () => {
  it('says what it is fit for', () => {
    expect(check()).toEqual({
      status: 0,
      stdout: 'check.sh: fit to become a worker, HTCondor 23.9.6, built 2027-01-15T03:10:00Z\n',
      stderr: '',
    });
  });

  it('takes an image without CVMFS, if it was baked without', () => {
    const commands = { cvmfs_config: undefined };
    expect(check({ commands, stamp: { cvmfs: 'no' } }).status).toBe(0);
    expect(check({ commands }).stderr).toBe('check.sh: there is no cvmfs_config\n');
  });

  it('takes an image with a driver for GPUs on a machine that has none', () => {
    const commands = { 'nvidia-smi': 'exit 9' };
    expect(check({ commands, stamp: { gpu: 'yes' } }).status).toBe(0);
    expect(check({ stamp: { gpu: 'yes' } }).stderr).toBe('check.sh: there is no nvidia-smi\n');
  });

  it.each<readonly [string, Given, string]>([
    ['without a stamp', { stamp: 'none' }, 'bake.sh has not come to its end'],
    ['with half a stamp', { stamp: 'broken' }, 'cannot be read'],
    ['without a startd', { commands: { condor_startd: undefined } }, 'there is no condor_startd'],
    [
      'with another HTCondor than was baked',
      { commands: { condor_version: 'echo "\\$CondorVersion: 10.0.1 \\$"' } },
      'HTCondor is not the 23.9.6 of the stamp',
    ],
    ['whose cloud-init fails', { commands: { 'cloud-init': 'exit 1' } }, 'cloud-init has failed'],
    ['without accounts', { commands: { getent: 'exit 2' } }, 'there is no account slot1_1'],
    ['without a program', { programs: { 'hook.py': undefined } }, 'hook.py is not there'],
    ['with a program that is none', { programs: { 'join.py': 'def (' } }, 'join.py is no Python'],
  ])('refuses one %s', (_, given, sentence) => {
    const { status, stderr } = check(given);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('takes a cloud-init that has ended with warnings', () => {
    expect(check({ commands: { 'cloud-init': 'exit 2' } }).status).toBe(0);
  });
});

/** Those that write or remove, which here take no path outside of the machine's folder. */
const BOUND = ['chmod', 'find', 'install', 'mkdir', 'rm', 'truncate'];
const FREE = ['cat', 'date', 'dirname', 'head', 'readlink', 'sed', 'sh', 'sort'];

/** What `bake.sh` leaves of these files, by their paths, on a machine that is all below a folder. */
const leavesOf = (files: readonly string[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-bake-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o755 });
  };
  const command = (name: string, body: string) => put(`bin/${name}`, `#!/bin/sh\n${body}\n`);
  const isHere = `for one in "$@"; do case $one in ${folder}/*) ;; /*) echo "$one is not here" >&2; exit 1 ;; esac; done`;
  for (const name of BOUND) command(name, `${isHere}\nexec ${answerOf(`command -v ${name}`)} "$@"`);
  for (const name of FREE) command(name, `exec ${answerOf(`command -v ${name}`)} "$@"`);
  for (const name of ['dnf', 'systemctl', 'rpm', 'condor_version', 'journalctl', 'python3'])
    command(name, SAYS_NOTHING);
  command('cloud-init', '[ "$*" = "clean --logs --machine-id" ]');
  command('getent', 'exit 2');
  command('useradd', 'mkdir -p "$3"');
  command('id', 'echo 0');
  for (const name of ['begin', 'packages-el9.sh']) put(`bench/files/${name}`, '#!/bin/sh\n');
  for (const path of ['etc/machine-id', 'usr/share/keep', ...files]) put(path, 'private');
  const script = readFileSync(BAKE, 'utf8');
  put(
    'bench/image/bake.sh',
    script.replace(/(?<=^|[\s"'=>])\/(?=(root|home|etc|var|usr)\b)/gm, `${folder}/`),
  );
  const env = { PATH: join(folder, 'bin') };
  const argv = [join(folder, 'bench/image/bake.sh'), 'el9'];
  expect(spawnSync('/bin/sh', argv, { env, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  return files.filter((path) => {
    const at = join(folder, path);
    return existsSync(at) && readFileSync(at, 'utf8') !== '';
  });
};

it('bakes an image that has nothing of who made it, wherever that person left it, and keeps what every worker needs', () => {
  const kept = ['etc/passwd', 'usr/local/libexec/other', 'var/lib/rpm/rpmdb.sqlite'];
  const gone = [
    ...[
      '.ssh/authorized_keys',
      '.aws/credentials',
      '.config/gh/hosts.yml',
      '.python_history',
      '.netrc',
      'key.pem',
    ].flatMap((name) => [`root/${name}`, `home/admin/${name}`, `home/slot1_1/${name}`]),
    ...['etc/ssh/ssh_host_rsa_key', 'var/log/secure', 'var/log/wtmp', 'var/log/condor/MasterLog'],
    ...['etc/grid-security/certificates/a.r0', 'etc/condor/tokens.d/aerie', 'etc/condor/passwords.d/POOL'],
    ...['etc/aerie/worker.json', 'var/lib/aerie/ends-at', 'var/log/journal/0a/system.journal'],
  ];
  expect(leavesOf([...kept, ...gone])).toEqual(kept);
});

it.each([CHECK, BAKE])('%s is a script that a plain shell can read', (script) => {
  expect(spawnSync('/bin/sh', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

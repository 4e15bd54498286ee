import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../running.ts';

const VERSION = '7.8.9';
const NOTES = '### Added\n\n* A thing that nobody has seen before.';

let clone = '';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: clone, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const git = (...args: readonly string[]): string =>
  run('git', '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args);
const release = () => spawnSync('npm', ['run', 'release'], { cwd: clone, encoding: 'utf8' });
const made = (file: string): string => join(clone, 'dist/release', file);

const date = (): void => {
  const file = join(clone, 'CHANGELOG.md');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(
      '## [Unreleased]',
      `## [Unreleased]\n\n## [${VERSION}] - 2026-12-24\n\n${NOTES}\n\n## Before`,
    ),
  );
};

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'aerie-test-release-'));
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: ROOT });
  const files = listed.toString().split('\0').filter(Boolean);
  execFileSync('cp', ['--parents', '--no-dereference', '--target-directory', clone, ...files], { cwd: ROOT });
  // A folder of its own with links in it: an npm ci there would take away the links, and nothing of ours.
  mkdirSync(join(clone, 'node_modules'));
  for (const one of readdirSync(join(ROOT, 'node_modules'))) {
    symlinkSync(join(ROOT, 'node_modules', one), join(clone, 'node_modules', one));
  }
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

describe('npm run release, step by step as docs/release.md has it', () => {
  it('refuses a version that the changelog does not date', () => {
    run('npm', 'version', VERSION, '--no-git-tag-version');
    git('commit', '--quiet', '--all', '--message', 'Version');
    const { status, stderr } = release();
    expect(stderr).toContain(`CHANGELOG.md has no part "## [${VERSION}] - YYYY-MM-DD"`);
    expect(status).toBe(1);
  });

  it('refuses what is not committed', () => {
    date();
    const { status, stderr } = release();
    expect(stderr).toContain('a release is made of what is committed, and this is not:\n M CHANGELOG.md');
    expect(status).toBe(1);
  });

  it('builds every file, and says the notes and nothing else on stdout', () => {
    git('commit', '--quiet', '--all', '--message', `Release ${VERSION}`);
    const { status, stdout, stderr } = release();
    expect(stderr).not.toContain('installing');
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(`${NOTES}\n`);
    expect(readdirSync(made('')).sort()).toEqual([
      'SHA256SUMS',
      `aerie-${VERSION}.tgz`,
      `aerie-endpoint-${VERSION}-1.x86_64.rpm`,
      `aerie-endpoint-${VERSION}.mjs`,
      `aerie-endpoint_${VERSION}_amd64.deb`,
    ]);
  });
});

describe('what it has built', () => {
  const inRelease = (program: string, ...args: readonly string[]) =>
    spawnSync(program, args, { cwd: made(''), encoding: 'utf8' });

  it('is what its checksums say, every file of it', () => {
    const { status, stdout } = inRelease('sha256sum', '--check', '--strict', 'SHA256SUMS');
    expect(stdout.trim().split('\n')).toHaveLength(4);
    expect(status).toBe(0);
  });

  it('is not, once a byte of it is another', () => {
    const file = made(`aerie-endpoint-${VERSION}.mjs`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text} `);
    expect(inRelease('sha256sum', '--check', '--quiet', 'SHA256SUMS').status).toBe(1);
    writeFileSync(file, text);
  });

  it('is of that version', () => {
    const packed = JSON.parse(
      inRelease('tar', 'xzOf', `aerie-${VERSION}.tgz`, 'package/package.json').stdout,
    );
    expect(packed).toMatchObject({ name: 'aerie', version: VERSION });
    const deb = inRelease('dpkg-deb', '--field', `aerie-endpoint_${VERSION}_amd64.deb`, 'Version');
    expect(deb.stdout.trim()).toBe(VERSION);
    const rpm = inRelease(
      'rpm',
      '-qp',
      '--queryformat',
      '%{VERSION}',
      `aerie-endpoint-${VERSION}-1.x86_64.rpm`,
    );
    expect(rpm.stdout).toBe(VERSION);
  });

  it('has an endpoint that Node can read', () => {
    expect(inRelease(process.execPath, '--check', `aerie-endpoint-${VERSION}.mjs`).status).toBe(0);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { programs, programsMark, programsOfCloud } from '../../worker/programs.ts';

const FILES = join(import.meta.dirname, '../../worker/files');
const IMAGE = join(import.meta.dirname, '../../worker/image');
const all = { ...programs('el9'), ...programs('debian') };

/** As a worker gets them, without their comments. */
const sent = mkdtempSync(join(tmpdir(), 'aerie-programs-'));
for (const [name, text] of Object.entries(all)) writeFileSync(join(sent, name), text);
afterAll(() => rmSync(sent, { recursive: true }));

const startsWith = (first: string) => (name: string) => (all[name] ?? '').startsWith(first);
const names = Object.keys(all);
const shell = names.filter(startsWith('#!/bin/sh\n'));
const python = names.filter((name) => name.endsWith('.py'));
/** A package of Debian's; where it is not installed, the shell's own reading has to do. */
const LINTER = 'shellcheck';
/** Ends with 1 if two programs differ in more than the sentences that functions begin with. */
const SAME = `
import ast, sys
def said(path):
    tree = ast.parse(open(path).read())
    for one in ast.walk(tree):
        if isinstance(one, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(one) is not None:
            one.body = one.body[1:]
    return ast.dump(tree)
sys.exit(said(sys.argv[1]) != said(sys.argv[2]))
`;
const hasLinter = spawnSync(LINTER, ['--version']).status === 0;

describe('the programs of a worker', () => {
  it('are all the files that there are', () => {
    expect(names.sort()).toEqual(
      readdirSync(FILES)
        .filter((name) => name !== '__pycache__')
        .sort(),
    );
  });

  it('of another cloud stand in the place of those of EC2, and have another mark', () => {
    const own = programs('debian', 'openstack');
    expect(Object.keys(own)).toEqual(Object.keys(programs('debian')));
    expect(own['cloud.py']).not.toBe(all['cloud.py']);
    expect({ ...own, 'cloud.py': '' }).toEqual({ ...programs('debian'), 'cloud.py': '' });
    expect(programsMark('openstack')).not.toBe(programsMark());
  });

  it.each(shell)('%s is what a POSIX shell understands', (name) => {
    execFileSync('sh', ['-n', join(sent, name)]);
  });

  it.each(python)('%s is Python', (name) => {
    const compile = 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")';
    execFileSync('python3', ['-c', compile, join(sent, name)]);
  });

  it.each(python)('%s says the same to Python as it does here, with its first sentences', (name) => {
    const { status, stderr } = spawnSync('python3', ['-c', SAME, join(FILES, name), join(sent, name)]);
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  });

  it("of another cloud are Python, and not longer than EC2's", () => {
    for (const [name, text] of Object.entries(programsOfCloud('openstack'))) {
      execFileSync('python3', ['-c', 'import sys; compile(sys.argv[1], "", "exec")', text]);
      expect(text.length).toBeLessThan(all[name]?.length ?? 0);
    }
  });

  it.each(['boot.py', 'hook.py', 'watch.py', 'power-off', 'begin'])('%s says what runs it', (name) => {
    expect(all[name]).toMatch(/^#!\/(bin\/sh|usr\/bin\/python3)\n/);
  });

  it.skipIf(!hasLinter).each([...shell.map((name) => join(FILES, name)), join(IMAGE, 'bake.sh')])(
    '%s is clean for shellcheck',
    (path) => {
      expect(spawnSync(LINTER, [path], { encoding: 'utf8' }).stdout).toBe('');
    },
  );

  it('are known by the same mark in user-data and on a machine, whether their comments were taken away or not', () => {
    for (const folder of [sent, FILES]) {
      const { status, stdout } = spawnSync('python3', ['-B', '-c', 'import version; print(version.mark())'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: `${programsMark()}\n` });
    }
  });

  it("are known by the mark of an OpenStack on an image of EC2's that its user-data have written over", () => {
    const image = mkdtempSync(join(tmpdir(), 'aerie-image-'));
    const written = { ...programs('el9'), ...programsOfCloud('openstack') };
    for (const [name, text] of Object.entries(written)) writeFileSync(join(image, name), text);
    const argv = ['-B', '-c', 'import version; print(version.mark())'];
    const { stdout } = spawnSync('python3', argv, { cwd: image, encoding: 'utf8' });
    rmSync(image, { recursive: true });
    expect(stdout).toBe(`${programsMark('openstack')}\n`);
  });
});

describe("HTCondor's configuration of a worker", () => {
  const configuration = all['aerie.conf'] ?? '';

  it.each([
    [
      'lets in only jobs of its fleet, on a healthy machine',
      /^START = \(\(TARGET\.AerieFleet .*=\?= MY\.AerieFleet\)(?: \\\n.*)*\(MY\.NODE_HEALTHY =\?= True\)/m,
    ],
    [
      'gives jobs the memory that they ask for, not a rounded one',
      /^MODIFY_REQUEST_EXPR_REQUESTMEMORY = RequestMemory$/m,
    ],
    ['gives jobs the disk that they ask for', /^MODIFY_REQUEST_EXPR_REQUESTDISK = RequestDisk$/m],
    ['leaves the room of the cache alone', /^RESERVED_DISK = \$\(AERIE_RESERVED_DISK\)$/m],
    [
      'holds a job that takes disk from others',
      /^AERIE_DISK_EXCEEDED = \(.* DiskUsage > 1\.2 \* Disk && DiskUsage > TotalDisk \* Cpus \/ TotalCpus\)\nuse POLICY : WANT_HOLD_IF\(AERIE_DISK_EXCEEDED, 104, /m,
    ],
    [
      'begins no job that its life is too short for',
      /^START = .*(?: \\\n.*)*time\(\) \+ 600 \+ max\(.* < MY\.AerieEndsAt\)$/m,
    ],
    [
      "limits a job's memory by the pool's policy",
      /^CGROUP_MEMORY_LIMIT_POLICY = custom\nCGROUP_HARD_MEMORY_LIMIT_EXPR = \$\(AERIE_MEMORY_LIMIT\)$/m,
    ],
    [
      "puts a directory of the job's own in the place of its home",
      /^MOUNT_UNDER_SCRATCH = "\/tmp,\/var\/tmp,\/home\/\$\(STARTER_SLOT_NAME\)"$/m,
    ],
    ['reaches out through CCB', /^CCB_ADDRESS = \$\(COLLECTOR_HOST\)$/m],
    ['lets jobs end when it is drained', /^MAXJOBRETIREMENTTIME = 3600 \* 24 \* 4$/m],
    ["is no user domain of the central manager's", /^UID_DOMAIN = \$\(AERIE_INSTANCE\)\.aerie$/m],
    ['gives each slot a home of its own', /"HOME=\/home\/\$\(STARTER_SLOT_NAME\) /],
    [
      'ends the VM with the master',
      /^DEFAULT_MASTER_SHUTDOWN_SCRIPT = \/usr\/local\/libexec\/aerie\/power-off$/m,
    ],
  ])('%s', (_, line) => {
    expect(configuration).toMatch(line);
  });

  it('is given a value for every name of aerie that it uses', () => {
    const used = new Set(configuration.match(/(?<=\$\()AERIE_[A-Z_]+/g));
    const given = new Set([
      ...((all['boot.py'] ?? '').match(/AERIE_[A-Z_]+(?= = |':)/g) ?? []),
      ...(configuration.match(/^AERIE_[A-Z_]+(?= = )/gm) ?? []),
    ]);
    expect([...used].filter((name) => !given.has(name))).toEqual([]);
  });
});

describe('the unit that boots a worker', () => {
  it("keeps Debian's daily upgrades, which take the lock of packages, waiting", () => {
    expect(all['aerie-boot.service']).toMatch(/^Before=apt-daily.service apt-daily-upgrade.service$/m);
  });
});

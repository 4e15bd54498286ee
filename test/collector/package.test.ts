import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { templatesAbout } from '../../collector/about.ts';
import { readConfig } from '../../collector/config.ts';
import {
  EXAMPLE_TEMPLATES,
  NODE,
  NODE_LICENSE,
  PACKAGED_FILES,
  PROGRAM,
} from '../../collector/package/files.ts';
import { debScripts, rpmScripts } from '../../collector/package/scripts.ts';
import { stageFiles, writeScript } from '../../collector/package/stage-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'aerie-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repository = (path: string) => new URL(`../../${path}`, import.meta.url);
const at = (to: string) => PACKAGED_FILES.find((file) => file.to === to);

describe("the endpoint's packages", () => {
  it.each([...Object.entries(debScripts()), ...Object.entries(rpmScripts())])(
    'bring scripts that shellcheck has nothing to say about: %s',
    (name, text) => {
      const file = join(folder, `${name}.sh`);
      writeFileSync(file, text.startsWith('#!') ? text : `#!/bin/sh\n${text}`);
      expect(execFileSync('shellcheck', [file], { encoding: 'utf8' })).toBe('');
    },
  );

  it('lay everything where it is looked for, as what it is: programs can be run, and nobody but root writes', async () => {
    const root = join(folder, 'root');
    await stageFiles(root);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const laid = files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${(statSync(path).mode & 0o777).toString(8)} ${path.slice(root.length)}`;
    });
    expect(laid.sort()).toEqual([
      '644 /etc/condor/config.d/60-aerie.conf',
      '644 /usr/lib/aerie-endpoint/aerie-endpoint.mjs',
      '644 /usr/lib/systemd/system/aerie-endpoint.service',
      '644 /usr/share/aerie-endpoint/config.json',
      ...['HIMEM', 'MCORE', 'SCORE'].map(
        (name) => `644 /usr/share/aerie-endpoint/templates/EXAMPLE_${name}.sub`,
      ),
      '644 /usr/share/doc/aerie-endpoint/LICENSE.node',
      '644 /usr/share/doc/aerie-endpoint/copyright',
      '644 /usr/share/doc/aerie-endpoint/endpoint.md',
      '755 /usr/bin/aerie-endpoint',
      '755 /usr/lib/aerie-endpoint/node',
    ]);
    for (const { from, to } of PACKAGED_FILES) {
      expect(readFileSync(join(root, to))).toEqual(readFileSync(repository(from)));
    }
    expect(readFileSync(join(root, NODE_LICENSE), 'utf8')).toMatch(/^Node\.js is licensed/);
    expect(execFileSync(join(root, NODE), ['--version'], { encoding: 'utf8' })).toMatch(/^v\d+\./);
    // A second one lies over the first.
    await stageFiles(root);
    expect(existsSync(join(root, PROGRAM))).toBe(true);
  });

  it('bring scripts that can be run, whatever the umask of who builds them', async () => {
    const file = join(folder, 'deep', 'er', 'postinst');
    for (const text of ['first', 'second']) await writeScript(file, text, 0o775);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['second', 0o775]);
  });

  it('bring a unit that runs what they bring', () => {
    const unit = readFileSync(repository('collector/aerie-endpoint.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${NODE} ${PROGRAM} /etc/aerie-endpoint/config.json\n`);
    const [, documentation = ''] = /^Documentation=file:(.*)$/m.exec(unit) ?? [];
    expect(at(documentation)?.from).toBe('docs/endpoint.md');
  });

  it('bring a configuration that is not taken over unread', () => {
    const example = at('/usr/share/aerie-endpoint/config.json');
    const read = readConfig(readFileSync(repository(example?.from ?? ''), 'utf8'));
    expect(read).toMatchObject({
      ok: false,
      mistakes: expect.arrayContaining([expect.stringContaining("still the example's")]),
    });
  });

  it("leave what is HTCondor's configuration to the admin", () => {
    expect(PACKAGED_FILES.filter(({ configuration }) => configuration).map(({ to }) => to)).toEqual([
      '/etc/condor/config.d/60-aerie.conf',
    ]);
  });

  it('bring a template for each of three shapes, which can be submitted', async () => {
    const templates = await templatesAbout(
      new URL('../../collector/package/templates', import.meta.url).pathname,
    );
    expect(templates.map(({ queue, mistake, asks }) => ({ queue, mistake, ...asks }))).toEqual([
      { queue: 'EXAMPLE_HIMEM', cpus: 1, memoryMb: 8000, diskMb: 20_480 },
      { queue: 'EXAMPLE_MCORE', cpus: 8, memoryMb: 16_000, diskMb: 163_840 },
      { queue: 'EXAMPLE_SCORE', cpus: 1, memoryMb: 2000, diskMb: 20_480 },
    ]);
    const files = readdirSync(repository('collector/package/templates')).map((name) =>
      name.replace('.sub', ''),
    );
    expect(files.sort()).toEqual([...EXAMPLE_TEMPLATES].sort());
  });
});

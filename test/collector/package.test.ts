import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { templatesAbout } from '../../collector/about.ts';
import { readConfig } from '../../collector/config.ts';
import { EXAMPLE_TEMPLATES, NODE, PACKAGED_FILES, PROGRAM } from '../../collector/package/files.ts';
import { debScripts, rpmScripts } from '../../collector/package/scripts.ts';

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

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importVerb } from '../../../cli/verbs/import.ts';
import { pathOf } from '../import/sites.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = async (...args: readonly string[]): Promise<readonly [code: number, out: string]> => {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const access = () => {
    throw new Error('an import asks AWS nothing');
  };
  const code = await importVerb.run(args, { env: { TERM: 'dumb' }, stdout: { write }, say: write, access });
  return [code, out];
};

describe('aerie import', () => {
  it('prints the block, the templates and the list, and is well where nothing is to be looked at', async () => {
    const [code, out] = await run(pathOf('local-pool.conf'));
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot('golden/import-local-pool.txt');
  });

  it('is not well where a queue has to be looked at', async () => {
    const [code, out] = await run(pathOf('ec2.conf'), pathOf('factory.conf'));
    expect(code).toBe(1);
    await expect(out.replaceAll(pathOf(''), '')).toMatchFileSnapshot('golden/import-ec2.txt');
  });

  it('tells the same as one object with --json, and names the block by --stage', async () => {
    const [code, out] = await run(pathOf('defaults.conf'), '--stage', 'prod', '--json');
    const told = importVerb.schema.parse(JSON.parse(out)) as { stage: string; keys: readonly unknown[] };
    expect([code, told.stage]).toEqual([0, 'prod']);
    expect(told.keys.length).toBeGreaterThan(50);
  });

  it('writes its files into a folder, and no secret', async () => {
    const [code, out] = await run(pathOf('secrets.conf'), '--out', join(folder, 'made'));
    expect(code).toBe(1);
    expect((await readdir(join(folder, 'made'), { recursive: true })).sort()).toEqual([
      'list.txt',
      'stage.json',
      'templates',
      'templates/BY-ITS-LOOKS.sub',
      'templates/HIDDEN.sub',
      'templates/THROUGH.sub',
    ]);
    const texts = await Promise.all(
      [
        'list.txt',
        'stage.json',
        'templates/HIDDEN.sub',
        'templates/THROUGH.sub',
        'templates/BY-ITS-LOOKS.sub',
      ].map((file) => readFile(join(folder, 'made', file), 'utf8')),
    );
    expect([out, ...texts].join('\n')).not.toContain('SECRET');
    expect(JSON.parse(texts[1] ?? '')).toMatchObject({ site: { queues: { HIDDEN: { state: 'paused' } } } });
  });

  it('overwrites nothing, and then writes nothing', async () => {
    await mkdir(join(folder, 'templates'));
    await writeFile(join(folder, 'templates', 'OTHER.sub'), 'mine\n');
    await expect(run(pathOf('twice.conf'), '--out', folder)).rejects.toThrow(
      /OTHER\.sub is there already; nothing was written\./,
    );
    expect(await readdir(folder)).toEqual(['templates']);
    expect(await readFile(join(folder, 'templates', 'OTHER.sub'), 'utf8')).toBe('mine\n');
  });

  it.each([
    [[], 'aerie import takes one file or more, not 0'],
    [['/no/such.conf'], '/no/such.conf cannot be read (ENOENT)'],
    [
      [pathOf('local-pool.conf'), '--stage', 'Prod'],
      '--stage takes a name of small letters, digits and dashes',
    ],
    [[pathOf('local-pool.conf'), '--into', 'x'], 'Unknown option \'--into\'. Run "aerie import --help"'],
  ])('%j is refused', async (args, why) => {
    await expect(run(...args)).rejects.toThrow(why);
  });

  it('a file of defaults alone is refused with what to import', async () => {
    const file = join(folder, 'agisdefaults.conf');
    await writeFile(file, '[DEFAULT]\nschedplugin = Ready\n');
    await expect(run(file)).rejects.toThrow(
      "agisdefaults.conf has no section of a queue. Queues from AGIS are written out by AutoPyFactory's own Agis.py",
    );
  });

  it('files are told by their names where one of several cannot be read', async () => {
    const file = join(folder, 'queues.conf');
    await cp(pathOf('local-pool.conf'), file);
    await writeFile(join(folder, 'more.conf'), 'wmsqueue = X\n');
    await expect(run(file, join(folder, 'more.conf'))).rejects.toThrow('more.conf, line 1 stands before');
  });
});

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { blockOf, STAGES } from './stages.ts';
import { synthesisFolder } from './synthesised.ts';

const folder = synthesisFolder(true);
afterAll(folder.remove);

const hasCfnLint = (process.env.PATH ?? '')
  .split(delimiter)
  .some((path) => existsSync(join(path, 'cfn-lint')));

/** The CDK writes `DependsOn` beside a reference that says the same. */
const IGNORED = 'W3005';

const cfnLint = (files: readonly string[]): Promise<string> =>
  new Promise((done) => {
    execFile('cfn-lint', ['--ignore-checks', IGNORED, '--', ...files], (_, out, err) => done(out + err));
  });

it('the CDK finds nothing in the templates of any stage, nor does cfn-lint, if it is installed', async () => {
  // Nested templates are all made in one way: the first of each stage stands for its like.
  const files = Object.values(STAGES).flatMap((special) =>
    folder.synthesise(blockOf(special)).files.slice(0, 2),
  );
  expect(files.length).toBeGreaterThanOrEqual(Object.keys(STAGES).length);
  if (hasCfnLint) expect(await cfnLint(files)).toBe('');
});

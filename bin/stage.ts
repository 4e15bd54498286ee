// `npm run deploy -- --stage prod`, and likewise diff and destroy: the CDK's own command line for one stage of cdk.json.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { cdkArguments } from '../cli/cdk-arguments.ts';
import { UsageError } from '../cli/command/usage.ts';

const root = resolve(import.meta.dirname, '..');
const USAGE_EXIT = 2;

try {
  const args = cdkArguments(process.argv.slice(2));
  if (args[0] === 'destroy') {
    const { beforeDestroy } = await import('../cli/last-workers.ts');
    await beforeDestroy(args);
  }
  const ran = spawnSync(join(root, 'node_modules', '.bin', 'cdk'), [...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = ran.status ?? 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`aerie: ${error.message}`);
  process.exitCode = USAGE_EXIT;
}

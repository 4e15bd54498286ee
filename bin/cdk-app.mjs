// What cdk.json names as its app: runs app.ts on the Node that is among the packages, whichever is first on the PATH.
// Plain JavaScript, because any Node may read it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = at('../node_modules/.bin/node');

if (existsSync(node)) {
  const ran = spawnSync(node, [at('app.ts')], { stdio: 'inherit' });
  process.exitCode = ran.status ?? 1;
} else {
  console.error('aerie: its packages are not installed; run "npm ci" in its folder, then this again.');
  process.exitCode = 1;
}

#!/usr/bin/env node
// Runs the command line on the project's own Node, whatever Node the machine has: `npx aerie`, `npm link`.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const { status, signal, error } = spawnSync(
  at('../node_modules/.bin/node'),
  [at('aerie.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
if (error?.code === 'ENOENT') {
  process.stderr.write('aerie: its packages are not installed; say "npm ci" in its folder first.\n');
  process.exitCode = 2;
} else if (error !== undefined) throw error;
else process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);

#!/usr/bin/env node
// The command line: of a clone on the clone's own Node, whatever Node the machine has (`npx aerie`, `npm link`); of a package on
// the Node that this runs on, for which it was made. Plain JavaScript: this runs on any Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const onOwnNode = (source) => {
  const { status, signal, error } = spawnSync(
    at('../node_modules/.bin/node'),
    [source, ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  if (error?.code === 'ENOENT') {
    process.stderr.write('aerie: its packages are not installed; say "npm ci" in its folder first.\n');
    process.exitCode = 2;
  } else if (error !== undefined) throw error;
  else process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
};

const source = at('aerie.ts');
if (existsSync(source)) onOwnNode(source);
else await import('../dist/npm/aerie.js');

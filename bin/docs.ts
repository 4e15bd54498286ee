// Writes the pages that are made from the code. A test compares them, so run this after a change of a knob or plugin.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeCommands } from '../cli/command/describe.ts';
import { manual } from '../cli/command/manual.ts';
import { describeApi, openApi } from '../collector/describe-api.ts';
import { describeChain } from '../core/chain/describe.ts';
import { describeSettings } from '../core/settings/describe-settings.ts';
import { describeMetrics } from '../core/tell/describe-metrics.ts';
import { withControlPlane } from '../lib/costs/describe-control-plane.ts';
import { describeStage } from '../lib/stage/describe-stage.ts';
import { describeAlarms } from '../lib/watch/describe-alarms.ts';

const PAGES = {
  'aerie.1': manual,
  'alarms.md': describeAlarms,
  'api.md': describeApi,
  'chain.md': describeChain,
  'commands.md': describeCommands,
  'metrics.md': describeMetrics,
  'openapi.json': () => `${JSON.stringify(openApi(), undefined, 2)}\n`,
  'settings.md': describeSettings,
  'stage.md': describeStage,
} as const;

for (const [name, describe] of Object.entries(PAGES)) {
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), await describe());
  console.log(`docs/${name}`);
}

const money = new URL('../docs/money.md', import.meta.url);
writeFileSync(money, withControlPlane(readFileSync(money, 'utf8')));
console.log('docs/money.md, the costs of the control plane');

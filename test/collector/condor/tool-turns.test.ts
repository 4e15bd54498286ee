import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Condor, ToolOutcome } from '../../../collector/condor/condor.ts';
import { toolTurns } from '../../../collector/condor/tool-turns.ts';
import { COLLECTOR_ROW, QUEUE, serve } from '../serving.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const OK: ToolOutcome = { ok: true, stdout: '' };

/** Tools that end when they are told to. */
const turnsOf = (limits: { readonly toolsAtOnce: number; readonly patientToolsAtOnce: number }) => {
  const running: { readonly tool: string; readonly end: () => void }[] = [];
  const run: Condor = (tool) => new Promise((resolve) => running.push({ tool, end: () => resolve(OK) }));
  return {
    ...toolTurns(run, { limits, waitSeconds: 20, elapsed: () => 0 }),
    begun: () => running.map(({ tool }) => tool),
    endAll: async () => {
      for (const { end } of running) end();
      await settled();
    },
  };
};

it('two drains of workers that do not answer leave lanes to a view and a submission', async () => {
  const { tools, patient, begun, endAll } = turnsOf({ toolsAtOnce: 4, patientToolsAtOnce: 3 });
  const drains = Array.from({ length: 16 }, () => patient('condor_drain', []));
  await settled();
  expect(begun()).toEqual(['condor_drain', 'condor_drain', 'condor_drain']);
  const view = tools('condor_q', []);
  await settled();
  expect(begun().at(-1)).toBe('condor_q');
  const submission = tools('condor_submit', []);
  await endAll();
  expect(await view).toEqual(OK);
  expect(begun()).toContain('condor_submit');
  for (let turn = 0; turn < drains.length; turn += 1) await endAll();
  expect(await Promise.all([submission, ...drains])).toEqual(Array.from({ length: 17 }, () => OK));
});

it('all tools together are no more than may run at a time', async () => {
  const { tools, patient, begun, endAll } = turnsOf({ toolsAtOnce: 2, patientToolsAtOnce: 1 });
  const all = [tools, tools, patient, tools].map((each, n) => each(`tool-${n}`, []));
  await settled();
  expect(begun()).toEqual(['tool-0', 'tool-1']);
  for (let turn = 0; turn < all.length; turn += 1) await endAll();
  expect(await Promise.all(all)).toEqual([OK, OK, OK, OK]);
});

it('a tool whose turn is later than it may be is not started, and says which it was', async () => {
  let now = 0;
  const ends: (() => void)[] = [];
  const run: Condor = () => new Promise((resolve) => ends.push(() => resolve(OK)));
  const limits = { toolsAtOnce: 1, patientToolsAtOnce: 1 };
  const { tools } = toolTurns(run, { limits, waitSeconds: 20, elapsed: () => now });
  const [first, second] = [tools('condor_status', []), tools('condor_q', [])];
  await settled();
  now = 20.1;
  for (const end of ends) end();
  expect(await first).toEqual(OK);
  expect(await second).toEqual({
    ok: false,
    why: expect.stringMatching(/^condor_q: was not started/),
    stdout: '',
    stderr: '',
  });
  expect(ends).toHaveLength(1);
});

it.runIf(existsSync('/usr/bin/flock'))(
  'the endpoint shows the pool and submits while two drains wait for workers that do not answer',
  async () => {
    const served = await serve({ tools: { seconds: 300 } });
    const { condor } = served;
    const at = (name: string) => join(condor.directory, name);
    const ids = Array.from({ length: 20 }, (_, n) => `i-${String(n).padStart(17, '0')}`);
    condor.answers('condor_status', { stdout: ids.map((id) => `"${id}"\t"slot1@${id}"\tfalse\n`).join('') });
    const hangs = `#!/bin/sh\necho >> ${at('begun')}\nuntil [ -e ${at('go')} ]; do sleep 0.05; done\n`;
    writeFileSync(at('condor_drain'), hangs, { mode: 0o755 });
    let over = 0;
    const drains = [ids.slice(0, 10), ids.slice(10)].map(async (instanceIds) => {
      const { body } = await served.post('/v1/workers/drain', { instanceIds });
      over += 1;
      return body;
    });
    await expect
      .poll(() => existsSync(at('begun')) && readFileSync(at('begun'), 'utf8'))
      .toBe('\n'.repeat(6));
    condor.answers('condor_status', { stdout: COLLECTOR_ROW });
    condor.answers('condor_submit', { stdout: '1.0 - 1.0\n' });
    expect((await served.get('/v1/pool')).body).toMatchObject({
      pilots: { complete: true },
      workers: { complete: true },
    });
    const shape = { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 };
    const submission = { requestId: 'r', queue: QUEUE, count: 1, shape };
    expect((await served.post('/v1/pilots', submission)).body).toMatchObject({ submitted: 1 });
    expect(over).toBe(0);
    writeFileSync(at('go'), '');
    expect((await Promise.all(drains)).flatMap((body) => Object.values(body ?? {})).flat()).toEqual(ids);
    await served.close();
  },
);

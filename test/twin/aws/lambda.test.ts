import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TwinFunction, twinFunction } from '../../../twin/aws/lambda/function.ts';

const HANDLER = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.throws) throw new TypeError(event.throws);
  if (event.exits) process.exit(3);
  if (event.hangs) await new Promise(() => setInterval(() => {}, 1000));
  if (event.says) console.log(event.says);
  return { calls, own: process.env.OWN, home: process.env.HOME, name: context.functionName };
};
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie lambda #'));
  await writeFile(join(folder, 'index.mjs'), HANDLER);
});
afterAll(() => rm(folder, { recursive: true }));

let fn: TwinFunction | undefined;
afterEach(() => fn?.close());

const start = async (timeoutSeconds = 20, onLog?: (line: string) => void): Promise<TwinFunction> => {
  fn = await twinFunction({
    name: 'probe',
    taskRoot: folder,
    memoryMb: 128,
    timeoutSeconds,
    environment: { OWN: 'mine' },
    ...(onLog === undefined ? {} : { onLog }),
  });
  return fn;
};

describe('a function of the twin', () => {
  it('keeps its process between calls, and has no environment but its own', async () => {
    const probe = await start();
    expect(await probe.invoke({})).toEqual({
      ok: true,
      answer: { calls: 1, own: 'mine', name: 'probe' },
    });
    expect(await probe.invoke({})).toMatchObject({ answer: { calls: 2 } });
  });

  it('has a new process with the new environment after a deploy', async () => {
    const probe = await start();
    await probe.invoke({});
    probe.configure({ OWN: 'new' });
    expect(await probe.invoke({})).toEqual({ ok: true, answer: { calls: 1, own: 'new', name: 'probe' } });
    expect(await probe.invoke({})).toMatchObject({ answer: { calls: 2, own: 'new' } });
  });

  it('takes one event at a time, in order', async () => {
    const probe = await start();
    const outcomes = await Promise.all([1, 2, 3].map(() => probe.invoke({})));
    expect(outcomes.map((outcome) => outcome.ok && outcome.answer)).toMatchObject([
      { calls: 1 },
      { calls: 2 },
      { calls: 3 },
    ]);
  });

  it('answers what it throws, and goes on', async () => {
    const probe = await start();
    expect(await probe.invoke({ throws: 'no such thing' })).toEqual({
      ok: false,
      error: 'TypeError: no such thing',
    });
    expect(await probe.invoke({})).toMatchObject({ answer: { calls: 2 } });
  });

  it('that dies fails its event, and is started anew for the next', async () => {
    const probe = await start();
    expect(await probe.invoke({ exits: true })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/Runtime.ExitError/),
    });
    expect(await probe.invoke({})).toMatchObject({ answer: { calls: 1 } });
  });

  it('that hangs is killed at its time-out', async () => {
    const probe = await start(0.5);
    expect(await probe.invoke({ hangs: true })).toMatchObject({ ok: false });
  });

  it('that is closed while it works fails its event', async () => {
    const probe = await start();
    await probe.invoke({});
    const working = probe.invoke({ hangs: true });
    await probe.close();
    expect(await working).toMatchObject({ ok: false, error: expect.stringMatching(/SIGKILL/) });
  });

  it('is heard', async () => {
    const lines: string[] = [];
    const probe = await start(20, (line) => lines.push(line));
    await probe.invoke({ says: 'hello' });
    await expect.poll(() => lines).toContain('hello');
  });
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installed } from './process.ts';

let place: Awaited<ReturnType<typeof installed>>;
let state: string;
let count = 0;
beforeAll(async () => {
  place = await installed();
});
afterAll(() => place.remove());
beforeEach(() => {
  count += 1;
  state = place.at(`state-${count}`);
  mkdirSync(state);
  chmodSync(state, 0o777);
});

const run = (config: Record<string, unknown> = {}) =>
  place.run({ config: { stateDirectory: state, ...config } });
const start = (config: Record<string, unknown> = {}) =>
  place.start({ config: { stateDirectory: state, ...config } });
/** Ends with a status that systemd takes for "start it again", and says why in a line. */
const startedAgain = (sentence: RegExp) => ({ status: 1, stderr: expect.stringMatching(sentence) });
/** A port that somebody listens at, until it is free. */
const taken = async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return { port, free: () => new Promise((resolve) => other.close(resolve)) };
};
const onLinux = existsSync('/usr/bin/flock');
const isRoot = process.getuid?.() === 0;

describe.runIf(onLinux)('two endpoints on one state folder', () => {
  it('are one: the second says so and ends, and may start once the first has ended', async () => {
    const first = await start();
    expect(await run()).toEqual(
      startedAgain(/^aerie-endpoint: Another endpoint uses the state folder .+\.\n$/),
    );
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    await first.stop();
    await (await start()).stop();
  });

  it('are one of many that start at the same time', async () => {
    const all = Array.from({ length: 4 }, () => start());
    const settled = await Promise.allSettled(all);
    const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(started).toHaveLength(1);
    for (const one of started) await one.stop();
  });

  it('are one after the other if the first is killed: nothing of its lock stays', async () => {
    const first = await start();
    first.child.kill('SIGKILL');
    await first.ended;
    await (await start()).stop();
  });
});

describe.runIf(onLinux)('a start', () => {
  it('is not kept by what it finds in the state folder', async () => {
    mkdirSync(`${state}/joined/a-folder/deep`, { recursive: true });
    execFileSync('mkfifo', [`${state}/joined/a-fifo`]);
    execFileSync('ln', ['-s', 'nowhere', `${state}/joined/a-link`]);
    execFileSync('chmod', ['-R', 'a+rwX', state]);
    const running = await start();
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    await running.stop();
  });

  it('is tried again by systemd if the state folder cannot be written', async () => {
    rmSync(state, { recursive: true });
    writeFileSync(state, '');
    expect(await run()).toEqual(startedAgain(/The state folder .+ cannot be written: .+\. Make room there/));
  });

  it.runIf(isRoot)('leaves nothing behind in a state folder that is read-only or full', async () => {
    chmodSync(state, 0o555);
    expect(await run()).toEqual(startedAgain(/The state folder .+ cannot be written: EACCES/));
    expect(readdirSync(state)).toEqual([]);
  });

  it('is tried again by systemd if its port is taken, or one of its files is not there or is no file', async () => {
    const { port, free } = await taken();
    expect(await run({ listen: { host: '127.0.0.1', port } })).toEqual(startedAgain(/EADDRINUSE/));
    await free();
    const fifo = place.at(`fifo-${count}`);
    execFileSync('mkfifo', [fifo]);
    for (const config of [{ secretFiles: [fifo] }, { tls: { keyFile: fifo, certFile: fifo } }]) {
      expect(await run(config)).toEqual(startedAgain(/is no ordinary file/));
    }
  });

  it.each(['/dev/full', '/dev/null'])('goes on where its log has no room: %s', async (out) => {
    const { port, free } = await taken();
    await free();
    const running = place.begin({
      under: ['/bin/sh', '-c', `exec "$0" "$@" >${out}`],
      config: { stateDirectory: state, listen: { host: '127.0.0.1', port } },
    });
    const status = () => fetch(`http://127.0.0.1:${port}/v1/pool`).then(({ status }) => status);
    for (let refused = 0; refused < 3; refused += 1) {
      await expect.poll(() => status().catch(() => 0)).toBe(401);
    }
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ status: 0, stderr: '' });
  });

  it('goes on while nobody reads its log, and ends all the same when it is told to', async () => {
    const { port, free } = await taken();
    await free();
    const fifo = place.at(`log-${count}`);
    execFileSync('mkfifo', ['-m', '666', fifo]);
    const reader = openSync(fifo, 'r+');
    const running = place.begin({
      under: ['/bin/sh', '-c', `exec "$0" "$@" >${fifo}`],
      config: { stateDirectory: state, listen: { host: '127.0.0.1', port } },
    });
    const status = () => fetch(`http://127.0.0.1:${port}/v1/pool`).then(({ status }) => status);
    await expect.poll(() => status().catch(() => 0)).toBe(401);
    // Linux keeps 64 KB for a reader, and each of them is a line.
    for (let refused = 0; refused < 1_000; refused += 1) await status();
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ status: 0, stderr: '' });
    closeSync(reader);
  });

  it('goes with one secret of two that can be read', async () => {
    const fifo = place.at(`fifo-${count}`);
    execFileSync('mkfifo', [fifo]);
    const running = await start({ secretFiles: [place.at('secret'), fifo] });
    await running.stop();
  });
});

describe.runIf(isRoot && onLinux)('a state folder that fills up', () => {
  let isMounted = false;
  beforeEach(() => {
    // As large as a disk that has room for the beginning and not for more.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0777', 'aerie-full', state]);
    isMounted = true;
  });
  afterEach(() => {
    if (isMounted) execFileSync('umount', ['-l', state]);
    isMounted = false;
  });
  const fill = () => {
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${state}/ballast`, 'bs=4k'], { stdio: 'ignore' });
    } catch {
      // dd ends badly once it is full.
    }
  };

  it('ends a start with the cause, and once there is room again it starts', async () => {
    fill();
    expect(await run()).toEqual(startedAgain(/The state folder .+ cannot be written: ENOSPC/));
    rmSync(`${state}/ballast`);
    await (await start()).stop();
  });
});

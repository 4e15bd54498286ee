import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descriptorsIn, limitsWith, ownDescriptors } from '../../collector/limits.ts';

/** What Node has at rest, and what one start of a tool takes at its worst: counted, not taken from the code. */
const AT_REST = 23;
const STREAMS_OF_A_START = 8;
const STREAMS_OF_A_TOOL = 3;
const FILES = 5;

describe('what a process takes on', () => {
  it('never needs more descriptors than it may have, all of it at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 48, max: 2_000_000 }), (descriptors) => {
        const { limits } = limitsWith(descriptors) as Extract<ReturnType<typeof limitsWith>, { ok: true }>;
        const { connections, toolsAtOnce, patientToolsAtOnce, joinsAtOnce } = limits;
        const tools = (toolsAtOnce - 1) * STREAMS_OF_A_TOOL + STREAMS_OF_A_START;
        if (toolsAtOnce > 2) expect(joinsAtOnce + patientToolsAtOnce).toBeLessThan(toolsAtOnce);
        expect(AT_REST + FILES + tools + joinsAtOnce + connections).toBeLessThanOrEqual(descriptors);
      }),
    );
  });

  it.each([
    [48, { connections: 10, toolsAtOnce: 1, patientToolsAtOnce: 1, joinsAtOnce: 1 }],
    [64, { connections: 18, toolsAtOnce: 3, patientToolsAtOnce: 1, joinsAtOnce: 1 }],
    [1_024, { connections: 498, toolsAtOnce: 16, patientToolsAtOnce: 6, joinsAtOnce: 8 }],
    [65_536, { connections: 4_096, toolsAtOnce: 16, patientToolsAtOnce: 6, joinsAtOnce: 8 }],
    [Number.MAX_SAFE_INTEGER, { connections: 4_096, toolsAtOnce: 16, patientToolsAtOnce: 6, joinsAtOnce: 8 }],
  ])('follows from %d descriptors', (descriptors, limits) => {
    expect(limitsWith(descriptors)).toEqual({ ok: true, limits });
  });

  it('is nothing with fewer than it needs', () => {
    expect(limitsWith(47)).toEqual({
      ok: false,
      why: 'The process may open 47 file descriptors, and needs 48 at least; raise LimitNOFILE of the service, or ulimit -n.',
    });
  });

  const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             unlimited            unlimited            processes
%
Max locked memory         8388608              8388608              bytes
`;
  it.each([
    ['Max open files            4096                 524288               files     ', 4_096],
    [
      'Max open files            unlimited            unlimited            files     ',
      Number.MAX_SAFE_INTEGER,
    ],
    ['Max open files of others  7                    7                    files     ', 1_024],
    ['No Max open files 7       7                    7                    files     ', 1_024],
  ])('follows from the soft limit of open files alone: %s', (line, descriptors) => {
    expect(descriptorsIn(LIMITS.replace('%', line))).toBe(descriptors);
  });

  it.runIf(process.platform === 'linux')('follows from what the shell allows', () => {
    const script = `import { ownDescriptors } from ${JSON.stringify(new URL('../../collector/limits.ts', import.meta.url).href)}; console.log(ownDescriptors());`;
    const said = execFileSync('/bin/sh', [
      '-c',
      'ulimit -n 77; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    expect(Number(said)).toBe(77);
    expect(ownDescriptors()).toBeGreaterThan(77);
  });
});

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder of executables with the names of HTCondor's tools. Each writes down the arguments and the input that it
 * gets, and answers what it was told to.
 */
export interface FakeCondor {
  readonly directory: string;
  /** From now on the tool prints this and ends with this status; `seconds`: after so long. */
  answers(
    tool: string,
    answer: { stdout?: string; stderr?: string; status?: number; seconds?: number },
  ): void;
  /** The arguments of each run so far, oldest first. */
  calls(tool: string): readonly (readonly string[])[];
  /** All runs of all tools. */
  callCount(): number;
  /** What the last run was given to read. */
  input(tool: string): string;
  forgetCalls(): void;
  remove(): void;
}

const TOOLS = [
  'condor_q',
  'condor_status',
  'condor_history',
  'condor_submit',
  'condor_rm',
  'condor_drain',
  'condor_advertise',
  'condor_token_create',
  'condor_reschedule',
  'condor_version',
];

const SCRIPT = `#!/bin/sh
here=\${0%/*}
tool=\${0##*/}
{ printf '%s\\0' "$@"; printf '\\001\\0'; } >> "$here/$tool.calls"
cat > "$here/$tool.in"
[ -f "$here/$tool.sleep" ] && sleep "$(cat "$here/$tool.sleep")"
[ -f "$here/$tool.err" ] && cat "$here/$tool.err" >&2
[ -f "$here/$tool.out" ] && cat "$here/$tool.out"
exit "$(cat "$here/$tool.rc" 2>/dev/null || echo 0)"
`;

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

export const fakeCondor = (): FakeCondor => {
  const directory = mkdtempSync(join(tmpdir(), 'aerie-condor-'));
  mkdirSync(join(directory, 'templates'));
  for (const tool of TOOLS) {
    writeFileSync(join(directory, tool), SCRIPT);
    chmodSync(join(directory, tool), 0o755);
  }
  const calls = (tool: string) =>
    contentOf(join(directory, `${tool}.calls`))
      .split('\u0001\0')
      .slice(0, -1)
      .map((call) => call.split('\0').slice(0, -1));
  return {
    directory,
    answers(tool, { stdout = '', stderr = '', status = 0, seconds }) {
      writeFileSync(join(directory, `${tool}.out`), stdout);
      writeFileSync(join(directory, `${tool}.err`), stderr);
      writeFileSync(join(directory, `${tool}.rc`), String(status));
      if (seconds === undefined) rmSync(join(directory, `${tool}.sleep`), { force: true });
      else writeFileSync(join(directory, `${tool}.sleep`), String(seconds));
    },
    calls,
    callCount: () => TOOLS.reduce((sum, tool) => sum + calls(tool).length, 0),
    input: (tool) => contentOf(join(directory, `${tool}.in`)),
    forgetCalls() {
      for (const tool of TOOLS) rmSync(join(directory, `${tool}.calls`), { force: true });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
};

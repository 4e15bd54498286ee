import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder of executables with the names of HTCondor's tools. Each writes down the arguments and the input that it
 * gets, and answers what it was told to. Runs of one tool that ask something else are apart: `condor_status.odd` for ads
 * that cannot be read, `condor_status.closed` for slots that take nothing, `condor_status.start` for a START that is not known yet,
 * `condor_status.shut` for slots that one keeps shut, `condor_submit.dry-run`.
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
  'condor_status.odd',
  'condor_status.closed',
  'condor_status.start',
  'condor_status.shut',
  'condor_history',
  'condor_submit',
  'condor_submit.dry-run',
  'condor_rm',
  'condor_drain',
  'condor_advertise',
  'condor_token_create',
  'condor_reschedule',
  'condor_config_val',
  'condor_version',
];

/**
 * What a dry run of condor_submit prints for the simple templates of the tests: one ad of the cluster, and of each job what
 * differs. Of two lines of one name the later counts, and a line with a plus is not the same as the command of that name.
 */
const DRY_RUN = `
function put(name, value) { if (!(name in ad)) order[++n] = name; ad[name] = value }
BEGIN {
  split("universe JobUniverse request_cpus RequestCpus request_memory RequestMemory request_disk RequestDisk request_gpus RequestGPUs leave_in_queue LeaveJobInQueue max_idle JobMaterializeMaxIdle", words, " ")
  for (i = 1; i in words; i += 2) command[words[i]] = words[i + 1]
  put("JobUniverse", 5)
  put("LeaveJobInQueue", "false")
}
{ line = $0; at = index(line, "="); name = substr(line, 1, at - 1); value = substr(line, at + 1) }
{ gsub(/^ +| +$/, "", name); gsub(/^ +| +$/, "", value) }
/^ *queue( |$)/ { jobs = $2 == "" ? 1 : $2; next }
at == 0 { next }
name ~ /^([+]|[Mm][Yy][.])/ { sub(/^([+]|[Mm][Yy][.])/, "", name); own[name] = value; next }
tolower(name) in command {
  if (tolower(name) == "universe") value = value == "vanilla" ? 5 : value == "local" ? 12 : 9
  put(command[tolower(name)], value)
}
END {
  for (name in own) put(name, own[name])
  for (i = 1; i <= n; i++) print order[i] "=" ad[order[i]]
  if (!("JobMaterializeMaxIdle" in ad)) for (j = 0; j < jobs; j++) printf "%sProcId=%d\\nJobStatus=1\\n", j == 0 ? "" : "\\n", j
  print "1.0 - 1." jobs - 1
}
`;

/** The questions that one tool is asked, where a test may want to answer them apart: by the last argument. */
const SCRIPT = `#!/bin/sh
here=\${0%/*}
tool=\${0##*/}
for last in "$@"; do
  case $tool/$last in condor_submit/-dry-run) tool=condor_submit.dry-run ;; esac
done
case $tool/$last in
  condor_status/AuthenticatedIdentity) tool=condor_status.odd ;;
  condor_status/DaemonStartTime) tool=condor_status.closed ;;
  condor_status/replaceall*) tool=condor_status.start ;;
  condor_status/'('*) tool=condor_status.shut ;;
esac
{ printf '%s\\0' "$@"; printf '\\001\\0'; } >> "$here/$tool.calls"
if [ $tool = condor_submit.dry-run ]; then
  # Several may run at a time.
  input=$(cat)
  printf '%s\\n' "$input" > "$here/$tool.in"
else
  cat > "$here/$tool.in"
fi
[ -f "$here/$tool.sleep" ] && sleep "$(cat "$here/$tool.sleep")"
[ -f "$here/$tool.err" ] && cat "$here/$tool.err" >&2
[ -f "$here/$tool.out" ] && cat "$here/$tool.out"
if [ $tool = condor_submit.dry-run ] && [ ! -f "$here/$tool.out" ]; then printf '%s\\n' "$input" | awk -f "$here/dry-run.awk"; fi
exit "$(cat "$here/$tool.rc" 2>/dev/null || echo 0)"
`;

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

export const fakeCondor = (): FakeCondor => {
  const directory = mkdtempSync(join(tmpdir(), 'aerie-condor-'));
  mkdirSync(join(directory, 'templates'));
  writeFileSync(join(directory, 'dry-run.awk'), DRY_RUN);
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

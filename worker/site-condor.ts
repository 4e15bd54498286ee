import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CONFIGURATION = join(import.meta.dirname, 'files', 'aerie.conf');

/** A line `NAME = value`; a name may be for one daemon only, as in `STARTD.NAME`. */
const ASSIGNMENT = /^[ \t]*([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=(.*)$/;

/** What aerie.conf does not set, and relies on being as it is. */
const RELIED_ON = [
  /^AERIE/,
  /^(LOCAL|REQUIRE_LOCAL)_CONFIG_/,
  /^(NUM_SLOTS|SLOT_?TYPE|SLOT\d)/,
  /^STARTD_CRON_NODE_/,
  /^(USE_)?SHARED_PORT/,
  /^CCB_/,
  /^(DAEMON_SHUTDOWN|MASTER_SHUTDOWN|START_DAEMONS|START_MASTER)/,
  /^SEC_TOKEN_(SYSTEM_)?DIRECTORY$/,
  // What aerie has asked for before, counted or compared: accounts, scratch, rooms, the address and the health of the machine.
  /^(NUM_CPUS|DETECTED_|COUNT_HYPERTHREAD_CPUS|MEMORY$)/,
  /^(LOCAL_DIR|LOG|BASE_CGROUP|CONDOR_IDS|TCP_FORWARDING_HOST|PREFER_IPV[46]|ENABLE_IPV[46])$/,
  /^NODE_/,
  /^(COLLECTOR_HOST|EXECUTE|PREEMPT|KILL|SUSPEND|CONTINUE|WANT_SUSPEND|WANT_HOLD|IS_OWNER)$/,
];

/** Names are the same in capitals, and for one daemon as for all. */
const plain = (name: string): string => name.toUpperCase().split('.').at(-1) ?? '';

/** What aerie.conf sets and does not add to what was there before it: a site's value would be lost, or break it. */
const ours = (): ReadonlySet<string> =>
  new Set(
    readFileSync(CONFIGURATION, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, name = '', value = ''] = ASSIGNMENT.exec(line) ?? [];
        return name === '' || value.includes(`$(${name})`) ? [] : [plain(name)];
      }),
  );

/** The lines as HTCondor reads them: one that ends in a backslash goes on in the next. */
const logical = (text: string): readonly string[] => {
  const lines: string[] = [];
  let goesOn = false;
  for (const line of text.replaceAll('\r', '').split('\n')) {
    const before = goesOn ? (lines.pop() ?? '') : '';
    lines.push(before + line);
    goesOn = line.endsWith('\\') && !isComment(line);
  }
  return lines;
};

const isComment = (line: string): boolean => /^\s*#/.test(line);

const mistakeOf = (line: string, ourNames: ReadonlySet<string>): string | undefined => {
  if (/^\s*$/.test(line)) return undefined;
  if (isComment(line)) {
    return line.endsWith('\\') ? 'is a comment that ends in a backslash; take that away' : undefined;
  }
  const [, name] = ASSIGNMENT.exec(line) ?? [];
  if (name === undefined)
    return 'is no line NAME = value; write only such lines, without use, include and if';
  const known = plain(name);
  return ourNames.has(known) || RELIED_ON.some((pattern) => pattern.test(known))
    ? `sets ${name}, by which aerie keeps its workers; remove it`
    : undefined;
};

const LONGEST_QUOTE = 60;

/** Says which of a site's lines for HTCondor would take away what aerie relies on, a sentence each. */
export const condorMistakes = (text: string): readonly string[] => {
  const ourNames = ours();
  return logical(text).flatMap((line) => {
    const why = mistakeOf(line, ourNames);
    return why === undefined ? [] : [`the line "${line.trim().slice(0, LONGEST_QUOTE)}" ${why}`];
  });
};

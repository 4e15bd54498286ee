import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { TemplateRequest } from '../../core/model/about.ts';
import { queueName, type SubmitRequest } from '../../core/model/pool.ts';
import { asRequested } from '../../core/model/resources.ts';
import { namesIn, readOrdinary } from '../files.ts';
import { asksOf } from './asks.ts';

/** A queue's pilot template: a complete submit file that the pool's admin has written, as `<queue>.sub`. */
export interface Template {
  readonly queue: string;
  /** Everything of it but its queue statement. */
  readonly text: string;
  /** What it asks for by itself, which the shape of each submission takes the place of. */
  readonly asks: TemplateRequest;
  /** It says itself whom its pilots are accounted to. */
  readonly isAccounted: boolean;
  /** The file whose end is the end of what the pilots may do; null if the template names none. */
  readonly credential: Credential | null;
}

interface Credential {
  readonly kind: 'proxy' | 'token';
  /** Relative to the templates' folder, if it is not absolute. */
  readonly file: string;
}

/** `template` is undefined for a queue that has none. */
export type ReadTemplate =
  | { readonly ok: true; readonly template: Template | undefined }
  | { readonly ok: false; readonly mistake: string };

const SUFFIX = '.sub';
const MAX_BYTES = 256 * 1024;

/**
 * Logical lines: HTCondor joins lines that end in a backslash, as they stand. Comments are left out: one that ends in a
 * backslash takes no other line with it, and one between such lines does not end them.
 */
const statementsOf = (text: string): readonly string[] =>
  text
    .replace(/^[^\S\n]*#.*\\[^\S\n]*\n/gm, '')
    .replace(/\\[^\S\n]*\n[^\S\n]*/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const isQueue = (statement: string): boolean => /^queue\b/i.test(statement) && !/^queue\s*=/i.test(statement);

/** What stands after `name =`, of the last such line: the later one counts. A name has several spellings. */
const settingOf = (statements: readonly string[], ...names: readonly string[]): string | undefined => {
  const settings = statements.flatMap((statement) => {
    const [, key = '', value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(statement) ?? [];
    return names.some((name) => key.toLowerCase() === name.toLowerCase()) ? [value.trim()] : [];
  });
  return settings.at(-1);
};

/** An attribute of the job, written as such. */
const attribute = (name: string) => [`+${name}`, `MY.${name}`] as const;

const unquoted = (text: string | undefined): string => text?.replace(/^"(.*)"$/, '$1') ?? '';

const tokenFileOf = (statements: readonly string[]): string | undefined => {
  const spellings = ['environment', 'environment2', 'env', ...attribute('Environment')];
  const [, name] =
    /(?:^|[\s"';])PANDA_AUTH_TOKEN='?([^\s"';]+)/.exec(settingOf(statements, ...spellings) ?? '') ?? [];
  if (name === undefined) return undefined;
  const files = ['transfer_input_files', 'TransferInputFiles', ...attribute('TransferInput')];
  const sent = unquoted(settingOf(statements, ...files))
    .split(',')
    .map((file) => file.trim());
  return sent.find((file) => file === name || file.endsWith(`/${name}`)) ?? name;
};

const credentialOf = (statements: readonly string[]): Credential | null => {
  const proxy = unquoted(settingOf(statements, 'x509userproxy', ...attribute('x509userproxy')));
  if (proxy !== '') return { kind: 'proxy', file: proxy };
  if (settingOf(statements, 'use_x509userproxy')?.toLowerCase() === 'true') {
    // Where condor_submit looks, which is not told of an X509_USER_PROXY of ours.
    return { kind: 'proxy', file: `/tmp/x509up_u${userInfo().uid}` };
  }
  const token = tokenFileOf(statements);
  return token === undefined ? null : { kind: 'token', file: token };
};

const mistakeOf = (queue: string, statements: readonly string[]): string | undefined => {
  const queueStatements = statements.filter(isQueue);
  if (queueStatements.length !== 1) {
    return `has ${queueStatements.length} queue statements, expected one`;
  }
  const last = statements.at(-1);
  if (last === undefined || !isQueue(last))
    return 'goes on after its queue statement, which has to be the last one';
  if (!/^queue(\s+\d+)?$/i.test(last)) return 'has a queue statement with more than a number';
  const served =
    settingOf(statements, '+MATCH_APF_QUEUE') ?? settingOf(statements, 'MY.MATCH_APF_QUEUE') ?? 'nothing';
  if (served !== `"${queue}"`) return `sets +MATCH_APF_QUEUE to ${served}, expected "${queue}"`;
  if (credentialOf(statements)?.file.includes('$(')) {
    return 'names its credential with a macro; write the path out';
  }
  return undefined;
};

/** Every spelling by which a template may say whom its pilots are accounted to, in HTCondor's words of now and of before. */
const ACCOUNTS =
  /^(?:accounting_group(?:_user)?|nice_user|(?:\+|MY\.)?(?:AccountingGroup|AcctGroup(?:User)?|NiceUser))\s*=/i;

/** A pilot asks for the GPUs of its shape; where that has none, a template's own word would go on counting. */
const REQUESTS_GPUS = /^request_gpus\s*=/i;

/** Reads the text of a queue's template. */
const parseTemplate = (queue: string, text: string): ReadTemplate => {
  const statements = statementsOf(text);
  const mistake = mistakeOf(queue, statements);
  if (mistake !== undefined) {
    return { ok: false, mistake: `The pilot template ${queue}${SUFFIX} ${mistake}.` };
  }
  const kept = statements.filter((statement) => !isQueue(statement) && !REQUESTS_GPUS.test(statement));
  // Left to itself, HTCondor brings every new file of a pilot back into the folder of the templates.
  const isLeft =
    settingOf(statements, 'transfer_output_files', 'TransferOutputFiles') === undefined &&
    settingOf(statements, 'should_transfer_files', 'ShouldTransferFiles')?.toLowerCase() !== 'no';
  const nothingBack = isLeft ? ['transfer_output_files = ""'] : [];
  const whole = [...kept, ...nothingBack].join('\n');
  return {
    ok: true,
    template: {
      queue,
      text: whole,
      asks: asksOf((name) => settingOf(statements, name)),
      isAccounted: statements.some((statement) => ACCOUNTS.test(statement)),
      credential: credentialOf(statements),
    },
  };
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Reads a queue's template. The name has been checked to be a file name before, and is here again. */
export const readTemplate = async (folder: string, queue: string): Promise<ReadTemplate> => {
  if (!queueName.safeParse(queue).success) return { ok: true, template: undefined };
  try {
    const text = (await readOrdinary(join(folder, `${queue}${SUFFIX}`), MAX_BYTES)).toString('utf8');
    return parseTemplate(queue, text);
  } catch (error) {
    if (isMissing(error)) return { ok: true, template: undefined };
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, mistake: `The pilot template ${queue}${SUFFIX} cannot be read: ${why}.` };
  }
};

/** The queues that have a template. */
export const templateNames = async (folder: string): Promise<readonly string[]> =>
  (await namesIn(folder))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .filter((queue) => queueName.safeParse(queue).success)
    .sort();

const KIB_PER_MB = 1024;

/**
 * The submit description of `count` pilots: the template, then what was asked for, which takes precedence. Each queue is a
 * user of its own to the negotiator: of one user the schedd would give the claim of eight cores to the next pilot of one,
 * and others would not get their turn.
 */
export const describe = (template: Template, request: Omit<SubmitRequest, 'queue'>): string => {
  const { cpus, memoryMb, diskMb, gpus } = asRequested(request.shape);
  const { fleet, wallSeconds } = request;
  const lines = [
    template.text,
    `request_cpus = ${cpus}`,
    `request_memory = ${memoryMb}`,
    `request_disk = ${diskMb * KIB_PER_MB}`,
    ...(gpus > 0 ? [`request_gpus = ${gpus}`] : []),
    ...(template.isAccounted ? [] : [`accounting_group_user = ${template.queue}`]),
    `+AerieRequestId = "${request.requestId}"`,
    ...(fleet === undefined ? [] : [`+AerieFleet = "${fleet}"`]),
    ...(wallSeconds === undefined ? [] : [`+AerieWallSeconds = ${wallSeconds}`]),
    `queue ${request.count}`,
  ];
  return `${lines.join('\n')}\n`;
};

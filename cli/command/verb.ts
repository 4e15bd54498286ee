import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';
import { asked } from '../doctor/look/asked.ts';
import { type Access, accessTo } from '../stage/clients.ts';
import { openSight, type Sight } from '../stage/sight.ts';
import { canRedraw, type Paint, painted, plain, wantsColor } from './paint.ts';
import { stageAsked, stageSaid } from './stage-asked.ts';
import { cut, wrapped } from './text.ts';
import { UsageError } from './usage.ts';

/** What a command finds around it; tests give it another world. */
export interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
    write(text: string): unknown;
  };
  /** Something that is told while it goes on, and is no answer. */
  readonly say: (line: string) => void;
  /** How far something is that takes long, in the place of what it was told before; no words take that away. Absent: nobody looks. */
  readonly progress?: (words: string) => void;
  /** How a stage is reached. */
  readonly access: (stage: string) => Access;
  /** Asks the person at the terminal; absent: there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

/** What a command is written for: the width of the terminal, without end where there is none, and its colours. */
export interface Look {
  readonly columns: number;
  readonly paint: Paint;
}

/** What the person has asked for. */
interface Asked<O extends ParseArgsOptionsConfig> {
  readonly names: readonly string[];
  readonly options: ReturnType<typeof parseArgs<{ options: O }>>['values'];
  readonly sight: Sight;
  /** A look at the stage as it is then. */
  readonly again: () => Promise<Sight>;
  readonly around: Around;
}

/** One command of the grammar `aerie VERB [NAME …] [--stage NAME] [--json] …`. */
export interface Spec<O extends ParseArgsOptionsConfig, S extends z.ZodType> {
  readonly name: string;
  /** What stands behind the name: `NAME [--at TIME]`. */
  readonly takes: string;
  /** How many names it takes. */
  readonly names: readonly [least: number, most: number];
  /** One line. */
  readonly does: string;
  /** What there is to know besides, line by line. */
  readonly more?: readonly string[];
  readonly options: O;
  /** What each option is for: its argument, if it takes one, and a few words. */
  readonly means: { readonly [N in keyof O]: readonly [argument: string, words: string] };
  readonly examples: readonly string[];
  /** What `--json` tells. */
  readonly schema: S;
  readonly ask: (asked: Asked<O>) => Promise<z.output<S>>;
  readonly lines: (told: z.output<S>, look: Look, options: Asked<O>['options']) => readonly string[];
  /** Whether nothing is on: the exit code. */
  readonly isWell: (told: z.output<S>) => boolean;
  /** Does something else than telling, until that is over, and answers the exit code; undefined: it tells. */
  readonly instead?: (
    asked: Omit<Asked<O>, 'sight' | 'names' | 'again'> & { readonly stage: string },
  ) => Promise<number> | undefined;
  /** Told anew each so many seconds on a terminal, until Ctrl-C; absent: once. */
  readonly everySeconds?: (options: Asked<O>['options']) => number;
}

/** A command as the door knows it. */
export interface Verb {
  readonly name: string;
  readonly does: string;
  /** How it is called. */
  readonly synopsis: string;
  readonly more: readonly string[];
  readonly examples: readonly string[];
  readonly help: string;
  readonly schema: z.ZodType;
  /** The options with the words of each, for completion and the manual. */
  readonly options: readonly (readonly [option: string, argument: string, words: string])[];
  readonly run: (args: readonly string[], around: Around) => Promise<number>;
}

const SHARED = {
  stage: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const STAGE_MEANS = 'the stage; else AERIE_STAGE. twin is the one that npm start runs';

const sharedMeans = (stageMeans: string | null) => [
  ...(stageMeans === null ? [] : [['stage', 'NAME', stageMeans] as const]),
  ['json', '', 'one JSON object, for scripts'] as const,
  ['help', '', 'this text'] as const,
];

/** What a help is made of; `stageMeans`: what `--stage` is for, null: the command is about none. */
type Helped<O extends ParseArgsOptionsConfig, S extends z.ZodType> = Pick<
  Spec<O, S>,
  'name' | 'takes' | 'does' | 'more' | 'means' | 'examples'
> & { readonly stageMeans?: string | null };

const SOMETHING_IS_ON = 1;

/** A help is for a terminal of any width. */
const HELP_COLUMNS = 78;

const optionsOf = <O extends ParseArgsOptionsConfig, S extends z.ZodType>({
  means,
  stageMeans = STAGE_MEANS,
}: Helped<O, S>) => [
  ...Object.entries(means).map(([name, [argument, words]]) => [name, argument, words] as const),
  ...sharedMeans(stageMeans),
];

const synopsisOf = <O extends ParseArgsOptionsConfig, S extends z.ZodType>(spec: Helped<O, S>): string => {
  const shared = spec.stageMeans === null ? '[--json]' : '[--stage NAME] [--json]';
  return `aerie ${[spec.name, spec.takes, shared].filter((part) => part !== '').join(' ')}`;
};

const helpOf = <O extends ParseArgsOptionsConfig, S extends z.ZodType>(spec: Helped<O, S>): string => {
  const options = optionsOf(spec).map(
    ([name, argument, words]) => [`--${name}${argument === '' ? '' : ` ${argument}`}`, words] as const,
  );
  const width = Math.max(...options.map(([option]) => option.length));
  return [
    synopsisOf(spec),
    '',
    ...wrapped([spec.does, ...(spec.more ?? [])].join(' '), HELP_COLUMNS, ['', '']),
    '',
    ...options.flatMap(([option, words]) =>
      wrapped(words, HELP_COLUMNS, [`  ${option.padEnd(width)}  `, ' '.repeat(width + 4)]),
    ),
    '',
    ...spec.examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
};

/** What of a command the door, completion and the manual know of it. */
export const describedBy = <O extends ParseArgsOptionsConfig, S extends z.ZodType>(
  spec: Helped<O, S> & Pick<Spec<O, S>, 'schema'>,
): Omit<Verb, 'run'> => ({
  name: spec.name,
  does: spec.does,
  synopsis: synopsisOf(spec),
  more: spec.more ?? [],
  examples: spec.examples,
  help: helpOf(spec),
  schema: spec.schema,
  options: optionsOf(spec),
});

const readArguments = <O extends ParseArgsOptionsConfig>(
  name: string,
  args: readonly string[],
  options: O,
) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...SHARED, ...options } });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${reason.replace(/\.$/, '')}. Run "aerie ${name} --help" for the options.`);
  }
};

/** Says how many names a command takes. */
const countOf = ([least, most]: readonly [number, number]): string =>
  most === 0
    ? 'no name'
    : least === most
      ? `${least} name${least === 1 ? '' : 's'}`
      : `${least} to ${most} names`;

/** How every command begins: reads what it was given, and refuses too many or too few names; undefined: its help was all. */
export const begin = <O extends ParseArgsOptionsConfig, S extends z.ZodType>(
  spec: Helped<O, S> & Pick<Spec<O, S>, 'options' | 'names'>,
  args: readonly string[],
  stdout: Pick<Around['stdout'], 'write'>,
) => {
  const { values, positionals } = readArguments(spec.name, args, spec.options);
  const shared = values as { readonly stage?: string; readonly json?: boolean; readonly help?: boolean };
  if (shared.help === true) {
    stdout.write(helpOf(spec));
    return undefined;
  }
  const [least, most] = spec.names;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(
      `aerie ${spec.name} takes ${countOf(spec.names)}, not ${positionals.length}: aerie ${spec.name} ${spec.takes}`,
    );
  }
  return { values, positionals, shared };
};

/** What AWS or the network does becomes a sentence. */
export const answered = async <T>(answer: Promise<T>): Promise<T> => {
  let thrown: unknown;
  const caught = await asked(
    'AWS',
    answer.catch((error: unknown) => {
      thrown = error;
      throw error;
    }),
  );
  if (caught.ok) return caught.value;
  const isAws =
    thrown instanceof Error && ('$metadata' in thrown || 'code' in thrown || /Provider/.test(thrown.name));
  if (!isAws && !/region/i.test(caught.why)) throw thrown;
  throw new UsageError(`${caught.why}.`);
};

/** Makes a command of its parts. */
export const verb = <const O extends ParseArgsOptionsConfig, S extends z.ZodType>(
  spec: Spec<O, S>,
): Verb => ({
  ...describedBy(spec),
  async run(args, around) {
    const { stdout, env } = around;
    const begun = begin(spec, args, stdout);
    if (begun === undefined) return 0;
    const { values, positionals, shared } = begun;
    const stage = stageAsked(stageSaid(shared.stage, env));
    const again = () => openSight(stage, around.access(stage));
    const instead = spec.instead?.({ options: values as Asked<O>['options'], around, stage });
    if (instead !== undefined) return instead;
    const tell = async (): Promise<z.output<S>> => {
      const told = await answered(
        again().then((sight) =>
          spec.ask({ names: positionals, options: values as Asked<O>['options'], sight, again, around }),
        ),
      );
      return spec.schema.parse(told);
    };
    if (shared.json === true) {
      const told = await tell();
      stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
      return spec.isWell(told) ? 0 : SOMETHING_IS_ON;
    }
    const paint = wantsColor(stdout, env) ? painted : plain;
    const lines = (told: z.output<S>) => {
      const columns = stdout.isTTY === true ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
      return spec.lines(told, { columns, paint }, values as Asked<O>['options']);
    };
    const everySeconds = spec.everySeconds?.(values as Asked<O>['options']);
    if (everySeconds !== undefined && canRedraw(stdout, env)) {
      for (;;) {
        stdout.write(screenOf(lines(await tell()), stdout.rows ?? 24));
        await setTimeout(everySeconds * 1000);
      }
    }
    const told = await tell();
    for (const line of lines(told)) stdout.write(`${line}\n`);
    return spec.isWell(told) ? 0 : SOMETHING_IS_ON;
  },
});

const ESC = '\u001b[';

/** The lines over what stood on the screen before: each clears the rest of its own, the last all below. */
const screenOf = (lines: readonly string[], rows: number): string =>
  `${ESC}H${lines
    .slice(0, Math.max(1, rows - 1))
    .map((line) => `${line}${ESC}K\n`)
    .join('')}${ESC}J`;

const askHere = async (question: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
};

const onOneLine = (words: string): void => {
  const columns = process.stderr.columns || 80;
  process.stderr.write(`\r${cut(words, columns - 1)}${ESC}K`);
};

/** This process as commands find it. */
export const here = (): Around => ({
  env: process.env,
  stdout: process.stdout,
  say: (line) => process.stderr.write(`${line}\n`),
  ...(canRedraw(process.stderr, process.env) ? { progress: onOneLine } : {}),
  access: (stage) => accessTo(stage, process.env),
  ...(process.stdin.isTTY && process.stdout.isTTY ? { ask: askHere } : {}),
});

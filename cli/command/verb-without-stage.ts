import type { ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';
import { painted, plain, wantsColor } from './paint.ts';
import { stageSaid } from './stage-asked.ts';
import { UsageError } from './usage.ts';
import { type Around, begin, describedBy, type Look, type Spec, type Verb } from './verb.ts';

/** What the person has asked for. */
interface Asked<O extends ParseArgsOptionsConfig> {
  readonly names: readonly string[];
  readonly options: ReturnType<typeof parseArgs<{ options: O }>>['values'];
  /** As it was said, or as AERIE_STAGE has it; undefined: neither, or the command is about none. */
  readonly stage: string | undefined;
  readonly around: Around;
}

type Shared<O extends ParseArgsOptionsConfig, S extends z.ZodType> = Pick<
  Spec<O, S>,
  'name' | 'takes' | 'names' | 'does' | 'more' | 'options' | 'means' | 'examples' | 'schema'
>;

/** A command that looks at no stage that is there: it reads and writes files, or says what it knows. */
interface SpecWithoutStage<O extends ParseArgsOptionsConfig, S extends z.ZodType> extends Shared<O, S> {
  /** What `--stage` is for; null: the command is about no stage. */
  readonly stageMeans: string | null;
  readonly ask: (asked: Asked<O>) => z.output<S> | Promise<z.output<S>>;
  readonly lines: (told: z.output<S>, look: Look) => readonly string[];
  /** Whether nothing is on; absent: nothing can be. */
  readonly isWell?: (told: z.output<S>) => boolean;
}

const SOMETHING_IS_ON = 1;

/** Makes a command that looks at no stage of its parts. */
export const verbWithoutStage = <const O extends ParseArgsOptionsConfig, S extends z.ZodType>(
  spec: SpecWithoutStage<O, S>,
): Verb => ({
  ...describedBy(spec),
  async run(args, around) {
    const { stdout, env } = around;
    const begun = begin(spec, args, stdout);
    if (begun === undefined) return 0;
    const { values, positionals, shared } = begun;
    if (spec.stageMeans === null && shared.stage !== undefined) {
      throw new UsageError(`aerie ${spec.name} is about no stage; leave --stage out.`);
    }
    const asked = {
      names: positionals,
      options: values as Asked<O>['options'],
      stage: stageSaid(shared.stage, env),
      around,
    };
    const told = spec.schema.parse(await spec.ask(asked));
    const columns = stdout.isTTY === true ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
    const paint = wantsColor(stdout, env) ? painted : plain;
    const lines =
      shared.json === true ? [JSON.stringify(told, undefined, 2)] : spec.lines(told, { columns, paint });
    for (const line of lines) stdout.write(`${line}\n`);
    return spec.isWell?.(told) === false ? SOMETHING_IS_ON : 0;
  },
});

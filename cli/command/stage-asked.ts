import { UsageError } from './usage.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The stage that somebody said, or else that of AERIE_STAGE; undefined: neither. */
export const stageSaid = (said: string | undefined, env: Environment): string | undefined =>
  said ?? env.AERIE_STAGE;

/** The stage that a command is about. Throws UsageError: nobody said which. */
export const stageAsked = (stage = ''): string => {
  if (stage !== '') return stage;
  throw new UsageError(
    'which stage? Say --stage NAME or set AERIE_STAGE; twin is the one that npm start runs.',
  );
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

/** The same, with a name that a stage can have. Throws UsageError. */
export const stageNamed = (said: string | undefined, env: Environment): string => {
  const stage = stageAsked(stageSaid(said, env));
  if (STAGE.test(stage)) return stage;
  throw new UsageError(`--stage takes the name of a stage of cdk.json, not "${stage}".`);
};

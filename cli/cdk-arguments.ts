import { UsageError } from './command/usage.ts';

/** What can be done with a stage by the CDK's own command line, and what that is given besides. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  /** Rights that grow are shown, and have to be agreed to. */
  deploy: ['--require-approval', 'broadening'],
  diff: [],
  destroy: [],
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

const STACK = 'aerie-';

/** The stage that the CDK's arguments are about. */
export const stageIn = ([, stack = '']: readonly string[]): string => stack.slice(STACK.length);

/** The profile of AWS that they name, if they do. */
export const profileIn = (args: readonly string[]): string | undefined => {
  const at = args.indexOf('--profile');
  return at < 0 ? args.find((arg) => arg.startsWith('--profile='))?.slice('--profile='.length) : args[at + 1];
};

/**
 * The CDK's arguments for `<verb> --stage <stage> …`; what else is given is the CDK's own. Throws UsageError with what
 * is wrong.
 */
export const cdkArguments = ([verb = '', ...given]: readonly string[]): readonly string[] => {
  const usual = VERBS[verb];
  if (usual === undefined) {
    throw new UsageError(
      `"${verb}" is nothing to do with a stage; expected ${Object.keys(VERBS).join(', ')}.`,
    );
  }
  const at = given.findIndex((arg) => arg === '--stage' || arg.startsWith('--stage='));
  const named = given[at] ?? '';
  const stage = named === '--stage' ? given[at + 1] : named.slice('--stage='.length);
  if (at < 0 || stage === undefined || stage === '') {
    throw new UsageError(`Which stage? Say: npm run ${verb} -- --stage <a stage of cdk.json>.`);
  }
  if (!STAGE.test(stage)) {
    throw new UsageError(
      `"${stage}" is no name for a stage; expected a small letter and up to 19 more small letters, digits and dashes.`,
    );
  }
  const rest = given.toSpliced(at, named === '--stage' ? 2 : 1);
  const own = rest.includes('--require-approval') ? [] : usual;
  return [verb, `${STACK}${stage}`, '--context', `stage=${stage}`, ...own, ...rest];
};

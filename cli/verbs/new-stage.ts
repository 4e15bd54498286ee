import { rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { readConfig } from '../../lib/config.ts';
import { tryingOutSentence } from '../../lib/trying-out.ts';
import { UsageError } from '../command/usage.ts';
import { type Around, helpOf, optionsOf, readArguments, type Verb } from '../command/verb.ts';
import { CDK_JSON, readCdkJson } from '../stage/cdk-json.ts';

/** What `aerie new-stage` tells. */
export const newStageTold = z.object({
  stage: z.string(),
  block: z.record(z.string(), z.unknown()),
  /** The file that it was written to. */
  file: z.string(),
});

type Told = z.output<typeof newStageTold>;

/** One thing that nobody but the site knows. */
interface Question {
  readonly option: string;
  readonly argument: string;
  readonly words: string;
  readonly question: string;
  /** What an empty answer means; undefined: it has to be given. */
  readonly fallback: string | undefined;
}

const DEBIAN = '/aws/service/debian/release/13/latest/amd64';

const QUESTIONS: readonly Question[] = [
  {
    option: 'region',
    argument: 'REGION',
    words: 'where workers run (us-east-1)',
    question: 'Which region of AWS?',
    fallback: 'us-east-1',
  },
  {
    option: 'central-manager',
    argument: 'HOST',
    words: "the pool's central manager",
    question: "Which host is the pool's central manager?",
    fallback: undefined,
  },
  {
    option: 'endpoint-url',
    argument: 'URL',
    words: 'of the endpoint there (https://HOST:9619)',
    question: 'Which URL has the endpoint beside it?',
    fallback: '',
  },
  {
    option: 'queue',
    argument: 'NAME',
    words: "PanDA's queue (none: plain jobs only)",
    question: "Which queue of PanDA's, if any?",
    fallback: '',
  },
  {
    option: 'image',
    argument: 'AMI',
    words: 'EL9 image of workers (a Debian to try out)',
    question: 'Which AMI with EL9, such as AlmaLinux 9, for workers?',
    fallback: DEBIAN,
  },
  {
    option: 'max-workers',
    argument: 'N',
    words: 'workers at once (20)',
    question: 'How many workers at once, at most?',
    fallback: '20',
  },
  {
    option: 'alarm-email',
    argument: 'MAIL',
    words: 'who is told of alarms (nobody)',
    question: 'Which e-mail address is told of alarms?',
    fallback: '',
  },
];

const SPEC = {
  name: 'new-stage',
  takes: '[NAME] [--region REGION] …',
  does: 'Makes a stage in cdk.json, of eight answers: its name and the options below.',
  more: [
    'On a terminal it asks for what is not given. A stage that is there is never overwritten. Exit code: 0.',
  ],
  means: Object.fromEntries(QUESTIONS.map(({ option, argument, words }) => [option, [argument, words]])),
  examples: ['aerie new-stage', 'aerie new-stage prod --central-manager cm.site.edu --queue SITE_CLOUD'],
} as const satisfies Parameters<typeof helpOf>[0];

const OPTIONS = Object.fromEntries(QUESTIONS.map(({ option }) => [option, { type: 'string' as const }]));

const PANDA_URL = 'https://pandaserver.cern.ch:25443/api/v1';

type Answers = Readonly<Record<string, string>>;

const blockOf = (answers: Answers): Told['block'] => {
  const {
    region,
    'central-manager': host = '',
    queue = '',
    image = DEBIAN,
    'alarm-email': mail = '',
  } = answers;
  const { 'max-workers': most = '' } = answers;
  const isDebian = image === DEBIAN;
  const hasQueue = queue !== '';
  return {
    region,
    ...(hasQueue ? { pandaUrl: PANDA_URL } : {}),
    endpointUrl: answers['endpoint-url'] || `https://${host}:9619`,
    image,
    ...(isDebian ? { rootDevice: '/dev/xvda' } : {}),
    worker: { os: isDebian ? 'debian' : 'el9', pool: host, centralManager: host },
    ...(mail === '' ? {} : { alarmEmail: mail }),
    fleets: { default: { 'max-workers': /^\d+$/.test(most) ? Number(most) : most } },
    ...(hasQueue ? { queues: { [queue]: { state: 'paused' } } } : {}),
  };
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
const NAME_ALLOWED = 'a small letter and up to 19 more small letters, digits and dashes';

const nameOf = async (
  given: string | undefined,
  { ask }: Around,
  there: readonly string[],
): Promise<string> => {
  const name = given ?? (await ask?.('What is the stage called, such as prod? '))?.trim();
  if (name === undefined)
    throw new UsageError('which stage? No terminal asks here: aerie new-stage NAME --central-manager HOST …');
  if (!STAGE.test(name)) throw new UsageError(`"${name}" is no name for a stage; expected ${NAME_ALLOWED}.`);
  if (there.includes(name)) {
    throw new UsageError(
      `cdk.json has a stage ${name} already, which is not overwritten; choose another name, or remove it there.`,
    );
  }
  return name;
};

const answerTo = async (
  { option, question, fallback }: Question,
  given: string | undefined,
  { ask }: Around,
): Promise<string> => {
  if (given !== undefined) return given;
  if (ask === undefined) {
    if (fallback !== undefined) return fallback;
    throw new UsageError(`--${option} has to be given where no terminal asks for it.`);
  }
  const answer = (
    await ask(`${question}${fallback === undefined || fallback === '' ? '' : ` (${fallback})`} `)
  ).trim();
  if (answer !== '') return answer;
  if (fallback !== undefined) return fallback;
  throw new UsageError(`--${option} has no default: it has to be given.`);
};

const answersTo = async (given: Readonly<Record<string, unknown>>, around: Around): Promise<Answers> => {
  const answers: Record<string, string> = {};
  for (const question of QUESTIONS) {
    const value = given[question.option];
    answers[question.option] = await answerTo(
      question,
      typeof value === 'string' ? value : undefined,
      around,
    );
  }
  return answers;
};

/** Makes the command for the stages of a file. */
export const newStageIn = (file: string): Verb => ({
  name: SPEC.name,
  does: SPEC.does,
  help: helpOf(SPEC),
  schema: newStageTold,
  options: optionsOf(SPEC),
  async run(args, around) {
    const { stdout } = around;
    const { values, positionals } = readArguments(SPEC.name, args, OPTIONS);
    if (values.help === true) {
      stdout.write(helpOf(SPEC));
      return 0;
    }
    const [given, ...others] = positionals;
    if (others.length > 0) throw new UsageError(`aerie new-stage takes one name, not ${positionals.length}.`);
    const cdk = await readCdkJson(file);
    const { stages } = cdk.context.aerie;
    const named = given ?? values.stage ?? around.env.AERIE_STAGE;
    const stage = await nameOf(named, around, Object.keys(stages));
    const block = blockOf(await answersTo(values, around));
    const read = readConfig({ stages: { [stage]: block } }, stage);
    if (!read.ok) throw new UsageError(`nothing was written:\n${read.mistakes.join('\n')}`);
    const aerie = { ...cdk.context.aerie, stages: { ...stages, [stage]: block } };
    const whole = { ...cdk, context: { ...cdk.context, aerie } };
    // Whoever looks meanwhile sees the file of before, or this one.
    await writeFile(`${file}.new`, `${JSON.stringify(whole, undefined, 2)}\n`);
    await rename(`${file}.new`, file);
    if (values.json === true) {
      stdout.write(`${JSON.stringify({ stage, block, file } satisfies Told, undefined, 2)}\n`);
      return 0;
    }
    stdout.write(`${JSON.stringify({ [stage]: block }, undefined, 2)}\n`);
    stdout.write(`wrote stage ${stage} to ${file}; docs/stage.md has every other setting\n`);
    const lacks = tryingOutSentence(read.config);
    if (lacks !== undefined) stdout.write(`${lacks}\n`);
    stdout.write(`next: aerie plan --stage ${stage}, and aerie doctor --stage ${stage}\n`);
    return 0;
  },
});

export const newStage = newStageIn(CDK_JSON);

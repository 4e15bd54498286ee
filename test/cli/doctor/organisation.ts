import type { Answers, Call } from './aws-stand-in.ts';
import type { Answer } from './wire-forms.ts';

type Params = Call['params'];

const DRY_RUN: Answer = { refused: 'DryRunOperation', message: 'would have succeeded', status: 412 };

/** The values of a list in the query protocol, by the name of their numbers: `ContextEntries.member.1`. */
const listed = (params: Params, of: RegExp): readonly string[] => [
  ...new Set(Object.keys(params).flatMap((name) => of.exec(name)?.[0] ?? [])),
];

/** The kinds of things that a request tags with a key. */
const taggedWith = (params: Params, key: string): readonly string[] =>
  listed(params, /^TagSpecification\.\d+/).flatMap((at) =>
    listed(params, new RegExp(`^${at}\\.Tag\\.\\d+`)).some((tag) => params[`${tag}.Key`] === key)
      ? [String(params[`${at}.ResourceType`])]
      : [],
  );

const launch =
  (key: string, kinds: readonly string[]) =>
  ({ params }: Call): Answer => {
    const tagged = taggedWith(params, key);
    const missing = kinds.filter((kind) => !tagged.includes(kind));
    return missing.length === 0
      ? DRY_RUN
      : { refused: 'UnauthorizedOperation', message: `${missing.join(', ')} without ${key}`, status: 403 };
  };

/** What an organisation asks to be tagged when it is made. */
const MADE = /:(fleet|instance|volume)\/\*$/;
const MAKES = ['ec2:CreateFleet', 'ec2:RunInstances'];

const simulate =
  (key: string) =>
  ({ params }: Call): Answer => {
    const [action, resource] = [
      String(params['ActionNames.member.1']),
      String(params['ResourceArns.member.1']),
    ];
    const keys = listed(params, /^ContextEntries\.member\.\d+/).map((at) => params[`${at}.ContextKeyName`]);
    const isDenied = MAKES.includes(action) && MADE.test(resource) && !keys.includes(`aws:RequestTag/${key}`);
    return {
      EvaluationResults: [
        isDenied
          ? {
              EvalActionName: action,
              EvalDecision: 'explicitDeny',
              OrganizationsDecisionDetail: { AllowedByOrganizations: false },
            }
          : { EvalActionName: action, EvalDecision: 'allowed' },
      ],
    };
  };

/** An organisation that denies every machine, fleet and disk that is made without a tag. */
export const demandsTag = (key: string): Answers => ({
  'ec2:RunInstances': launch(key, ['instance', 'volume']),
  'ec2:CreateFleet': launch(key, ['fleet', 'instance', 'volume']),
  'iam:SimulatePrincipalPolicy': simulate(key),
});

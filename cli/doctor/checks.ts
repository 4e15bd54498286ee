import { checkBootstrap, checkIdentity, checkLambda } from './account/account.ts';
import { checkCloud } from './account/cloud.ts';
import { checkEbsKey, checkImage } from './account/image.ts';
import { checkOfferings, checkTypes } from './account/instance-types.ts';
import { checkDryRun, checkSpotRole } from './account/launch.ts';
import { checkLauncherRights } from './account/launcher-rights.ts';
import { checkNetwork } from './account/network.ts';
import { checkOwners } from './account/owners.ts';
import { checkParameters, checkSecret } from './account/parameters.ts';
import { checkGp3, checkVcpus } from './account/quotas.ts';
import { type Finding, skip } from './finding.ts';
import type { Kind } from './kinds.ts';
import type { Examined } from './look/examined.ts';
import { checkBlock } from './site/block.ts';
import { checkClocks } from './site/clocks.ts';
import { checkEndpoint } from './site/endpoint.ts';
import { checkPanda } from './site/panda.ts';
import { checkTemplates } from './site/templates.ts';
import { checkAlarms } from './stack/alarms.ts';
import { checkErrors, checkStack, checkTicks } from './stack/deployed.ts';
import { checkDeadLetters, checkOpenLaunches, checkSettings } from './stack/ledger.ts';

/** One look at one subject. It says something of each of its kinds, or throws. */
export interface Check {
  readonly kinds: readonly Kind[];
  /** What has to be there: nothing but the block, an account that is signed in to, or a stack besides. */
  readonly needs: 'block' | 'account' | 'stack';
  readonly look: (stage: Examined) => Promise<readonly Finding[]>;
  /** Changes something, and puts it back: is waited for whatever happens. */
  readonly writes?: true;
}

/** Every check, in the order in which a person would mend what they find. */
export const CHECKS: readonly Check[] = [
  { needs: 'block', kinds: ['block', 'example-hosts', 'authorities'], look: checkBlock },
  { needs: 'block', kinds: ['panda-tls', 'panda-api', 'panda-sites'], look: checkPanda },
  {
    needs: 'block',
    kinds: [
      ...(['endpoint-tls', 'worker-tls', 'endpoint-secret', 'endpoint-about', 'endpoint-roles'] as const),
      ...([
        'endpoint-sts',
        'endpoint-pool',
        'endpoint-tokens',
        'htcondor',
        'pool-view',
        'endpoint-fleets',
      ] as const),
    ],
    look: checkEndpoint,
  },
  { needs: 'block', kinds: ['templates', 'credentials'], look: checkTemplates },
  { needs: 'block', kinds: ['clocks'], look: checkClocks },

  { needs: 'block', kinds: ['signed-in'], look: checkIdentity },
  { needs: 'account', kinds: ['bootstrap'], look: checkBootstrap },
  { needs: 'account', kinds: ['secret-parameter'], look: checkSecret },
  { needs: 'account', kinds: ['parameters'], look: checkParameters },
  { needs: 'account', kinds: ['owners'], look: checkOwners },
  { needs: 'account', kinds: ['lambda-limit'], look: checkLambda },
  { needs: 'account', kinds: ['quota-vcpu'], look: checkVcpus },
  { needs: 'account', kinds: ['quota-gp3'], look: checkGp3 },
  { needs: 'account', kinds: ['instance-types'], look: checkTypes },
  { needs: 'account', kinds: ['offerings'], look: checkOfferings },
  { needs: 'account', kinds: ['image'], look: checkImage },
  { needs: 'account', kinds: ['ebs-key'], look: checkEbsKey },
  { needs: 'account', kinds: ['network'], look: checkNetwork },
  { needs: 'account', kinds: ['spot-role'], look: checkSpotRole },
  { needs: 'account', kinds: ['cloud-rights'], look: checkCloud },
  { needs: 'account', kinds: ['dry-run'], look: checkDryRun },

  { needs: 'stack', kinds: ['stack'], look: checkStack },
  { needs: 'stack', kinds: ['launcher-rights'], look: checkLauncherRights },
  { needs: 'stack', kinds: ['ticks'], look: checkTicks },
  { needs: 'stack', kinds: ['function-errors'], look: checkErrors },
  {
    needs: 'stack',
    kinds: ['alarms-on', 'alarm-actions', 'alarm-topic', 'alarm-person', 'alarm-test'],
    look: checkAlarms,
    writes: true,
  },
  { needs: 'stack', kinds: ['dead-letters'], look: checkDeadLetters },
  { needs: 'stack', kinds: ['settings'], look: checkSettings },
  { needs: 'stack', kinds: ['open-launches'], look: checkOpenLaunches },
];

/** What a running twin can be asked as a stage can. */
const OF_TWIN: ReadonlySet<Kind> = new Set<Kind>([
  ...(['panda-tls', 'panda-api', 'panda-sites'] as const),
  ...(['endpoint-tls', 'endpoint-secret', 'endpoint-about', 'endpoint-tokens', 'htcondor'] as const),
  ...(['pool-view', 'endpoint-fleets', 'templates', 'credentials'] as const),
  ...(['ticks', 'function-errors', 'dead-letters', 'settings', 'open-launches'] as const),
]);

const WHY_NOT_OF_TWIN: Readonly<Record<'clocks' | 'alarms' | 'other', string>> = {
  clocks: 'the time of the twin is its own',
  alarms: 'aerie alarms --stage twin says what is on; nobody is told',
  other: 'the twin has no block in cdk.json, no account and no deploy',
};

const whyNotOfTwin = (kind: Kind): string =>
  kind === 'clocks'
    ? WHY_NOT_OF_TWIN.clocks
    : kind.startsWith('alarm')
      ? WHY_NOT_OF_TWIN.alarms
      : WHY_NOT_OF_TWIN.other;

/** The same checks of a running twin: what it cannot be asked is said, with why. */
export const TWIN_CHECKS: readonly Check[] = CHECKS.map(({ kinds, look }) => ({
  needs: 'block',
  kinds,
  async look(stage) {
    const found = kinds.some((kind) => OF_TWIN.has(kind)) ? await look(stage) : [];
    const others = kinds.filter((kind) => !OF_TWIN.has(kind));
    return [
      ...found.filter(({ kind }) => OF_TWIN.has(kind)),
      ...others.map((kind) => skip(kind, whyNotOfTwin(kind))),
    ];
  },
}));

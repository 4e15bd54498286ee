import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Answer } from '../../../adapters/clouds/openstack/answer.ts';
import { type Nova, nova } from '../../../adapters/clouds/openstack/nova.ts';
import { isDenied, probe } from '../../../adapters/clouds/openstack/probe.ts';
import { cloudCredential } from '../../../adapters/parameters.ts';
import { accessRules } from '../../../lib/rights/openstack.ts';
import type { CloudBlock } from '../../../lib/stage/clouds.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import type { Examined } from '../look/examined.ts';

const PAGE = 'docs/openstack.md#what-a-site-gives';

const named = z.object({ flavors: z.array(z.object({ name: z.string() })) });
const zoned = z.object({ availabilityZoneInfo: z.array(z.object({ zoneName: z.string() })) });

/** What fleets and the block name and the cloud does not have. */
const lacking = async (
  asked: Nova,
  wanted: readonly string[],
  { zones }: CloudBlock,
): Promise<readonly string[]> => {
  const [flavours, places] = await Promise.all([
    asked.ask({ method: 'GET', path: '/flavors/detail' }),
    asked.ask({ method: 'GET', path: '/os-availability-zone' }),
  ]);
  const there = (answer: Answer) => (answer.kind === 'done' ? answer.body : undefined);
  const names = named.safeParse(there(flavours)).data?.flavors.map(({ name }) => name);
  const known = zoned.safeParse(there(places)).data?.availabilityZoneInfo.map(({ zoneName }) => zoneName);
  return [
    ...(names === undefined
      ? []
      : wanted.filter((name) => !names.includes(name)).map((of) => `no flavour ${of}`)),
    ...(known === undefined
      ? []
      : zones.filter((zone) => !known.includes(zone)).map((of) => `no zone ${of}`)),
  ];
};

/** What of a stage is looked at. */
interface Looked {
  readonly config: Pick<Examined['config'], 'clouds'>;
  readonly fleets: readonly Pick<Examined['fleets'][number], 'atTimes'>[];
  readonly clients: Pick<Examined['clients'], 'ssm'>;
}

const judge = async (name: string, block: CloudBlock, stage: Looked): Promise<readonly Finding[]> => {
  const { authUrl, region, project, credential, caFile } = block;
  const asked = nova({
    ...{ authUrl, region, project, random: Math.random },
    credential: cloudCredential(credential, stage.clients.ssm),
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
  });
  const rules = accessRules('');
  const answers = await Promise.all(rules.map((rule) => probe(asked, rule)));
  const denied = rules.filter((_, index) => isDenied(answers[index] ?? { kind: 'done', body: {} }));
  const why = answers.flatMap((answer) => (answer.kind === 'done' ? [] : [answer.why]));
  if (denied.length === rules.length) {
    return [
      fail('cloud-rights', `the cloud ${name} takes no call: ${why[0] ?? ''}`, `mend what it says; ${PAGE}`),
    ];
  }
  const doubt = answers.find((answer) => answer.kind === 'unclear' || answer.kind === 'throttled');
  if (doubt !== undefined) return [warn('cloud-rights', `the cloud ${name} did not say: ${why[0] ?? ''}`)];
  const missing = denied.map(({ method, path }) => `${method} ${path}`);
  if (missing.length > 0) {
    const what = `the credential of the cloud ${name} has no right to ${missing.join(', ')}`;
    return [fail('cloud-rights', what, `make an application credential with all access rules: ${PAGE}`)];
  }
  const flavours = stage.fleets
    .flatMap(({ atTimes }) => atTimes)
    .flatMap((settings) => (settings.cloud === name ? settings.flavours.map((of) => of.name) : []));
  const lacks = await lacking(asked, [...new Set(flavours)], block);
  return lacks.length === 0
    ? [ok('cloud-rights', `the cloud ${name} allows project ${project} all ${rules.length} calls`)]
    : [
        fail(
          'cloud-rights',
          `the cloud ${name} has ${lacks.join(', ')}`,
          'name those that it has in cdk.json',
        ),
      ];
};

/** Asks the cloud beside EC2 for everything that the functions will ask of it, without changing anything. */
export const checkCloud = async (stage: Looked): Promise<readonly Finding[]> => {
  const all = Object.entries(stage.config.clouds);
  if (all.length === 0) return [ok('cloud-rights', 'the stage has no cloud beside EC2')];
  return (await Promise.all(all.map(([name, block]) => judge(name, block, stage)))).flat();
};

import { readFileSync } from 'node:fs';
import { ec2, ec2Client } from '../../adapters/clouds/ec2/ec2.ts';
import { userDataOf } from '../../adapters/clouds/ec2/template.ts';
import { openstack } from '../../adapters/clouds/openstack/openstack.ts';
import { cloudCredential } from '../../adapters/parameters.ts';
import type { Template } from '../../core/model/templates.ts';
import type { Cloud, Consoles } from '../../core/ports.ts';
import type { Environment } from '../run/environment.ts';
import { type NamedCloud, routedCloud, routedConsoles } from './route-clouds.ts';

type CloudEntry = Environment['AERIE_CLOUDS'][string];

/** A template on another cloud is called after both (core/model/stage.ts). */
const onEc2 = ({ id, version }: Template): Template => ({ id: id.replace(/@[^@]*$/, ''), version });

const openStackOf = (
  name: string,
  entry: CloudEntry,
  userData: (template: Template) => Promise<string>,
  answerSeconds: number,
): NamedCloud => {
  const { authUrl, region, project, credential, image, securityGroups, caFile } = entry;
  const site = {
    ...{ authUrl, region, project, answerSeconds, random: Math.random },
    credential: cloudCredential(credential),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
  };
  const recipes = async (template: Template) => ({
    ...{ image, securityGroups },
    userData: await userData(onEc2(template)),
  });
  return { name, ...openstack(site, recipes) };
};

/** What a function does to each cloud, so that it is counted and told under its own name. */
export type Wear = (cloud: Cloud, name: string) => Cloud;

/** EC2 as it is called where people read of it. */
const EC2_IN_WORDS = 'EC2';

/** The clouds of a stage as one, made once in a container. */
export const stageClouds = (
  env: Pick<Environment, 'AERIE_CLOUDS' | 'AERIE_HTTP_TIMEOUT_SECONDS'>,
  wear: Wear,
): { readonly cloud: Cloud; readonly consoles: Consoles } => {
  const client = ec2Client();
  const own = ec2(client);
  const userData = userDataOf(client);
  const [other] = Object.entries(env.AERIE_CLOUDS).map(([name, entry]) => {
    const named = openStackOf(name, entry, userData, env.AERIE_HTTP_TIMEOUT_SECONDS);
    return { ...named, cloud: wear(named.cloud, name) };
  });
  return {
    cloud: routedCloud(wear(own.cloud, EC2_IN_WORDS), other),
    consoles: routedConsoles(own.consoles, other),
  };
};

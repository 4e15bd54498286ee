import { openstack } from '../../adapters/clouds/openstack/openstack.ts';
import type { CloudSource } from '../../core/model/stage.ts';
import type { NamedCloud } from '../../runtime/route-clouds.ts';
import { openStackFace } from '../openstack/face.ts';
import { cloudEntry, credentialOf, type Elsewhere } from '../stage/elsewhere.ts';

/** The cloud beside EC2, as functions in this process find it. */
export interface OtherCloud {
  readonly sources: Readonly<Record<string, CloudSource>>;
  /** What a cold start makes of it. */
  open(): NamedCloud;
  close(): Promise<void>;
}

const USER_DATA = Buffer.from('#cloud-config\n').toString('base64');

/** Opens the wire of a scenario's OpenStack: it has no ports of its own, and its adapter speaks HTTP. */
export const otherCloud = async (elsewhere: Elsewhere, answerSeconds: number): Promise<OtherCloud> => {
  const face = await openStackFace(elsewhere.openstack);
  const { name } = elsewhere;
  const entry = cloudEntry(elsewhere, face.url)[name];
  if (entry === undefined) throw new Error(`there is no entry of ${name}`);
  const { authUrl, region, project, image, network, zones, securityGroups } = entry;
  const credential = async () => JSON.parse(credentialOf(elsewhere).value);
  const recipes = async () => ({ image, securityGroups, userData: USER_DATA });
  return {
    sources: {
      [name]: { imageId: image, placements: zones.map((zone) => ({ subnetId: network, zone })) },
    },
    open: () => ({
      name,
      ...openstack({ authUrl, region, project, credential, answerSeconds, random: () => 0 }, recipes),
    }),
    close: () => face.close(),
  };
};

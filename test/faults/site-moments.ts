import { TAG } from '../../core/model/names.ts';
import { isLive, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { isAlive } from '../../twin/pool/model.ts';
import { type Elsewhere, SITE_IMAGE, SITE_NETWORK } from '../../twin/stage/elsewhere.ts';
import { fleetSettingsOf, SITE } from './queues.ts';
import { type MomentName, SITE_MOMENTS } from './script.ts';
import { BY_HAND, SITE_ZONES, STAGE, type Truth } from './truth.ts';

export type SiteMoment = (typeof SITE_MOMENTS)[number];

export const isOfSite = (what: MomentName): what is SiteMoment => SITE_MOMENTS.some((of) => of === what);

/** Somebody starts a server from a command line, with what aerie writes on its own. */
const launchByHand = ({ openstack }: Elsewhere): void => {
  const { flavours, lingerSeconds, maxLifeSeconds } = fleetSettingsOf('priced');
  const [zone = ''] = SITE_ZONES;
  openstack.create({
    name: BY_HAND,
    flavorRef: `id-${flavours[0]?.name}`,
    imageRef: SITE_IMAGE,
    networks: [{ uuid: SITE_NETWORK }],
    availability_zone: zone,
    metadata: {
      [TAG.stage]: STAGE,
      [TAG.cloud]: SITE,
      [TAG.fleet]: 'priced',
      [TAG.launch]: BY_HAND,
      [TAG.lingerSeconds]: String(lingerSeconds),
      [TAG.maxLifeSeconds]: String(maxLifeSeconds),
    },
  });
};

/** Which servers a moment can hit. */
const canBeHit =
  (what: SiteMoment, { pool }: Truth) =>
  (server: TwinInstance): boolean => {
    const slot = pool.slots.get(server.instanceId);
    switch (what) {
      case 'server launched by hand':
        return false;
      case 'server switched off by its host':
      case 'server broken':
      case 'server in error runs on':
        return server.life.kind === 'running';
      case 'server hangs':
        return isLive(server) && slot !== undefined && isAlive(slot);
      case 'server protected':
        return true;
      case 'server started by hand':
      case 'server deleted by hand':
        return server.life.kind === 'stopped';
      default:
        return what satisfies never;
    }
  };

const toOne = (
  what: SiteMoment,
  truth: Truth,
  { openstack, serverOf }: Elsewhere,
  of: TwinInstance,
): void => {
  const server = serverOf(of.instanceId);
  if (server === undefined) return;
  switch (what) {
    case 'server launched by hand':
      return;
    case 'server switched off by its host':
      openstack.operator.hostLost(server.id, 'SHUTOFF');
      return;
    case 'server broken':
      openstack.operator.hostLost(server.id, 'ERROR');
      return;
    case 'server in error runs on':
      openstack.operator.moveFails(server.id);
      return;
    case 'server hangs':
      truth.hang(of);
      return;
    case 'server protected':
      truth.protection.mark(of.instanceId);
      return;
    case 'server started by hand':
      truth.startByHand(of);
      return;
    case 'server deleted by hand':
      openstack.delete(server);
      return;
    default:
      what satisfies never;
  }
};

/** Does to the OpenStack, or to one of its servers, what happens at one moment; false: there is none that it could hit. */
export const strikeSite = (what: SiteMoment, which: number, truth: Truth): boolean => {
  const { site } = truth;
  if (site === undefined) return false;
  if (what === 'server launched by hand') {
    launchByHand(site);
    return true;
  }
  const targets = [...site.live(), ...site.sleeping()].filter(canBeHit(what, truth));
  const victim = targets[which % Math.max(1, targets.length)];
  if (victim === undefined) return false;
  toOne(what, truth, site, victim);
  return true;
};

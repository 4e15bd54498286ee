import { offered, parseFlavour } from '../model/flavours.ts';
import { type Instance, isProtected } from '../model/instance.ts';
import { TAG } from '../model/names.ts';
import type { Resources } from '../model/resources.ts';
import { stageOfFleet } from '../model/stage.ts';
import { templateIn } from '../model/templates.ts';
import type { Belonging, WorkerRecord } from '../model/worker.ts';
import type { Sides } from './sides.ts';

const NOTHING: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };

/** As planned from its type, and not as its own ad says: that may be anything. */
const offersOf = ({ settings, world }: Sides, fleet: string, instance: Instance): Resources => {
  const name = instance.offer.flavour;
  const flavour = settings.get(fleet)?.flavours.find((known) => known.name === name) ?? parseFlavour(name);
  return flavour === undefined ? NOTHING : offered(flavour, stageOfFleet(world.stage, fleet).workerDiskMb);
};

const coresIn = (text: string | undefined): number | undefined => {
  const cores = Number(text);
  return Number.isInteger(cores) && cores > 0 ? cores : undefined;
};

/** What an instance is for, as its tags say. One that stays when it is idle lingers for its whole life. */
const purposeIn = (tags: Instance['tags']): Pick<WorkerRecord, 'width' | 'firstWidth' | 'kept'> => {
  const width = coresIn(tags[TAG.width]);
  const firstWidth = coresIn(tags[TAG.firstWidth]);
  const { [TAG.lingerSeconds]: linger, [TAG.maxLifeSeconds]: life } = tags;
  return {
    ...(width === undefined ? {} : { width }),
    ...(firstWidth === undefined ? {} : { firstWidth }),
    ...(linger !== undefined && linger === life ? { kept: true } : {}),
  };
};

/** The record of an instance that has none, as far as EC2's tags and the pool tell it. */
export const adopted = (sides: Sides, of: Belonging, instance: Instance): WorkerRecord => {
  const { instanceId, launchedAt, offer, tags } = instance;
  const template = templateIn(tags);
  const inPool = sides.startds.get(instanceId);
  return {
    instanceId,
    ...of,
    ...purposeIn(tags),
    launchId: tags[TAG.launch] ?? 'unknown',
    offer,
    offers: offersOf(sides, of.fleet, instance),
    launchedAt,
    state: inPool === undefined ? { kind: 'booting' } : { kind: 'joined', joinedAt: inPool.joinedAt },
    ...(template === undefined ? {} : { template }),
    ...(isProtected(instance) ? { isProtected: true } : {}),
  };
};

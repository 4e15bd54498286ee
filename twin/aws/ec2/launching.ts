import { type Flavour, type Market, type Offer, parseFlavour } from '../../../core/model/flavours.ts';
import type { Store } from './allocation.ts';
import type { TagSpecification } from './calls.ts';
import type { Capacity } from './capacity.ts';
import type { TwinInstance } from './instance.ts';
import { instanceIdOf } from './instance.ts';
import type { Lives } from './life.ts';
import type { Ec2Options, LaunchTemplate, SecondUse } from './options.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Refusing } from './refusing.ts';
import { tagsFor } from './tags.ts';
import { launchTemplates } from './templates.ts';
import type { Throttle } from './throttle.ts';

/** One place to launch in, with all that is known of it. */
export interface Place {
  readonly template: LaunchTemplate;
  readonly flavour: Flavour;
  readonly subnetId: string;
  readonly imageId: string;
  readonly offer: Offer;
}

/** Instances to begin in one place under one launch; their capacity has been taken. */
interface Batch {
  readonly place: Place;
  /** Names the launch; with the index it names each instance. */
  readonly scope: string;
  readonly firstIndex: number;
  readonly count: number;
  readonly reservationId: string;
  readonly clientToken: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What CreateFleet and RunInstances share. */
export interface Launching {
  readonly seed: number;
  readonly throttle: Throttle;
  readonly secondUse: SecondUse;
  readonly refusing: Refusing;
  /** What is left of an offer, and its taking. */
  readonly store: Store<{ readonly place: Place }>;
  /** Finds a place, or refuses it in EC2's words. */
  place(
    asked: {
      templateId: string;
      templateVersion: string;
      flavour: string;
      subnetId: string;
      imageId?: string;
    },
    market: Market,
  ): Place;
  begin(batch: Batch): readonly TwinInstance[];
  /** What a type has; undefined if there is none of that name. */
  flavour(name: string): Flavour | undefined;
  /** Checks the tags of a launch and gives those of its instances. */
  instanceTags(
    specifications: readonly TagSpecification[],
    allowedTypes: readonly string[],
    template: LaunchTemplate,
  ): Readonly<Record<string, string>>;
}

const flavourBook = (writtenOut: readonly string[]) => {
  const known = new Map<string, Flavour>();
  for (const text of writtenOut) {
    const flavour = parseFlavour(text);
    if (flavour === undefined) throw new Error(`"${text}" is no flavour; write it as name(4c,16384m)`);
    known.set(flavour.name, flavour);
  }
  return (name: string): Flavour | undefined => {
    const flavour = known.get(name) ?? parseFlavour(name);
    if (flavour === undefined || flavour.name !== name) return undefined;
    known.set(name, flavour);
    return flavour;
  };
};

const noImage = (imageId: string): Ec2Refusal =>
  /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId)
    ? new Ec2Refusal('InvalidAMIID.NotFound', `The image id '[${imageId}]' does not exist`)
    : new Ec2Refusal('InvalidAMIID.Malformed', `Invalid id: "${imageId}"`);

/** Makes the part of EC2 that turns a place into instances. */
export const launching = (
  options: Ec2Options,
  parts: {
    readonly capacity: Capacity;
    readonly throttle: Throttle;
    readonly refusing: Refusing;
    readonly lives: Lives;
  },
): Launching => {
  const { seed } = options;
  const template = launchTemplates(options.templates);
  const flavour = flavourBook(options.flavours ?? []);
  /** Those of the templates, and what else the account has. */
  const images = new Set([...options.templates.map(({ imageId }) => imageId), ...(options.images ?? [])]);
  const zones = new Map(options.placements.map(({ subnetId, zone }) => [subnetId, zone]));
  return {
    seed,
    throttle: parts.throttle,
    secondUse: options.secondUse ?? 'the first answer',
    refusing: parts.refusing,
    store: {
      room: ({ place }) => parts.capacity.room(place.offer, place.flavour.cpus),
      take: ({ place }, count) => parts.capacity.take(place.offer, place.flavour.cpus, count),
    },
    place(asked, market) {
      const zone = zones.get(asked.subnetId);
      if (zone === undefined) {
        throw new Ec2Refusal('InvalidSubnetID.NotFound', `The subnet ID '${asked.subnetId}' does not exist`);
      }
      const version = template(asked.templateId, asked.templateVersion);
      const { imageId = version.imageId } = asked;
      if (!images.has(imageId)) throw noImage(imageId);
      const type = flavour(asked.flavour);
      if (type === undefined) {
        throw new Ec2Refusal('InvalidParameterValue', `Invalid value '${asked.flavour}' for InstanceType.`);
      }
      return {
        template: version,
        imageId,
        flavour: type,
        subnetId: asked.subnetId,
        offer: { flavour: asked.flavour, zone, market },
      };
    },
    begin({ place, scope, firstIndex, count, reservationId, clientToken, tags }) {
      return Array.from({ length: count }, (_, index) =>
        parts.lives.begin({
          instanceId: instanceIdOf(seed, scope, firstIndex + index),
          reservationId,
          offer: place.offer,
          vcpus: place.flavour.cpus,
          subnetId: place.subnetId,
          template: { id: place.template.id, version: place.template.version },
          imageId: place.imageId,
          shutdownBehavior: place.template.shutdownBehavior,
          clientToken,
          tags: {
            ...tags,
            'aws:ec2launchtemplate:id': place.template.id,
            'aws:ec2launchtemplate:version': place.template.version,
          },
        }),
      );
    },
    flavour,
    instanceTags: (specifications, allowedTypes, { metadataTags }) =>
      tagsFor('instance', specifications, allowedTypes, metadataTags),
  };
};

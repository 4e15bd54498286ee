import * as z from 'zod';
import { isArm64 } from '../../core/model/flavours.ts';
import { LEAST_ROOT_GB } from './disk.ts';
import { got, matching } from './matching.ts';

const SCHEDULES = ['daily', 'weekly', 'monthly'] as const;
const KEEP_ALLOWED = 'a whole number of images from 2 to 50';
const keep = { error: ({ input }: { readonly input?: unknown }) => got(input, KEEP_ALLOWED) };

const pipeline = z.strictObject(
  {
    schedule: z
      .enum(SCHEDULES, { error: ({ input }) => got(input, 'daily, weekly or monthly') })
      .default('weekly'),
    /** The machine that an image is made and tested on. */
    instanceType: matching(/^[a-z0-9-]+\.[a-z0-9]+$/, 'an instance type such as m6i.large')
      .refine((type) => !isArm64(type), {
        error: ({ input }) => got(input, 'a type with x86_64, such as m6i.large'),
      })
      .default('m6i.large'),
    /** Whether NVIDIA's driver is baked in. */
    gpu: z.boolean({ error: ({ input }) => got(input, 'true or false') }).default(false),
    /** How many images are kept at least; one that was launched lately is kept in any case. */
    keep: z.int(keep).min(2, keep).max(50, keep).default(5),
  },
  {
    error: ({ code, input }) =>
      code === 'invalid_type' ? got(input, 'true, false or an object') : undefined,
  },
);

const written = (given: unknown): unknown => {
  if (given === true) return {};
  return given === false ? undefined : given;
};

/** Whether and how a stage makes images of its own; `true` takes every default. */
export const imagePipeline = z.preprocess(written, pipeline.optional());

/** A driver and its libraries take some 2 GiB, and twice that while they are installed. */
const GPU_IMAGE_GB = 20;

/** The size of the images that a pipeline makes, GiB: no worker's root volume can be smaller. */
export const imageGb = ({ gpu }: { readonly gpu: boolean }): number => (gpu ? GPU_IMAGE_GB : LEAST_ROOT_GB);

/** Of 30, one is the machine's name. Source: CreateInfrastructureConfiguration, `resourceTags`. */
const MOST_MACHINE_TAGS = 29;

/** What a pipeline has to fit to. */
interface Piped {
  readonly imagePipeline?: { readonly gpu: boolean } | undefined;
  readonly workerDiskGb: number;
  readonly image: string;
  readonly worker?: { readonly os: string } | undefined;
  readonly network: { readonly kind: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** Why a stage can make no images, if it is to. */
export const unfitForPipeline = ({
  imagePipeline,
  workerDiskGb,
  image,
  worker,
  network,
  tags,
}: Piped): string | undefined => {
  if (imagePipeline === undefined) return undefined;
  if (worker === undefined || worker.os === 'baked') {
    return 'makes images of what "worker" sets up; give it one with the os el9 or debian, that of the plain image';
  }
  if (imagePipeline.gpu && worker.os !== 'el9') {
    return `bakes a driver for GPUs, for which worker.os is ${worker.os}; expected el9, or leave out gpu`;
  }
  if (imageGb(imagePipeline) > workerDiskGb) {
    return `makes images of ${imageGb(imagePipeline)} GiB, and workerDiskGb is ${workerDiskGb}; expected as much or more`;
  }
  if (!image.startsWith('ami-') && !image.startsWith('/aws/service/')) {
    return `starts from the stage's image, which is ${image}; expected an AMI id, or a parameter of AWS below /aws/service/`;
  }
  const count = Object.keys(tags).length;
  if (count > MOST_MACHINE_TAGS) {
    return `gives its machines the stage's tags, of which there are ${count}; expected ${MOST_MACHINE_TAGS} or fewer, because Image Builder takes no more`;
  }
  return network.kind === 'ipv6'
    ? 'needs a way out over IPv4, by which Image Builder speaks to its machine; the network ipv6 has none'
    : undefined;
};

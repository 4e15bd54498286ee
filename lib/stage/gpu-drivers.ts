import { EC2 } from '../../core/model/clouds.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { launchedFrom } from './fleets.ts';

/** What user-data makes of an image. */
interface SetUp {
  readonly worker?: { readonly os: string } | undefined;
  readonly workerSite?: { readonly script?: string | undefined } | undefined;
  readonly imagePipeline?: { readonly gpu: boolean } | undefined;
}

/** The os of a plain image that has no driver for GPUs; undefined: it has one, or may have. */
const driverless = ({ worker, workerSite, imagePipeline }: SetUp): string | undefined => {
  if (worker === undefined || worker.os === 'baked' || imagePipeline?.gpu === true) return undefined;
  // The site's own script may bring the driver; the boot looks whether it did.
  return workerSite?.script === undefined ? worker.os : undefined;
};

/** Says which queues ask for GPUs on workers without a driver: such a worker would boot for minutes, and end. */
export const gpuMistakes = (
  config: SetUp & { readonly ownFleets: Readonly<Record<string, SetUp>> },
  { queues, fleets }: StageSettings,
): readonly string[] => {
  // The image of another cloud is not aerie's to look at.
  const elsewhere = new Set(
    fleets.flatMap((of) => (of.ok && of.settings.cloud !== EC2 ? [of.settings.name] : [])),
  );
  return queues.flatMap((queue) => {
    if (!queue.ok || queue.settings.gpus === 0 || elsewhere.has(queue.settings.fleet)) return [];
    const { name, fleet, gpus } = queue.settings;
    const os = driverless(launchedFrom<SetUp>(config, fleet));
    return os === undefined
      ? []
      : [
          `Queue ${name}: gpus is ${gpus}, and a plain image of ${os}, which fleet ${fleet} has, has no driver for GPUs; give imagePipeline "gpu": true, or the fleet an image with a driver and the os baked.`,
        ];
  });
};

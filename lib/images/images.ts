import type { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { imagePath } from '../../core/model/names.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Network } from '../network/network.ts';
import type { StageConfig } from '../stage/config.ts';
import type { Workers } from '../workers.ts';
import { ImageLife } from './life.ts';
import { ImagePipeline } from './pipeline.ts';
import { allowPipelineImages } from './rights.ts';

interface Around {
  readonly config: StageConfig;
  readonly network: Network;
  readonly workers: Workers;
  readonly topic: ITopic;
  /** Who launches from the images. */
  readonly launcher: Role;
}

/** Where the functions find the newest image; nothing if the stage makes none. */
export const imageParameterOf = ({ stage, imagePipeline }: StageConfig): Readonly<Record<string, string>> =>
  imagePipeline === undefined ? {} : { AERIE_IMAGE_PARAMETER: imagePath(stage) };

/** The stage's own images, with all that makes, keeps and launches them; nothing if it makes none. */
export const makeImages = (scope: Construct, { config, network, workers, topic, launcher }: Around): void => {
  const { stage, imagePipeline, worker, image, rootDevice, tags, diskKey } = config;
  const [place] = network.placements;
  if (imagePipeline === undefined || worker === undefined || worker.os === 'baked' || place === undefined)
    return;
  const { recipeName } = new ImagePipeline(scope, 'Images', {
    stage,
    pipeline: imagePipeline,
    baking: {
      os: worker.os,
      osg: worker.osg,
      gpu: imagePipeline.gpu,
      cvmfs: worker.cvmfs.repositories.length > 0,
      version: packageJson.version,
    },
    image,
    rootDevice,
    tags,
    diskKey,
    subnetId: place.subnetId,
    securityGroupId: workers.securityGroup.securityGroupId,
  });
  new ImageLife(scope, 'ImageLife', { stage, recipeName, keep: imagePipeline.keep, topic });
  allowPipelineImages(launcher, stage);
};

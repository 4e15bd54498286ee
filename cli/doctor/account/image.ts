import { DescribeImagesCommand, GetEbsDefaultKmsKeyIdCommand, type Image } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { type Asked, asked, mapped } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';

/** The id of an image: itself, or what the parameter that it names holds now. */
export const imageIdOf = async (
  { image }: Pick<Source, 'image'>,
  { clients }: Pick<Examined, 'clients'>,
): Promise<Asked<string>> => {
  if (image.startsWith('ami-')) return { ok: true, value: image };
  const answer = await asked('ssm:GetParameter', clients.ssm.send(new GetParameterCommand({ Name: image })));
  return mapped(answer, ({ Parameter }) => Parameter?.Value ?? '');
};

const rootSizeOf = (image: Image): number | undefined =>
  image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.VolumeSize;

/** What workers are launched from, and whose setting it is. */
interface Source {
  readonly whose: string;
  readonly image: string;
  readonly rootDevice: string;
  readonly workerDiskGb: number;
}

/** The stage's, and those of fleets that are launched from something of their own. */
const sourcesOf = ({ config }: Examined): readonly Source[] => [
  { ...config, whose: 'the stage' },
  ...Object.entries(config.ownFleets).map(([fleet, own]) => ({ ...own, whose: `the fleet ${fleet}` })),
];

const pick = ({ whose }: Source): string => `name another image in "image" of ${whose}`;

/** Judges an image as the root of a worker. */
const judgeImage = (image: Image, source: Source, now: number): readonly Finding[] => {
  const { rootDevice, workerDiskGb, whose } = source;
  const PICK = pick(source);
  const {
    ImageId: id,
    Architecture,
    Platform,
    RootDeviceName,
    RootDeviceType,
    EnaSupport,
    State,
    DeprecationTime,
  } = image;
  const size = rootSizeOf(image);
  const wrong = (text: string, fix: string) => fail('image', `${id} ${text}`, fix);
  const findings = [
    ...(State !== undefined && State !== 'available' ? [wrong(`is ${State}`, PICK)] : []),
    // The SDK writes it with a capital, EC2 without.
    ...(/^windows$/i.test(Platform ?? '') ? [wrong('is a Windows; workers are Linux', PICK)] : []),
    ...(Architecture !== 'x86_64' ? [wrong(`is of ${Architecture}; workers are x86_64`, PICK)] : []),
    ...(RootDeviceType !== undefined && RootDeviceType !== 'ebs' ? [wrong('has no EBS root', PICK)] : []),
    ...(EnaSupport === false
      ? [wrong('has no ENA driver, without which Nitro types have no network', PICK)]
      : []),
    ...(RootDeviceName !== rootDevice
      ? [
          wrong(
            `calls its root ${RootDeviceName}, and rootDevice is ${rootDevice}: workers would get a second disk and a small root`,
            `write "rootDevice": "${RootDeviceName}" into ${whose}`,
          ),
        ]
      : []),
    ...(size !== undefined && size > workerDiskGb
      ? [
          wrong(
            `has a root of ${size} GiB, and workerDiskGb is ${workerDiskGb}`,
            `write "workerDiskGb": ${size} or more into ${whose}`,
          ),
        ]
      : []),
  ];
  if (findings.length > 0) return findings;
  const deprecated = DeprecationTime === undefined ? undefined : Date.parse(DeprecationTime) / 1000;
  if (deprecated !== undefined && deprecated <= now) {
    return [warn('image', `${id} is deprecated since ${DeprecationTime}`, PICK)];
  }
  const of = `${image.Name ?? 'without a name'}, owner ${image.OwnerId}, root ${RootDeviceName} of ${size ?? '?'} GiB`;
  return [ok('image', `${id}: ${of}, ${image.BootMode ?? 'default boot'}`)];
};

const lookAt = async (source: Source, stage: Examined): Promise<readonly Finding[]> => {
  const { clients, now } = stage;
  const id = await imageIdOf(source, stage);
  if (!id.ok) {
    if (id.code !== 'ParameterNotFound') return [warn('image', id.why)];
    return [fail('image', `there is no parameter ${source.image} in this region`, pick(source))];
  }
  const answer = await asked(
    'ec2:DescribeImages',
    clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id.value] })),
  );
  const isGone = !answer.ok && answer.code.startsWith('InvalidAMIID');
  if (!answer.ok && !isGone) return [warn('image', answer.why)];
  const [image] = answer.ok ? (answer.value.Images ?? []) : [];
  if (image === undefined) {
    const text = `${id.value} is not there, or not shared with this account and region`;
    return [fail('image', text, pick(source))];
  }
  return judgeImage(image, source, now());
};

/** Looks at every image that workers are launched from. */
export const checkImage = async (stage: Examined): Promise<readonly Finding[]> => {
  const looks = await Promise.all(sourcesOf(stage).map((source) => lookAt(source, stage)));
  return looks.flat();
};

const OWN_KEY = 'alias/aws/ebs';

const SPOT_GRANT = 'docs/runbooks/workers.md#a-customers-key-and-spot';

/** Says what is known of a key that the stage names: KMS itself is not asked. */
const namedKey = (key: string, buysSpot: boolean): Finding => {
  const named = `disks are encrypted with ${key}, which the stage names`;
  const describe = `aws kms describe-key --key-id ${key}`;
  if (!buysSpot) return ok('ebs-key', `${named}; whether it is enabled: ${describe}`);
  return warn(
    'ebs-key',
    `${named}; nobody has looked whether it is enabled, nor for the grant without which no spot machine starts`,
    `${describe}; aws kms list-grants --key-id ${key}; ${SPOT_GRANT}`,
  );
};

/** Looks with which key EC2 encrypts workers' disks. A key of a customer needs rights that EC2 does not ask for at launch. */
export const checkEbsKey = async ({ config, fleets, clients }: Examined): Promise<readonly Finding[]> => {
  const { diskKey } = config;
  if (diskKey !== undefined) {
    const buysSpot = fleets.some(({ atTimes }) => atTimes.some(({ market }) => market !== 'on-demand'));
    return [namedKey(diskKey, buysSpot)];
  }
  const answer = await asked(
    'ec2:GetEbsDefaultKmsKeyId',
    clients.ec2.send(new GetEbsDefaultKmsKeyIdCommand({})),
  );
  if (!answer.ok) return [warn('ebs-key', answer.why)];
  const key = answer.value.KmsKeyId ?? OWN_KEY;
  if (key.endsWith(OWN_KEY)) return [ok('ebs-key', `disks are encrypted with AWS's own key (${OWN_KEY})`)];
  return [
    warn(
      'ebs-key',
      `the account's default key for disks is ${key}: without rights to it, workers end at once with Client.InternalError`,
      `write "diskKey": "${key}" into the stage and deploy, or: aws ec2 reset-ebs-default-kms-key-id`,
    ),
  ];
};

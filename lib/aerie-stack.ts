import { DefaultStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { allowAudit, allowConsoles } from './audit-rights.ts';
import { CA_FILE, type LambdaName } from './bundling.ts';
import { CloudEvents } from './cloud-events.ts';
import type { StageConfig } from './config.ts';
import { AUDIT_SECONDS, FUNCTIONS } from './functions.ts';
import { Lambda, type LambdaProps } from './lambda.ts';
import { allowDescribe, allowLaunch, allowTerminate, STAGE_TAG } from './launch-rights.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { allowSecret, allowSettings } from './parameter-rights.ts';
import { QueueParameters } from './queue-parameters.ts';
import { SYSTEM_DISK_GB } from './stage-block.ts';
import { Timer } from './timer.ts';
import { workerUserData } from './worker-user-data.ts';
import { Workers } from './workers.ts';

const MB_PER_GIB = 1024;

/** Parameters belong to the admin once they exist; a launch template would hand its tags on beside those of a launch. */
const UNTAGGED = ['AWS::SSM::Parameter', 'AWS::EC2::LaunchTemplate'];

export interface AerieStackProps {
  readonly config: StageConfig;
  /** The bundle of each Lambda. */
  readonly code: (name: LambdaName) => Code;
}

/** One stage: everything that serves one pool. */
export class AerieStack extends Stack {
  constructor(scope: Construct, id: string, { config, code }: AerieStackProps) {
    const { stage, account, region } = config;
    super(scope, id, {
      description: `aerie ${stage}: an HTCondor pool on EC2 that fits the jobs PanDA has ready`,
      env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) },
      /** The rule that checks the bootstrap's version is a parameter that moto cannot find again at an update. */
      // @ts-expect-error CDK writes optional properties in two ways, which exactOptionalPropertyTypes tells apart.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });

    const ledger = new Ledger(this, 'Ledger', stage);
    const network = new Network(this, 'Network', config.network);
    const workers = new Workers(this, 'Workers', {
      stage,
      vpc: network.vpc,
      image: config.image,
      rootDevice: config.rootDevice,
      diskGb: config.workerDiskGb,
      userData: workerUserData(config),
    });
    new QueueParameters(this, 'Queues', stage, config.queues);

    const environment = environmentOf(config, ledger, workers, network);
    const make = (id: string, name: LambdaName, limit: Pick<LambdaProps, 'reservedConcurrency'> = {}) =>
      new Lambda(this, id, { stage, name, code: code(name), environment, ...FUNCTIONS[name], ...limit });
    const oneAtATime = config.reserveConcurrency ? { reservedConcurrency: 1 } : {};

    const pilots = make('Pilots', 'pilots', oneAtATime);
    allowSettings(pilots.role, stage);
    new Timer(this, 'PilotsTimer', pilots);

    const launcher = make('Launcher', 'workers', oneAtATime);
    allowSettings(launcher.role, stage);
    allowLaunch(launcher.role, stage, workers, network.placements);
    allowTerminate(launcher.role, stage);
    allowDescribe(launcher.role);
    new Timer(this, 'LauncherTimer', launcher);

    allowConsoles(launcher.role, stage);

    const audit = make('Audit', 'audit', oneAtATime);
    allowAudit(audit.role, stage);
    new Timer(this, 'AuditTimer', audit, AUDIT_SECONDS);

    const events = make('Events', 'events');
    new CloudEvents(this, 'CloudEvents', events);

    for (const { role } of [pilots, launcher, events, audit]) {
      ledger.grantUse(role);
      allowSecret(role, stage);
    }
    Tags.of(this).add(STAGE_TAG, stage, { excludeResourceTypes: UNTAGGED });
  }
}

/** What runtime/environment.ts reads; a test holds the two together. */
const environmentOf = (config: StageConfig, ledger: Ledger, workers: Workers, network: Network) => ({
  AERIE_STAGE: config.stage,
  AERIE_TABLE: ledger.table.tableName,
  AERIE_PANDA_URL: config.pandaUrl,
  AERIE_ENDPOINT_URL: config.endpointUrl,
  AERIE_TEMPLATE_ID: workers.template.launchTemplateId ?? '',
  AERIE_TEMPLATE_VERSION: workers.template.latestVersionNumber,
  AERIE_PLACEMENTS: network.placements.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
  AERIE_WORKER_DISK_MB: String((config.workerDiskGb - SYSTEM_DISK_GB) * MB_PER_GIB),
  /** Node reads it when it starts; the file travels with each bundle. */
  ...(config.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` }),
});

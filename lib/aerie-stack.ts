import { CfnOutput, DefaultStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { allowAudit, allowConsoles } from './audit-rights.ts';
import { CA_FILE, type LambdaName } from './bundling.ts';
import type { StageConfig } from './config.ts';
import { Dashboard } from './dashboard.ts';
import {
  AUDIT_SECONDS,
  EVENT_QUEUE,
  FUNCTIONS,
  laterTicks,
  MINUTE_SECONDS,
  NEWS,
  SETTINGS_QUEUE,
  SETTINGS_SECONDS,
  settingsNews,
} from './functions.ts';
import { imageParameterOf, makeImages } from './images.ts';
import { Lambda, type LambdaProps } from './lambda.ts';
import { LaterTick } from './later-tick.ts';
import { allowDescribe, allowLaunch, allowTerminate, STAGE_TAG } from './launch-rights.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { NewsQueue } from './news-queue.ts';
import { allowSecret, allowSettings } from './parameter-rights.ts';
import { QueueParameters } from './queue-parameters.ts';
import { SYSTEM_DISK_GB } from './stage-block.ts';
import { Timer } from './timer.ts';
import { Watch } from './watch.ts';
import { workerUserData } from './worker-user-data.ts';
import { Workers } from './workers.ts';

const MB_PER_GIB = 1024;

/**
 * Parameters belong to the admin once they exist; a launch template would hand its tags on beside those of a launch;
 * CloudFormation's own schema knows no tags of a dashboard.
 */
const UNTAGGED = ['AWS::SSM::Parameter', 'AWS::EC2::LaunchTemplate', 'AWS::CloudWatch::Dashboard'];

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

    const environment = environmentOf(config, ledger, workers, network);
    const make = (id: string, name: LambdaName, limit: Pick<LambdaProps, 'reservedConcurrency'> = {}) =>
      new Lambda(this, id, { stage, name, code: code(name), environment, ...FUNCTIONS[name], ...limit });
    const oneAtATime = config.reserveConcurrency ? { reservedConcurrency: 1 } : {};

    const pilots = make('Pilots', 'pilots', oneAtATime);
    new Timer(this, 'PilotsTimer', pilots, MINUTE_SECONDS);

    const launcher = make('Launcher', 'workers', oneAtATime);
    allowLaunch(launcher.role, stage, workers, network.placements);
    allowTerminate(launcher.role, stage);
    allowDescribe(launcher.role);
    allowConsoles(launcher.role, stage);
    const minute = new Timer(this, 'LauncherTimer', launcher, MINUTE_SECONDS);
    for (const afterSeconds of laterTicks(config.tickSeconds)) {
      new LaterTick(this, `LauncherAfter${afterSeconds}`, {
        lambda: launcher,
        rule: minute.rule,
        afterSeconds,
      });
    }

    const audit = make('Audit', 'audit', oneAtATime);
    allowAudit(audit.role, stage);
    new Timer(this, 'AuditTimer', audit, AUDIT_SECONDS);

    const events = make('Events', 'events');
    const ec2News = new NewsQueue(this, 'CloudEvents', { lambda: events, limits: EVENT_QUEUE, news: NEWS });

    const settings = make('Settings', 'settings');
    allowSettings(settings.role, stage);
    new Timer(this, 'SettingsTimer', settings, SETTINGS_SECONDS);
    const news = new NewsQueue(this, 'SettingsEvents', {
      lambda: settings,
      limits: SETTINGS_QUEUE,
      news: settingsNews(stage),
    });
    /** After what hears of them, so that the first settings are known at once. */
    new QueueParameters(this, 'Queues', stage, config.queues).node.addDependency(news);

    ledger.grantSettings(settings.role);
    for (const { role } of [pilots, launcher, events, audit]) {
      ledger.grantUse(role);
      allowSecret(role, stage);
    }

    const { topic, alarms } = new Watch(this, 'Watch', {
      stage,
      functions: { pilots, workers: launcher, events, audit, settings },
      failed: { events: ec2News.failed, settings: news.failed },
      email: config.alarmEmail,
    });
    makeImages(this, { config, network, workers, topic, launcher: launcher.role });
    new Dashboard(this, 'Dashboard', { stage, alarms, pilots, workers: launcher, settings });
    new CfnOutput(this, 'AlarmTopic', { description: 'Where every alarm goes', value: topic.topicArn });
    new CfnOutput(this, 'WorkerRole', {
      description: "Goes into the endpoint's sts.roles",
      value: workers.role.roleName,
    });
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
  ...imageParameterOf(config),
  AERIE_PLACEMENTS: network.placements.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
  AERIE_WORKER_DISK_MB: String((config.workerDiskGb - SYSTEM_DISK_GB) * MB_PER_GIB),
  ...(config.caps === undefined ? {} : { AERIE_CAPS: JSON.stringify(config.caps) }),
  /** Node reads it when it starts; the file travels with each bundle. */
  ...(config.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` }),
});

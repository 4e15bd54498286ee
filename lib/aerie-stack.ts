import { createHash } from 'node:crypto';
import { CfnOutput, DefaultStackSynthesizer, Fn, Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { fleetsPath, queuesPath, stackNameOf } from '../core/model/names.ts';
import { FLEET_KNOBS } from '../core/settings/fleet-knobs.ts';
import { QUEUE_KNOBS } from '../core/settings/queue-knobs.ts';
import { CA_FILE, cloudCaFile, type LambdaName } from './functions/bundling.ts';
import {
  AUDIT_SECONDS,
  EVENT_QUEUE,
  FUNCTIONS,
  laterTicks,
  MINUTE_SECONDS,
  memoryOf,
  NEWS,
  SETTINGS_QUEUE,
  SETTINGS_SECONDS,
  settingsNews,
} from './functions/functions.ts';
import { Lambda, type LambdaProps } from './functions/lambda.ts';
import { allowNudges, LaterTick } from './functions/later-tick.ts';
import { NewsQueue } from './functions/news-queue.ts';
import { Timer } from './functions/timer.ts';
import { imageParameterOf, makeImages } from './images/images.ts';
import { Ledger } from './ledger.ts';
import { allowSessions, keepLogs } from './look-in.ts';
import { FunctionNetwork } from './network/function-network.ts';
import { Network } from './network/network.ts';
import { Squid } from './network/squid.ts';
import { allowAudit, allowConsoles } from './rights/audit.ts';
import { allowClouds, allowTemplates } from './rights/cloud.ts';
import {
  allowDescribe,
  allowDiskKey,
  allowLaunch,
  allowSleep,
  allowTerminate,
  STAGE_TAG,
} from './rights/launch.ts';
import { allowSecret, allowSettings } from './rights/parameter.ts';
import { SettingParameters } from './setting-parameters.ts';
import type { Block, StageConfig } from './stage/config.ts';
import { exampleHosts, exampleSentence } from './stage/example-hosts.ts';
import { cloudOf, launchedFrom } from './stage/fleets.ts';
import { knobsOf } from './stage/limits.ts';
import { MOST_ZONES } from './stage/network.ts';
import { placeOfStage } from './stage/place.ts';
import { Dashboard } from './watch/dashboard.ts';
import { Watch } from './watch/watch.ts';
import { workerUserData } from './worker-user-data.ts';
import { type SourceProps, Workers } from './workers.ts';

/**
 * Parameters belong to the admin once they exist; a launch template would hand its tags on beside those of a launch;
 * CloudFormation's own schema knows no tags of a dashboard.
 */
const UNTAGGED = ['AWS::SSM::Parameter', 'AWS::EC2::LaunchTemplate', 'AWS::CloudWatch::Dashboard'];

/** A machine with the stage's tag is a worker to the audit, and one that no ledger knows: it would end it. */
const NO_WORKERS = ['AWS::EC2::Instance'];

export interface AerieStackProps {
  readonly config: StageConfig;
  /** The bundle of each Lambda. */
  readonly code: (name: LambdaName) => Code;
}

/** One stage: everything that serves one pool. */
export class AerieStack extends Stack {
  /**
   * The region's zones, by their place in its list. CloudFormation fills them in when it deploys; the CDK would look them up
   * when it synthesises, which takes keys that nobody has signed in for yet.
   */
  override get availabilityZones(): string[] {
    return Array.from({ length: MOST_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  constructor(scope: Construct, id: string, { config, code }: AerieStackProps) {
    const { stage, account, region } = config;
    super(scope, id, {
      stackName: stackNameOf(stage),
      description: `aerie ${stage}: an HTCondor pool on EC2 that fits the jobs that wait`,
      env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) },
      terminationProtection: config.retain,
      tags: { ...config.tags },
      /** The rule that checks the bootstrap's version is a parameter that moto cannot find again at an update. */
      // @ts-expect-error CDK writes optional properties in two ways, which exactOptionalPropertyTypes tells apart.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });

    const ledger = new Ledger(this, 'Ledger', config);
    const network = new Network(this, 'Network', config.network);
    const workers = makeWorkers(this, config, network);

    if (config.sessionManager) allowSessions(workers.role);
    const logDays = config.workerLogs?.cloudWatchDays;
    if (logDays !== undefined) keepLogs(this, workers.role, stage, logDays);
    if (config.squid !== undefined) {
      new Squid(this, 'Squid', {
        stage,
        squid: config.squid,
        network,
        workers: workers.securityGroup,
        diskKey: config.diskKey,
      });
    }

    const environment = environmentOf(config, ledger, workers, network);
    const inside = config.fixedAddress
      ? { network: new FunctionNetwork(this, 'FunctionNetwork', network.vpc, network.placements) }
      : {};
    const make = (id: string, name: LambdaName, limit: Pick<LambdaProps, 'reservedConcurrency'> = {}) =>
      new Lambda(this, id, {
        stage,
        name,
        code: code(name),
        environment,
        timeoutSeconds: FUNCTIONS[name].timeoutSeconds,
        memoryMb: memoryOf(name, config.tickMemoryMb),
        ...limit,
        ...inside,
      });
    const oneAtATime = config.reserveConcurrency ? { reservedConcurrency: 1 } : {};

    /** Without PanDA there is nothing to submit pilots for. */
    const pilots = config.pandaUrl === undefined ? undefined : make('Pilots', 'pilots', oneAtATime);
    if (pilots !== undefined) new Timer(this, 'PilotsTimer', pilots, MINUTE_SECONDS);

    const launcher = make('Launcher', 'workers', oneAtATime);
    allowLaunch(launcher.role, stage, workers, network.placements);
    if (config.diskKey !== undefined) allowDiskKey(launcher.role, config.diskKey);
    allowTerminate(launcher.role, stage);
    allowSleep(launcher.role, stage);
    allowDescribe(launcher.role);
    allowConsoles(launcher.role, stage);
    allowTemplates(launcher.role, config.clouds);
    const minute = new Timer(this, 'LauncherTimer', launcher, MINUTE_SECONDS);
    const later = laterTicks(config.tickSeconds).map(
      (afterSeconds) =>
        new LaterTick(this, `LauncherAfter${afterSeconds}`, {
          lambda: launcher,
          rule: minute.rule,
          afterSeconds,
        }),
    );
    if (config.nudges) {
      const [{ queue } = new LaterTick(this, 'LauncherNudged', { lambda: launcher, afterSeconds: 0 })] =
        later;
      allowNudges(launcher, queue, config.tickSeconds);
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
    for (const parameters of settingParameters(this, config)) parameters.node.addDependency(news);

    ledger.grantSettings(settings.role);
    allowClouds([launcher.role, audit.role], config.clouds);
    for (const { role } of [...(pilots === undefined ? [] : [pilots]), launcher, events, audit]) {
      ledger.grantUse(role);
      allowSecret(role, stage);
    }

    const { topic, alarms } = new Watch(this, 'Watch', {
      stage,
      functions: { ...(pilots && { pilots }), workers: launcher, events, audit, settings },
      failed: { events: ec2News.failed, settings: news.failed },
      email: config.alarmEmail,
      runbookUrl: config.runbookUrl,
    });
    makeImages(this, { config, network, workers, topic, launcher: launcher.role });
    new Dashboard(this, 'Dashboard', { stage, alarms, pilots, workers: launcher, settings });
    new CfnOutput(this, 'AlarmTopic', { description: 'Where every alarm goes', value: topic.topicArn });
    if (config.fixedAddress && network.address !== undefined) {
      new CfnOutput(this, 'FunctionAddress', {
        description: "The address that PanDA and the endpoint see: let it in through the site's firewall",
        value: network.address,
      });
    }
    new CfnOutput(this, 'WorkerRole', {
      description: "Goes into the endpoint's sts.roles",
      value: workers.role.roleName,
    });
    for (const [key, value] of Object.entries({ ...config.tags, [STAGE_TAG]: stage })) {
      const untagged = key === STAGE_TAG ? [...UNTAGGED, ...NO_WORKERS] : UNTAGGED;
      Tags.of(this).add(key, value, { excludeResourceTypes: untagged });
    }
    this.refuseExamples(config);
  }

  /**
   * Lets a stage that still holds an example's host be looked at, and not be deployed: an asset that cannot be made stops
   * the CDK before it touches a stack.
   */
  private refuseExamples(config: StageConfig): void {
    const examples = exampleHosts(config);
    if (examples.length === 0) return;
    const sentence = exampleSentence(config.stage, examples);
    this.synthesizer.addFileAsset({
      executable: [
        process.execPath,
        '-e',
        `console.error(${JSON.stringify(`aerie: ${sentence}`)}); process.exit(1)`,
      ],
      sourceHash: createHash('sha256').update(sentence).digest('hex'),
    });
  }
}

/** What a fleet or the stage is launched from. */
const sourceProps = (config: StageConfig, fleet?: string): SourceProps => {
  const of = launchedFrom<Block>(config, fleet);
  return {
    image: of.image,
    arm64Image: of.arm64Image,
    rootDevice: of.rootDevice,
    diskGb: of.workerDiskGb,
    scratch: of.scratchVolume,
    userData: workerUserData(config, fleet),
  };
};

const makeWorkers = (scope: Construct, config: StageConfig, { vpc }: Network): Workers =>
  new Workers(scope, 'Workers', {
    stage: config.stage,
    vpc,
    source: sourceProps(config),
    fleets: Object.fromEntries(
      Object.keys(config.ownFleets).map((fleet) => [fleet, sourceProps(config, fleet)]),
    ),
    diskKey: config.diskKey,
  });

const settingParameters = (scope: Construct, { stage, queues, fleets }: StageConfig) => [
  new SettingParameters(scope, 'Queues', {
    stage,
    what: 'queues',
    path: queuesPath(stage),
    knobs: QUEUE_KNOBS,
    given: queues,
  }),
  new SettingParameters(scope, 'Fleets', {
    stage,
    what: 'fleets',
    path: fleetsPath(stage),
    knobs: FLEET_KNOBS,
    given: knobsOf(fleets),
  }),
];

/** The templates of fleets that have one of their own, as the functions are told of them. */
const fleetSources = (config: StageConfig, { fleets, source }: Workers): Readonly<Record<string, string>> => {
  if (Object.keys(fleets).length === 0) return {};
  const places = placeOfStage(config).fleets ?? {};
  const sources = Object.entries(fleets).map(([fleet, { template, arm64Image }]) => [
    fleet,
    {
      id: template.launchTemplateId,
      version: template.latestVersionNumber,
      diskMb: places[fleet]?.workerDiskMb,
      volumesGb: places[fleet]?.diskGb,
      ...(arm64Image === undefined ? {} : { arm64Image }),
    },
  ]);
  return { AERIE_FLEETS: Stack.of(source.template).toJsonString(Object.fromEntries(sources)) };
};

/** The cloud beside EC2, as the functions are told of it: with the name of its credential, and never what is in it. */
const cloudEntries = ({ clouds, fleets }: StageConfig): Readonly<Record<string, string>> => {
  const on = (cloud: string) =>
    Object.entries(fleets).flatMap(([name, fleet]) => (cloudOf(fleet) === cloud ? [name] : []));
  const all = Object.entries(clouds).map(([name, { caFile, ...entry }]) => [
    name,
    {
      ...entry,
      ...(caFile === undefined ? {} : { caFile: `/var/task/${cloudCaFile(name)}` }),
      fleets: on(name),
    },
  ]);
  return all.length === 0 ? {} : { AERIE_CLOUDS: JSON.stringify(Object.fromEntries(all)) };
};

/** What runtime/run/environment.ts reads; a test holds the two together. */
const environmentOf = (config: StageConfig, ledger: Ledger, workers: Workers, network: Network) => ({
  AERIE_STAGE: config.stage,
  AERIE_TABLE: ledger.table.tableName,
  ...(config.pandaUrl === undefined ? {} : { AERIE_PANDA_URL: config.pandaUrl }),
  AERIE_ENDPOINT_URL: config.endpointUrl,
  AERIE_TEMPLATE_ID: workers.source.template.launchTemplateId ?? '',
  AERIE_TEMPLATE_VERSION: workers.source.template.latestVersionNumber,
  ...imageParameterOf(config),
  ...(workers.source.arm64Image === undefined ? {} : { AERIE_ARM64_IMAGE: workers.source.arm64Image }),
  ...fleetSources(config, workers),
  ...cloudEntries(config),
  AERIE_PLACEMENTS: network.placements.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
  AERIE_WORKER_DISK_MB: String(placeOfStage(config).workerDiskMb),
  AERIE_WORKER_VOLUMES_GB: String(placeOfStage(config).diskGb),
  ...(Object.keys(config.tags).length === 0 ? {} : { AERIE_TAGS: JSON.stringify(config.tags) }),
  AERIE_WORKER_ADDRESS: placeOfStage(config).hasPublicAddress ? 'public' : 'private',
  AERIE_QUEUE_METRICS: config.queueMetrics,
  /** Node reads it when it starts; the file travels with each bundle. */
  ...(config.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` }),
});

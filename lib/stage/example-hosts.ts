import { isExampleHost } from '../../core/model/example-hosts.ts';
import { centralManagersOf } from '../../worker/options.ts';
import type { StageConfig } from './config.ts';

const hostOf = (place: string): string => URL.parse(place)?.hostname || place.replace(/^.*@|:\d+$/g, '');

/** A setting of a stage that still holds the host of an example. */
export interface ExampleHost {
  readonly setting: string;
  readonly host: string;
}

/** Where a stage names hosts, by the settings that do. */
const placesOf = ({ pandaUrl, endpointUrl, worker, alarmEmail }: StageConfig) => ({
  pandaUrl: pandaUrl === undefined ? [] : [pandaUrl],
  endpointUrl: [endpointUrl],
  'worker.pool': worker === undefined ? [] : [worker.pool],
  'worker.centralManager': worker === undefined ? [] : centralManagersOf(worker.centralManager),
  'worker.requiredHosts': worker?.requiredHosts.map(({ host }) => host) ?? [],
  alarmEmail: alarmEmail === undefined ? [] : [alarmEmail],
});

/** Finds what an admin has copied from the example and not changed yet; deploying it would launch for nobody. */
export const exampleHosts = (config: StageConfig): readonly ExampleHost[] =>
  Object.entries(placesOf(config)).flatMap(([setting, places]) =>
    places
      .map(hostOf)
      .filter(isExampleHost)
      .map((host) => ({ setting, host })),
  );

/** Says what has to be changed before a stage can be deployed. */
export const exampleSentence = (stage: string, examples: readonly ExampleHost[]): string =>
  `stage ${stage} cannot be deployed yet: ${examples
    .map(({ setting, host }) => `aerie.stages.${stage}.${setting} still names the example's ${host}`)
    .join(', ')}. Put the site's own there, in cdk.json.`;

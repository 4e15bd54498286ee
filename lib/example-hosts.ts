import type { StageConfig } from './config.ts';

/** Names that no machine has: those of examples (RFC 2606, RFC 6761). */
const EXAMPLE = /(^|\.)(example(\.(com|net|org))?|invalid)$/;

const hostOf = (place: string): string => URL.parse(place)?.hostname || place.replace(/^.*@|:\d+$/g, '');

/** A setting of a stage that still holds the host of an example. */
export interface ExampleHost {
  readonly setting: string;
  readonly host: string;
}

/** Finds what an admin has copied from the example and not changed yet; deploying it would launch for nobody. */
export const exampleHosts = ({
  pandaUrl,
  endpointUrl,
  worker,
  alarmEmail,
}: StageConfig): readonly ExampleHost[] => {
  const places = { pandaUrl, endpointUrl, 'worker.centralManager': worker?.centralManager, alarmEmail };
  return Object.entries(places).flatMap(([setting, place]) => {
    const host = place === undefined ? '' : hostOf(place);
    return EXAMPLE.test(host) ? [{ setting, host }] : [];
  });
};

/** Says what has to be changed before a stage can be deployed. */
export const exampleSentence = (stage: string, examples: readonly ExampleHost[]): string =>
  `stage ${stage} cannot be deployed yet: ${examples
    .map(({ setting, host }) => `aerie.stages.${stage}.${setting} still names the example's ${host}`)
    .join(', ')}. Put the site's own there, in cdk.json.`;

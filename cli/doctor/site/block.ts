import { X509Certificate } from 'node:crypto';
import { exampleHosts } from '../../../lib/stage/example-hosts.ts';
import { type Finding, fail, ok } from '../finding.ts';
import type { Examined, Trust } from '../look/examined.ts';
import { judgeEnd } from '../look/judge-tls.ts';

const judgeHosts = (stage: Examined): readonly Finding[] => {
  const left = exampleHosts(stage.config);
  if (left.length === 0) return [ok('example-hosts', 'no host of the documentation is left')];
  return left.map(({ setting, host }) =>
    fail(
      'example-hosts',
      `${setting} names ${host}, which is a host of the documentation`,
      `write your own into aerie.stages.${stage.config.stage}.${setting} of cdk.json`,
    ),
  );
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const certificatesIn = (pem: string): readonly X509Certificate[] | undefined => {
  try {
    return (pem.match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text));
  } catch {
    return undefined;
  }
};

const judgeAuthority = ({ setting, file, pem }: Trust['files'][number], now: number): Finding => {
  const certificates = certificatesIn(pem) ?? [];
  const ends = certificates.map(({ validTo }) => Date.parse(validTo) / 1000);
  if (ends.length === 0) {
    return fail(
      'authorities',
      `${setting} is ${file}, in which there is no certificate that can be read`,
      `make it a PEM file: openssl x509 -in AUTHORITY -out ${file}`,
    );
  }
  const whose = `${setting} is ${file}: the first of its certificates`;
  return judgeEnd('authorities', whose, `put the next one of that authority into ${file} and deploy`, {
    endsAt: Math.min(...ends),
    now,
  });
};

/** Looks at what can be seen in a block that could be read. */
export const checkBlock = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, queues, fleets, trust, now } = stage;
  const files = trust.files.map((file) => judgeAuthority(file, now()));
  const count = (of: number, what: string) => (of === 1 ? `one ${what}` : `${of} ${what}s`);
  const said = `${count(queues.length, 'queue')}, ${count(fleets.length, 'fleet')}, image ${config.image}`;
  return [
    ok('block', `stage ${config.stage} can be read: ${said}`),
    ...judgeHosts(stage),
    ...(files.length > 0
      ? files
      : [ok('authorities', 'none is named: those of Node and of the system count')]),
  ];
};

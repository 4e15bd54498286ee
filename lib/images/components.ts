import { gzipSync } from 'node:zlib';
import { imageScript, programs } from '../../worker/programs.ts';

/** What a component of Image Builder may have, characters. Source: CreateComponent, `data`. */
const MOST_COMPONENT_CHARACTERS = 16_000;

/** What an image is baked from. */
export interface Baking {
  readonly os: 'el9' | 'debian';
  readonly cvmfs: boolean;
  /** The series of OSG's packages. */
  readonly osg: string;
  /** Whether the driver for GPUs is in it. */
  readonly gpu: boolean;
  /** aerie's own version, for the stamp. */
  readonly version: string;
}

type Phase = 'build' | 'test';

const bash = (name: string, ...commands: readonly string[]) => ({
  name,
  action: 'ExecuteBash',
  onFailure: 'Abort',
  inputs: { commands: ['set -eu', ...commands] },
});

/** A document of Image Builder's own language, which is YAML; JSON is that too, and no text in it becomes anything else. */
const documentOf = (phase: Phase, description: string, steps: readonly object[]): string => {
  const data = JSON.stringify({ schemaVersion: 1.0, description, phases: [{ name: phase, steps }] });
  if (data.length > MOST_COMPONENT_CHARACTERS) {
    throw new Error(
      `A component of the image pipeline has ${data.length} characters, Image Builder takes ${MOST_COMPONENT_CHARACTERS}; worker/files has grown too large for it.`,
    );
  }
  return data;
};

const BENCH = '/var/tmp/aerie-bake';
const UNPACK =
  'import json,os,sys\nfor name,text in json.load(sys.stdin).items():\n os.makedirs(os.path.dirname(name),exist_ok=True)\n open(name,"w").write(text)';

/** Files by their paths below the bench, as one word of a shell. */
const packed = (files: Readonly<Record<string, string>>): string =>
  gzipSync(JSON.stringify(files), { level: 9 }).toString('base64');

const unpacked = (files: Readonly<Record<string, string>>): readonly string[] => [
  `mkdir -p ${BENCH}`,
  `cd ${BENCH}`,
  `echo ${packed(files)} | base64 -d | gzip -d | python3 -c '${UNPACK}'`,
];

/** All programs together are more than one component may have. */
const PARTS = 2;

/** Lay out the worker's own programs. */
export const programsDocuments = ({ os }: Baking): readonly string[] => {
  const files = Object.entries(programs(os)).map(([name, text]) => [`files/${name}`, text] as const);
  return Array.from({ length: PARTS }, (_, part) => {
    const some = files.filter((_file, at) => at % PARTS === part);
    const description = `The programs of a worker on ${os}, part ${part + 1} of ${PARTS}`;
    return documentOf('build', description, [bash('Unpack', ...unpacked(Object.fromEntries(some)))]);
  });
};

/** Bakes the image by the very script that a person would run by hand. */
export const bakeDocument = ({ os, cvmfs, osg, gpu, version }: Baking): string =>
  documentOf('build', `Everything that a worker on ${os} needs, and nothing of a pool`, [
    bash('Unpack', ...unpacked({ 'image/bake.sh': imageScript('bake.sh') })),
    bash(
      'Bake',
      `AERIE_CVMFS=${cvmfs ? 'yes' : 'no'} AERIE_OSG=${osg} AERIE_GPU=${gpu ? 'yes' : 'no'} AERIE_VERSION=${version} sh ${BENCH}/image/bake.sh ${os}`,
      `rm -rf ${BENCH}`,
    ),
  ]);

/** Checks a machine that was booted from the new image. */
export const checkDocument = (): string =>
  documentOf('test', 'Whether a machine that was booted from the image can become a worker', [
    bash('Check', ...unpacked({ 'image/check.sh': imageScript('check.sh') }), `sh ${BENCH}/image/check.sh`),
  ]);

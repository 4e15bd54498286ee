/**
 * How a Lambda becomes one file, in esbuild's words. The stack and the twin both bundle with this and nothing else, so
 * what is tried out on a laptop is, byte for byte, what is deployed. docs/decisions/0002-one-bundle.md says why.
 */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  /** esbuild's own choice for Node prefers CommonJS, which doubles the file and the time to load it. */
  mainFields: ['module', 'main'],
  /** Beside the bundle and not named in it, for people who read a stack trace; Lambda never gets it. */
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
} as const;

/** The file that a bundle is, and what Lambda looks for `handler` in. */
export const BUNDLE_FILE = 'index.mjs';

/** Certificate authorities beside the bundle, where a stage names its own. */
export const CA_FILE = 'ca.pem';

/** The same of one cloud beside EC2, trusted for that cloud alone. */
export const cloudCaFile = (cloud: string): string => `cloud-${cloud}.pem`;

/** A larger bundle costs every cold start; a test holds each Lambda to this. */
export const MAX_BUNDLE_BYTES = 1_200_000;

/** The Lambdas: each is the file of its name in `lambdas/`, and exports `handler`. */
export const LAMBDAS = ['pilots', 'workers', 'events', 'audit', 'settings'] as const;
export type LambdaName = (typeof LAMBDAS)[number];

/** Those of a stage: without PanDA there is nothing to submit pilots for. */
export const lambdasOf = ({ pandaUrl }: { readonly pandaUrl?: string | undefined }): readonly LambdaName[] =>
  LAMBDAS.filter((name) => name !== 'pilots' || pandaUrl !== undefined);

/** Where a Lambda's source is, from the project's root. */
export const entryOf = (name: LambdaName): string => `lambdas/${name}.ts`;

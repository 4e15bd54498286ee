/** What the packages hold besides the program and the Node that it runs on: files of this repository, root's. */
export interface PackagedFile {
  /** Where it comes to lie. */
  readonly to: string;
  /** Where it is in this repository. */
  readonly from: string;
  readonly mode: '644' | '755';
  /** The admin's to change: an upgrade leaves it as it is. */
  readonly configuration?: true;
}

const LIBRARY = '/usr/lib/aerie-endpoint';
const SHARE = '/usr/share/aerie-endpoint';
const DOCS = '/usr/share/doc/aerie-endpoint';

export const PROGRAM = `${LIBRARY}/aerie-endpoint.mjs`;
export const NODE = `${LIBRARY}/node`;
export const NODE_LICENSE = `${DOCS}/LICENSE.node`;

/** Shapes that most queues ask for; each has a template to begin from. */
export const EXAMPLE_TEMPLATES = ['EXAMPLE_SCORE', 'EXAMPLE_MCORE', 'EXAMPLE_HIMEM'] as const;

/**
 * The examples lie in /usr/share/aerie-endpoint and not beside the documentation: small installations are made without
 * /usr/share/doc, and a first start copies one of them.
 */
export const PACKAGED_FILES: readonly PackagedFile[] = [
  { to: '/usr/bin/aerie-endpoint', from: 'collector/package/scripts/aerie-endpoint', mode: '755' },
  {
    to: '/usr/lib/systemd/system/aerie-endpoint.service',
    from: 'collector/aerie-endpoint.service',
    mode: '644',
  },
  {
    to: '/etc/condor/config.d/60-aerie.conf',
    from: 'collector/60-aerie.condor',
    mode: '644',
    configuration: true,
  },
  { to: `${SHARE}/config.json`, from: 'collector/aerie-endpoint.example.json', mode: '644' },
  ...EXAMPLE_TEMPLATES.map((name) => ({
    to: `${SHARE}/templates/${name}.sub`,
    from: `collector/package/templates/${name}.sub`,
    mode: '644' as const,
  })),
  { to: `${DOCS}/endpoint.md`, from: 'docs/endpoint.md', mode: '644' },
  { to: `${DOCS}/copyright`, from: 'LICENSE', mode: '644' },
];

const SCRIPTS = [
  'page',
  'parts',
  'head',
  'rows',
  'spark',
  'machines',
  'squares',
  'events',
  'story',
  'summary',
  'words',
  'element',
];

const STYLES = ['theme', 'frame', 'rows', 'machines', 'events'];

const named = (names: readonly string[], ending: string, type: string) =>
  names.map((name): [string, readonly [string, string]] => [
    `/${name}.${ending}`,
    [`look/${name}.${ending}`, type],
  ]);

/** path → file below this folder and its type. Nothing else can be asked for. */
export const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['look/index.html', 'text/html; charset=utf-8']],
  ['/icon.svg', ['look/icon.svg', 'image/svg+xml']],
  ...named(STYLES, 'css', 'text/css; charset=utf-8'),
  ...named(SCRIPTS, 'js', 'text/javascript; charset=utf-8'),
]);

import type { Shown } from '../twin/report/sample.ts';
import type { TwinAws } from '../twin/stage/stage-aws.ts';
import { UsageError } from './command/usage.ts';
import { type Page, servePage } from './page/server.ts';
import { laterSource, twinSource } from './page/twin-source.ts';
import { worldBeside } from './page/world.ts';
import { type Terminal, terminal } from './terminal.ts';

export interface ViewerOptions {
  /** A page on this port of the loopback. */
  readonly web: boolean;
  readonly port: number;
  /** Nothing but one JSON text is to stand on stdout, so there is nothing to be seen. */
  readonly json: boolean;
  /** What of the world is real; the twin's unless told. */
  readonly claim?: string;
}

/** Where a run can be watched: in the terminal and on the page, as far as they are wanted. */
export interface Viewer {
  readonly screen: Terminal | undefined;
  show(shown: Shown): void;
  /** Hears where the AWS of the run is: the page reads it as the commands do. */
  onAws(aws: TwinAws): void;
  close(): Promise<void>;
}

/** Real seconds between looks at a world of which a second may be minutes. */
const EVERY_SECONDS = 1;

const openPage = async (source: ReturnType<typeof laterSource>, { web, port, json }: ViewerOptions) => {
  if (!web || json) return undefined;
  try {
    return await servePage({ source, port, everySeconds: EVERY_SECONDS, isPrivate: false });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const openScreen = ({ json }: ViewerOptions, page: Page | undefined, claim: string): Terminal | undefined => {
  if (json) return undefined;
  const notice = page === undefined ? claim : `watch it at ${page.url} · ${claim}`;
  const screen = terminal({ stream: process.stdout, notice });
  process.once('exit', () => screen.close());
  return screen;
};

const OF_THE_TWIN = 'The code is real, the world is not.';

/** Opens what is wanted. Throws UsageError where the page cannot be served. */
export const openViewer = async (options: ViewerOptions): Promise<Viewer> => {
  const claim = options.claim ?? OF_THE_TWIN;
  const world = worldBeside(claim);
  const source = laterSource();
  const page = await openPage(source, options);
  const screen = openScreen(options, page, claim);
  return {
    screen,
    show(shown) {
      screen?.show(shown);
      world.show(shown);
    },
    onAws: (aws) => source.become(world.around(twinSource(aws))),
    async close() {
      screen?.close();
      await page?.close();
    },
  };
};

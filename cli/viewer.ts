import { type Page, servePage } from '../twin/page/server.ts';
import type { Shown } from '../twin/report/sample.ts';
import { UsageError } from './command/usage.ts';
import { type Terminal, terminal } from './terminal.ts';

export interface ViewerOptions {
  /** A page on this port of the loopback. */
  readonly web: boolean;
  readonly port: number;
  /** Nothing but one JSON text is to stand on stdout, so there is nothing to be seen. */
  readonly json: boolean;
}

/** Where a run can be watched: in the terminal and on the page, as far as they are wanted. */
export interface Viewer {
  readonly screen: Terminal | undefined;
  show(shown: Shown): void;
  close(): Promise<void>;
}

const openPage = async ({ web, port, json }: ViewerOptions): Promise<Page | undefined> => {
  if (!web || json) return undefined;
  try {
    return await servePage({ port });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const openScreen = ({ json }: ViewerOptions, page: Page | undefined): Terminal | undefined => {
  if (json) return undefined;
  const notice = page === undefined ? {} : { notice: `watch it at ${page.url}` };
  const screen = terminal({ stream: process.stdout, ...notice });
  process.once('exit', () => screen.close());
  return screen;
};

/** Opens what is wanted. Throws UsageError where the page cannot be served. */
export const openViewer = async (options: ViewerOptions): Promise<Viewer> => {
  const page = await openPage(options);
  const screen = openScreen(options, page);
  return {
    screen,
    show(shown) {
      screen?.show(shown);
      page?.show(shown);
    },
    async close() {
      screen?.close();
      await page?.close();
    },
  };
};

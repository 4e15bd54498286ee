import type { Answer } from './answer.ts';
import type { Nova } from './nova.ts';

/** In the form of an id, and of nothing that there is. */
const NOTHING = '00000000-0000-4000-8000-000000000000';

/** What may be asked of Nova, below the path of its endpoint. `*` stands for one part of the path. */
export interface NovaRight {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

/** Asks for what a right allows, of something that is not there, or without what it takes: nothing is changed, whoever may. */
export const probe = (asked: Nova, { method, path }: NovaRight): Promise<Answer> =>
  asked.ask({
    ...{ method, path: path.replace('*', NOTHING) },
    ...(method === 'POST' ? { body: {} } : {}),
  });

/** The middleware before Nova says 401 to what no access rule allows, before Nova looks at it; its policy says 403. */
export const isDenied = (answer: Answer): boolean =>
  answer.kind === 'caller' || (answer.kind === 'refused' && answer.status === 403);

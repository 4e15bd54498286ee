/** What Nova or Keystone answers instead of doing what it is asked: caught by the face. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The names under which Nova puts its words, by status. */
const NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  429: 'overLimit',
  500: 'computeFault',
  503: 'serviceUnavailable',
};

/** The body of Nova's refusal. */
export const novaBody = ({ status, message }: Refusal): object => {
  if (status === 401) return unauthorized;
  if (status === 406)
    return {
      errors: [{ request_id: '', code: '', status, title: 'Not Acceptable', detail: message, links: [] }],
    };
  return { [NAMES[status] ?? 'computeFault']: { code: status, message } };
};

/** The body of Keystone's, and of its middleware in front of Nova. */
const unauthorized = {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
};

export const keystoneBody = ({ status, message }: Refusal): object =>
  status === 401 ? unauthorized : { error: { code: status, title: 'Bad Request', message } };

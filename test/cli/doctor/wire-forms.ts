/** How each service writes its answers: JSON, or XML in which lists have members or items. */
type Form = 'json' | 'query' | 'ec2';

const FORMS: Readonly<Record<string, Form>> = {
  sts: 'query',
  iam: 'query',
  cloudformation: 'query',
  sns: 'query',
  ec2: 'ec2',
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const xml = (value: unknown, member: string): string => {
  if (Array.isArray(value)) return value.map((one) => `<${member}>${xml(one, member)}</${member}>`).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${xml(inner, member)}</${name}>`)
    .join('');
};

interface Rendered {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const XML = 'text/xml;charset=UTF-8';

const JSON_1_0 = 'application/x-amz-json-1.0';

const refusal = (form: Form, code: string, message: string, status: number): Rendered => {
  const error = xml({ Code: code, Message: message }, '');
  switch (form) {
    case 'json':
      return { status, contentType: JSON_1_0, body: JSON.stringify({ __type: code, message }) };
    case 'ec2':
      return {
        status,
        contentType: XML,
        body: `<Response><Errors><Error>${error}</Error></Errors><RequestID>1</RequestID></Response>`,
      };
    case 'query':
      return {
        status,
        contentType: XML,
        body: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>1</RequestId></ErrorResponse>`,
      };
    default:
      return form satisfies never;
  }
};

/** Writes an answer as its service does. */
export const render = (action: string, answer: Answer): Rendered => {
  const [service = '', operation = ''] = action.split(':');
  const form = FORMS[service] ?? 'json';
  if ('refused' in answer) {
    const { refused, message, status = 400 } = answer;
    return refusal(form, String(refused), String(message), Number(status));
  }
  if (form === 'json') return { status: 200, contentType: JSON_1_0, body: JSON.stringify(answer) };
  if (form === 'ec2') {
    return {
      status: 200,
      contentType: XML,
      body: `<${operation}Response>${xml(answer, 'item')}</${operation}Response>`,
    };
  }
  const result = `<${operation}Result>${xml(answer, 'member')}</${operation}Result>`;
  return { status: 200, contentType: XML, body: `<${operation}Response>${result}</${operation}Response>` };
};

/** What is answered: an answer in the service's own names, or AWS's refusal. */
export type Answer =
  | Readonly<Record<string, unknown>>
  | { readonly refused: string; readonly message: string; readonly status?: number };

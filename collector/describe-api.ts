import * as z from 'zod';
import { refusal } from '../core/model/pool.ts';
import { ROUTES, type Route } from './routes.ts';

/** What every address may refuse, by its status. */
const ALWAYS: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  408: 'The request came too slowly.',
  500: 'The endpoint failed; its log says why.',
};
const WITH_BODY = { 413: 'The body is too long.', 415: 'The body is not sent as application/json.' };
const WITH_SECRET = { 401: 'The bearer secret is missing or wrong.' };

type Refusals = Readonly<Record<number, string>>;

const json = (schema: z.ZodType) => ({
  'application/json': {
    // What crosses the wire, before it is parsed.
    schema: z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }),
  },
});

const refusalsOf = ({ asks, request, refuses }: Route): Refusals => ({
  ...ALWAYS,
  ...(request === undefined ? {} : WITH_BODY),
  ...(asks === 'anybody' ? {} : WITH_SECRET),
  ...refuses,
});

const SECURITY = {
  secret: [{ secret: [] }],
  'secret or metrics secret': [{ secret: [] }, { metricsSecret: [] }],
  anybody: [],
} as const satisfies Record<Route['asks'], unknown>;

const operationOf = (path: string, route: Route) => ({
  operationId: path.replace(/^\/(v1\/)?/, '').replaceAll('/', '-'),
  summary: route.does,
  security: SECURITY[route.asks],
  ...(route.request === undefined ? {} : { requestBody: { required: true, content: json(route.request) } }),
  responses: {
    200: {
      description: 'Done, or told.',
      content:
        route.reply === undefined ? { 'text/plain': { schema: { type: 'string' } } } : json(route.reply),
    },
    ...Object.fromEntries(
      Object.entries(refusalsOf(route)).map(([status, description]) => [
        status,
        {
          description,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
        },
      ]),
    ),
  },
});

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description });

/** Describes the endpoint's API in OpenAPI 3.0, from the schemas that both of its ends parse with. */
export const openApi = () => ({
  openapi: '3.0.3',
  info: {
    title: "aerie's endpoint",
    version: '1',
    description: 'The service beside the collector. Moments are seconds since 1970, memory and disk are MB.',
  },
  paths: Object.fromEntries(
    Object.entries<Route>(ROUTES).map(([path, route]) => [
      path,
      { [route.method.toLowerCase()]: operationOf(path, route) },
    ]),
  ),
  components: {
    schemas: { Refusal: z.toJSONSchema(refusal, { io: 'input', target: 'openapi-3.0' }) },
    securitySchemes: {
      secret: bearer('The secret of the stage and the endpoint.'),
      metricsSecret: bearer('A secret that is good for the metrics alone.'),
    },
  },
});

const rowOf = ([path, route]: readonly [string, Route]): string => {
  const refuses = Object.keys(refusalsOf(route)).join(', ');
  return `| \`${route.method} ${path}\` | ${route.does} | ${route.asks} | ${refuses} |`;
};

/** Describes the API as a page. */
export const describeApi = (): string => `# The endpoint's API

<!-- Made by bin/docs.ts from collector/routes.ts; change that. -->

[openapi.json](openapi.json) has it in OpenAPI 3.0, made from the schemas with which the functions and the endpoint both parse. Bodies are JSON; moments are
seconds since 1970, memory and disk MB. [The endpoint](endpoint.md) says what each part means, and [what a refusal is](endpoint.md#refusals).

| address | does | who may ask | may refuse with |
|---|---|---|---|
${Object.entries<Route>(ROUTES).map(rowOf).join('\n')}

A field that a newer endpoint or function adds may be left out by an older one, and neither takes offence: what is missing counts as not known. The path
has the version, \`v1\`; \`/v1/about\` says it too.

## Read next

[The reference](reference.md): limits, rules and tables.
`;

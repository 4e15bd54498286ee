import type { IncomingMessage } from 'node:http';
import { type Face, face, readBody, reply } from '../../wire/http.ts';
import { Ec2Refusal } from './refusal.ts';
import { parseForm, type Tree, writeXml, type Xml } from './wire.ts';
import { createFleetAction } from './wire-fleet.ts';
import {
  createTagsAction,
  describeInstancesAction,
  describeLaunchTemplateVersionsAction,
  getConsoleOutputAction,
  modifyInstanceAttributeAction,
  runInstancesAction,
  startInstancesAction,
  terminateInstancesAction,
} from './wire-instances.ts';
import type { Ec2World } from './world.ts';

/**
 * What goes wrong between a caller and EC2: `error-500` does nothing and says so; `loses-reply` does what was asked and
 * cuts the connection; `silent` does nothing and never answers.
 */
export type WireFault = 'none' | 'error-500' | 'loses-reply' | 'silent';

/** EC2's face; `url` is what a client is given as its endpoint. */
export interface Ec2Face extends Face {
  /** Calls that reached EC2 so far, by action. */
  readonly calls: ReadonlyMap<string, number>;
}

const ACTIONS: ReadonlyMap<string, (world: Ec2World, parameters: Tree) => Xml> = new Map([
  ['CreateFleet', createFleetAction],
  ['RunInstances', runInstancesAction],
  ['TerminateInstances', terminateInstancesAction],
  ['StartInstances', startInstancesAction],
  ['ModifyInstanceAttribute', modifyInstanceAttributeAction],
  ['CreateTags', createTagsAction],
  ['DescribeInstances', describeInstancesAction],
  ['GetConsoleOutput', getConsoleOutputAction],
  ['DescribeLaunchTemplateVersions', describeLaunchTemplateVersionsAction],
]);

const VERSION = '2016-11-15';
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=[^/\s]+\/\d{8}\/[^/]+\/ec2\/aws4_request, ?SignedHeaders=[^\s,]+, ?Signature=[0-9a-f]{64}$/;

interface Answer {
  readonly status: number;
  readonly body: string;
}

const refusalBody = ({ code, message, status }: Ec2Refusal, requestId: string): Answer => ({
  status,
  body: `<Response><Errors><Error>${writeXml({ Code: code, Message: message })}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
});

const text = (tree: Tree | undefined): string | undefined => (typeof tree === 'string' ? tree : undefined);

/** Checks what every request needs, before it may cost anything. */
const checked = (request: IncomingMessage, { Action, Version, ...parameters }: { [name: string]: Tree }) => {
  if (request.headers.authorization === undefined || !SIGNED.test(request.headers.authorization)) {
    throw new Ec2Refusal('AuthFailure', 'The request is not signed with AWS4-HMAC-SHA256 for ec2.', 401);
  }
  const action = text(Action);
  if (action === undefined)
    throw new Ec2Refusal('MissingAction', 'The request must contain the parameter Action');
  const perform = ACTIONS.get(action);
  if (text(Version) !== VERSION || perform === undefined) {
    throw new Ec2Refusal(
      'InvalidAction',
      `The action ${action} is not valid for this web service, version ${VERSION}.`,
    );
  }
  return { action, perform, parameters };
};

/** Turns a refusal into its document. Anything else that is thrown is a fault of the twin and goes on. */
const answerOf = (answer: () => Answer | undefined, requestId: string): Answer | undefined => {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Ec2Refusal) return refusalBody(error, requestId);
    throw error;
  }
};

/** Serves a world in EC2's Query protocol on the loopback. `fault` is asked once per call. */
export const ec2Face = async (
  world: Ec2World,
  { fault = () => 'none' }: { readonly fault?: (action: string) => WireFault } = {},
): Promise<Ec2Face> => {
  const calls = new Map<string, number>();
  let answeredSoFar = 0;
  const answer = (request: IncomingMessage, body: string, requestId: string): Answer | undefined => {
    const { action, perform, parameters } = checked(request, parseForm(body));
    calls.set(action, (calls.get(action) ?? 0) + 1);
    const wrong = fault(action);
    if (wrong === 'silent') return undefined;
    if (wrong === 'error-500') throw new Ec2Refusal('InternalError', 'An internal error has occurred', 500);
    const content = writeXml(perform(world, parameters));
    if (wrong === 'loses-reply') {
      request.socket.destroy();
      return undefined;
    }
    const root = `${action}Response`;
    return {
      status: 200,
      body: `<${root} xmlns="http://ec2.amazonaws.com/doc/${VERSION}/"><requestId>${requestId}</requestId>${content}</${root}>`,
    };
  };
  const served = await face(async (request, response) => {
    answeredSoFar += 1;
    const requestId = `00000000-0000-4000-8000-${answeredSoFar.toString(16).padStart(12, '0')}`;
    const body = await readBody(request);
    const given = answerOf(() => answer(request, body, requestId), requestId);
    if (given === undefined) return;
    const document = `<?xml version="1.0" encoding="UTF-8"?>\n${given.body}`;
    reply(response, given.status, 'text/xml;charset=UTF-8', document);
  });
  return { ...served, calls };
};

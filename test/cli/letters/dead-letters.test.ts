import { describe, expect, it } from 'vitest';
import { deadLetters } from '../../../cli/letters/dead-letters.ts';
import { letterInShort } from '../../../cli/letters/letter-in-short.ts';

describe('a dead letter in short', () => {
  it.each([
    [
      {
        'detail-type': 'EC2 Instance State-change Notification',
        detail: { 'instance-id': 'i-1', state: 'terminated' },
      },
      'EC2 Instance State-change Notification: i-1 terminated',
    ],
    [
      {
        'detail-type': 'Parameter Store Change',
        detail: { operation: 'Update', name: '/aerie/x/queues/A/state' },
      },
      'Parameter Store Change: Update /aerie/x/queues/A/state',
    ],
    [{ hello: 1 }, 'no event: {"hello":1}'],
  ])('of %j is %j', (body, expected) => {
    expect(letterInShort(JSON.stringify(body))).toBe(expected);
  });

  it('that is no JSON, long and with control characters, is still one plain line', () => {
    const line = letterInShort(`\u001b[2J\n${'x'.repeat(1000)}`);
    expect(line).toMatch(/^no event: {2}?\s*\[2J x+$/);
    expect(line.length).toBeLessThan(220);
  });
});

it.each([
  [[], 'which stage? Say --stage NAME or set AERIE_STAGE; twin is the one that npm start runs.'],
  [['--stage', 'Prod!'], '--stage takes the name of a stage of cdk.json, not "Prod!".'],
  [['--stage', 'dev', '--send'], /Unknown option '--send'/],
])('asked with %j, it says what was wrong', async (args, sentence) => {
  await expect(deadLetters(args)).rejects.toThrow(sentence);
});

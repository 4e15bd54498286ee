import { describe, expect, it } from 'vitest';
import { expectOneMistake, mistakesOf } from './config-mistakes.ts';

describe('the network of a stage in its configuration', () => {
  it.each<[string, object, string]>([
    [
      'more zones than a network can have',
      { network: { kind: 'nat', zones: 7 } },
      'aerie.stages.dev.network.zones is 7; expected a whole number of availability zones from 1 to 6.',
    ],
    [
      'a fixed address where there is none',
      { fixedAddress: true },
      'aerie.stages.dev.fixedAddress takes a network whose way out has one address;',
    ],
    [
      'a network without subnets',
      { network: { vpcId: 'vpc-0123abcd', placements: [] } },
      'aerie.stages.dev.network.placements is empty; expected one subnet a zone.',
    ],
    [
      'a network of no known kind',
      { network: { kind: 'vpn' } },
      'aerie.stages.dev.network.kind is "vpn"; expected public, nat, ipv6, or a vpcId with its placements.',
    ],
    [
      'no subnet in a placement',
      { network: { vpcId: 'vpc-0123abcd', placements: [{ zone: 'us-east-1a' }] } },
      'aerie.stages.dev.network.placements.0.subnetId is missing.',
    ],
    [
      'two subnets in one zone',
      {
        network: {
          vpcId: 'vpc-0123abcd',
          placements: [
            { subnetId: 'subnet-0000000a', zone: 'us-east-1a' },
            { subnetId: 'subnet-0000000b', zone: 'us-east-1a' },
          ],
        },
      },
      'aerie.stages.dev.network.placements names a zone twice; expected one subnet a zone.',
    ],
    [
      'one subnet in two zones',
      {
        network: {
          vpcId: 'vpc-0123abcd',
          placements: [
            { subnetId: 'subnet-0000000a', zone: 'us-east-1a' },
            { subnetId: 'subnet-0000000a', zone: 'us-east-1b' },
          ],
        },
      },
      'aerie.stages.dev.network.placements names a subnet twice; expected one subnet a zone.',
    ],
    [
      'zones of two regions, though it names none itself',
      {
        network: {
          vpcId: 'vpc-0123abcd',
          placements: [
            { subnetId: 'subnet-0000000a', zone: 'us-west-2-lax-1a' },
            { subnetId: 'subnet-0000000b', zone: 'us-east-1a' },
          ],
        },
      },
      'aerie.stages.dev.network.placements.1.zone is "us-east-1a"; expected a zone of the stage\'s region, such as us-west-2a.',
    ],
  ])('says in one sentence that it has %s', (_, block, sentence) => expectOneMistake(block, sentence));

  it.each([
    ['eu-west-1', 'us-east-1a'],
    ['us-east-1', 'use1-az1'],
  ])('in %s takes no zone %s', (region, zone) => {
    const network = { vpcId: 'vpc-0123abcd', placements: [{ subnetId: 'subnet-0000000a', zone }] };
    expect(mistakesOf({ region, network })).toEqual([
      expect.stringMatching(/^aerie\.stages\.dev\.network\.placements\.0\.zone is ".*"; expected /),
    ]);
  });
});

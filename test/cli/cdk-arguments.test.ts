import { describe, expect, it } from 'vitest';
import { cdkArguments, profileIn, stageIn } from '../../cli/cdk-arguments.ts';

describe('what the CDK is told', () => {
  it.each([
    [
      ['deploy', '--stage', 'prod'],
      ['deploy', 'aerie-prod', '--context', 'stage=prod', '--require-approval', 'broadening'],
    ],
    [
      ['deploy', '--stage=prod', '--require-approval', 'never', '--profile', 'grid'],
      ['deploy', 'aerie-prod', '--context', 'stage=prod', '--require-approval', 'never', '--profile', 'grid'],
    ],
    [
      ['diff', '--fail', '--stage', 'dev'],
      ['diff', 'aerie-dev', '--context', 'stage=dev', '--fail'],
    ],
    [
      ['destroy', '--stage', 'dev', '--force'],
      ['destroy', 'aerie-dev', '--context', 'stage=dev', '--force'],
    ],
  ])('for %j is %j', (given, told) => {
    expect(cdkArguments(given)).toEqual(told);
  });

  it.each([
    [[], '"" is nothing to do with a stage; expected deploy, diff, destroy.'],
    [['deploy'], 'Which stage? Say: npm run deploy -- --stage <a stage of cdk.json>.'],
    [['deploy', '--stage'], 'Which stage? Say: npm run deploy -- --stage <a stage of cdk.json>.'],
    [['deploy', '--stage', 'Prod!'], '"Prod!" is no name for a stage; expected a small letter'],
  ])('is one sentence for %j: %s', (given, sentence) => {
    expect(() => cdkArguments(given)).toThrow(sentence);
  });

  it('says which stage it is about, and whose profile', () => {
    expect(stageIn(cdkArguments(['destroy', '--stage', 'dev']))).toBe('dev');
    expect(profileIn(cdkArguments(['destroy', '--stage', 'dev', '--profile', 'grid']))).toBe('grid');
    expect(profileIn(cdkArguments(['destroy', '--profile=grid', '--stage', 'dev']))).toBe('grid');
    expect(profileIn(cdkArguments(['destroy', '--stage', 'dev']))).toBeUndefined();
  });
});

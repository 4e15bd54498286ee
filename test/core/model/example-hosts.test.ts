import { expect, it } from 'vitest';
import { isExampleHost } from '../../../core/model/example-hosts.ts';

it.each([
  ['cm.example.org', true],
  ['example.com', true],
  ['Example.NET', true],
  ['a.b.example.edu', true],
  ['endpoint.example', true],
  ['example', true],
  ['x.invalid', true],
  ['invalid', true],
  ['cm.usatlas.bnl.gov', false],
  ['myexample.org', false],
  ['notexample', false],
  ['xinvalid', false],
  ['example.org.bnl.gov', false],
  ['example.bnl.gov', false],
  ['examplexorg', false],
  ['example.orgs', false],
  ['', false],
])('%j was left from the documentation: %s', (host, isExample) => {
  expect(isExampleHost(host)).toBe(isExample);
});

import { expect, it } from 'vitest';
import { notesOf } from '../../bin/pack/notes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

* What is not out yet.

## [1.1.0] - 2026-12-01

### Added

* A thing.

## [1.0.0] - 2026-11-01

* The first.
`;

it.each([
  ['1.1.0', '### Added\n\n* A thing.'],
  ['1.0.0', '* The first.'],
  ['Unreleased', undefined],
  ['1.1', undefined],
  ['2.0.0', undefined],
])('the notes of %s are its part of the changelog, if it has a date', (version, notes) => {
  expect(notesOf(CHANGELOG, version)).toBe(notes);
});

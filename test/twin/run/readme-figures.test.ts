import { expect, it } from 'vitest';
import { textOf } from '../../house/pages.ts';
import { readmeFigures } from './readme-figures.ts';
import { recorded } from './recorded.ts';

it('finds every figure that the README has of a run', async () => {
  const { summary } = await recorded('default', { hours: 0.1 });
  const figures = Object.values(readmeFigures(textOf('README.md'), summary));
  expect(figures.filter(({ said }) => !Number.isFinite(said))).toEqual([]);
});

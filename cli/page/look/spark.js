const round = (value) => Math.round(value * 10) / 10;

/** The highest figure of some series, at least 1: nothing is drawn as if it were much. */
export const topOf = (...series) => {
  let most = 1;
  for (const values of series) for (const value of values) if (value !== null && value > most) most = value;
  return most;
};

/** Two series one upon the other; what is known of neither stays unknown. */
export const stacked = (lower, upper) =>
  upper.map((value, index) => {
    const below = lower[index] ?? null;
    return value === null && below === null ? null : (value ?? 0) + (below ?? 0);
  });

/** The stretches of a series in which it is known, as pairs of step and value. */
const stretches = (values) => {
  const found = [];
  let open;
  for (const [step, value] of values.entries()) {
    if (value === null) {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = [];
      found.push(open);
    }
    open.push([step, value]);
  }
  return found;
};

/** A line through a series in a box of so many units, with gaps where nothing is known: SVG's path text. */
export const linePath = (values, top, { width, height }) => {
  const x = (step) => round((step / Math.max(1, values.length - 1)) * width);
  const y = (value) => round(height * (1 - value / top));
  return stretches(values)
    .map((points) => {
      const [[first, value]] = points;
      // One step alone would be no line.
      const more =
        points.length === 1 ? [[Math.min(values.length - 1, first + 0.5), value]] : points.slice(1);
      return `M${x(first)},${y(value)}${more.map(([step, at]) => `L${x(step)},${y(at)}`).join('')}`;
    })
    .join('');
};

/** The same down to the axis. */
export const areaPath = (values, top, { width, height }) => {
  const x = (step) => round((step / Math.max(1, values.length - 1)) * width);
  const y = (value) => round(height * (1 - value / top));
  return stretches(values)
    .map((points) => {
      const [first] = points[0];
      const [last] = points.at(-1);
      const end = points.length === 1 ? Math.min(values.length - 1, first + 0.5) : last;
      const roof = points.map(([step, value]) => `L${x(step)},${y(value)}`).join('');
      return `M${x(first)},${height}${roof}L${x(end)},${y(points.at(-1)[1])}L${x(end)},${height}Z`;
    })
    .join('');
};

/** Where times lie in a box of so many units, as left edge and width. */
export const bandsOf = (spans, { from, stepSeconds, at }, steps, width) => {
  const whole = Math.max(1, (steps - 1) * stepSeconds);
  const x = (moment) => round((Math.max(0, Math.min(whole, moment - from)) / whole) * width);
  return spans.map(({ from: since, to = at }) => [x(since), Math.max(1, round(x(to) - x(since)))]);
};

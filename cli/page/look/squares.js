/** How a machine's state is called and in which order states stand; the style sheet gives each a colour and a form. */
export const STATES = [
  ['booting', 'booting'],
  ['waking', 'waking'],
  ['joined', 'joined'],
  ['missing', 'missing'],
  ['draining', 'draining'],
  ['retiring', 'ending'],
  ['asleep', 'asleep'],
  ['failed', 'failed'],
];

const ORDER = new Map(STATES.map(([state], index) => [state, index]));

/** What stands together: machines of one fleet, type, zone and market. */
const groupOf = ([fleet, flavour, zone, market]) => JSON.stringify([fleet, flavour, zone, market]);

const byNames = ([a], [b]) => (a < b ? -1 : 1);

/**
 * Machines in groups by fleet, and within it by type, zone and market; in a group by state, then by since when it is in it, then
 * by name: two looks at the same machines stand in the same order.
 */
export const grouped = (machines) => {
  const groups = Map.groupBy(machines, ([, machine]) => groupOf(machine));
  return [...groups].sort(byNames).map(([key, all]) => {
    const [fleet, flavour, zone, market] = JSON.parse(key);
    const sorted = all.sort(
      ([a, [, , , , one, since]], [b, [, , , , other, until]]) =>
        ORDER.get(one) - ORDER.get(other) || since - until || (a < b ? -1 : 1),
    );
    return { key, fleet, flavour, zone, market, machines: sorted };
  });
};

/** How many machines are in each state, those that some are in. */
export const countsOf = (machines) => {
  const counts = new Map();
  for (const [, [, , , , state]] of machines) counts.set(state, (counts.get(state) ?? 0) + 1);
  return STATES.filter(([state]) => counts.has(state)).map(([state, word]) => [
    state,
    word,
    counts.get(state),
  ]);
};

/** Which square the keys lead to from one in a box of so many columns. */
export const stepFrom = (index, key, { count, columns }) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, index + step));
};

/**
 * Looks at what of a map is not over, in the order in which it came, and never again at what is: of a long run most is. Nothing
 * may leave the map.
 */
export const notOver = <V extends object>(all: ReadonlyMap<unknown, V>) => {
  // Asked only as often as something has come, it never comes to its end.
  const coming = all.values();
  let known = 0;
  let live: V[] = [];
  return (isOver: (one: V) => boolean): readonly V[] => {
    for (; known < all.size; known += 1) {
      const { value } = coming.next();
      if (value !== undefined) live.push(value);
    }
    live = live.filter((one) => !isOver(one));
    return live;
  };
};

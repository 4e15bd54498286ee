/** Does something when it is first asked for, and gives the same answer to everybody after. */
export const once = <T>(act: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= act();
    return answer;
  };
};

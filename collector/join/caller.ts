/** Who asks to join, as far as its connection says. */
export interface JoinCaller {
  readonly address: string;
  readonly hasHungUp: () => boolean;
}

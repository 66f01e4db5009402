/** The props that a resource can be declared without. */
export type OptionalProp<P> = {
  [K in keyof P & string]-?: object extends Pick<P, K> ? K : never
}[keyof P & string]

/** What becomes of a prop in AWS when the config that named it no longer does. */
export type Withdrawn<V> =
  /** It is set to this value: what AWS itself gives a resource that is made without it. */
  | { readonly becomes: V }
  /**
   * Its last value stays, for this reason, and the plan says so. `option` is what the config calls it, where that is
   * not the name of the prop.
   */
  | { readonly stays: string; readonly option?: string }
  /** Nothing is done and nothing is said, for this reason: other props bring about what is needed. */
  | { readonly moot: string }

/**
 * The effect of removal for each optional prop of a kind, or a function of what is declared now and what was recorded
 * last. Values that are declared now may still hold references.
 */
export type Withdrawal<P> = {
  readonly [K in OptionalProp<P>]:
    Withdrawn<Exclude<P[K], undefined>> | ((declared: P, last: P) => Withdrawn<Exclude<P[K], undefined>>)
}

/** What a release has brought back at one address: these props, or all of whatever has one of these ARNs. */
export type Restored =
  { readonly props: Readonly<Record<string, unknown>> } | { readonly arns: readonly string[] }

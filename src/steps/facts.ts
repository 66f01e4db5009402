/** What the steps need to know of the account before they can describe the stack. */
export interface Facts {
  readonly account: string
  readonly region: string
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string
  /** The region's Availability Zones, in order. */
  readonly zones: readonly string[]
  /** For each service with a repository: whether its image has been pushed. */
  readonly images: Readonly<Record<string, boolean>>
  /** Databases whose password a secret of the stack holds, as it has to while there are replicas. */
  readonly passwords: readonly string[]
  /** For each secret: whether it has a value. */
  readonly secrets: Readonly<Record<string, boolean>>
}

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
  /** The services that have tasks to run in AWS, or whose first release has been made. */
  readonly running: Readonly<Record<string, RunningService>>
}

/** What a service runs in AWS now. */
export interface RunningService {
  /** The props of its version: what a service keeps until a new version can start. */
  readonly version: Readonly<Record<string, unknown>>
  /** The image that the config named when the last run was done; undefined when that is not recorded: it is not changed. */
  readonly image: string | undefined
}

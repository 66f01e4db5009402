/** What a look before a release has found. */
export interface PreflightFinding {
  /** A refusal stops the release before anything is changed. */
  readonly level: 'refusal' | 'note'
  readonly message: string
  readonly hint: string
}

import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'

export interface ExistingParameterGroupProps {
  readonly name: string
  /** Of engine and version: a cache takes no group of another. */
  readonly family?: string | undefined
}

export interface ExistingParameterGroupAttributes {
  readonly name: string
}

/** A parameter group of caches that somebody else owns. */
export const existingCacheParameterGroup: Kind<
  ExistingParameterGroupProps,
  ExistingParameterGroupAttributes
> = {
  ...existing(
    "aws elasticache describe-cache-parameter-groups --query 'CacheParameterGroups[].CacheParameterGroupName'",
  ),
  type: 'elasticache/existing-parameter-group',
  label: 'existing cache parameter group',
  withdrawn: { family: { moot: 'it follows from the version, and is declared with it' } },
  findBy: ['name'],

  refuses: (before, after) => ({
    why: `${before.name} is of the family ${before.family}, and the cache needs one of ${after.family}`,
    instead: `write the name of one of ${after.family}, or use parameters: the stack then makes one`,
  }),

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ props, attributes }) => {
        const name = props.name ?? attributes?.name ?? ''
        const answer = await orAbsent(
          aws.elasticache.describeCacheParameterGroups({ CacheParameterGroupName: name }),
        )
        const [found] = answer?.CacheParameterGroups ?? []
        return (
          found && {
            attributes: { name },
            props: { name, family: found.CacheParameterGroupFamily },
            tags: undefined,
          }
        )
      }),
    ),
}
